"""Temporary AWS credentials of an assumed role."""

import json
from dataclasses import dataclass

from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSession:
    """What signs an account's requests."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret

    def packed(self) -> Secret:
        """Return the three values as one secret, the form in which they are cached."""
        return Secret(json.dumps([self.access_key_id, self.secret_access_key.reveal(), self.session_token.reveal()]))

    @classmethod
    def unpacked(cls, secret: Secret) -> "AwsSession":
        access_key_id, secret_access_key, session_token = json.loads(secret.reveal())
        return cls(access_key_id=access_key_id, secret_access_key=Secret(secret_access_key), session_token=Secret(session_token))
