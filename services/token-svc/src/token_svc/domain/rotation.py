"""A refresh token that Amazon replaced and account-svc does not hold yet."""

import json
from dataclasses import dataclass

from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRotation:
    """The new refresh token and the version of the one it replaces; losing it would lose the seller's authorisation."""

    refresh_token: Secret
    expected_version: int

    def packed(self) -> Secret:
        """Return both as one secret, the form in which they are kept."""
        return Secret(json.dumps([self.refresh_token.reveal(), self.expected_version]))

    @classmethod
    def unpacked(cls, secret: Secret) -> "PendingRotation":
        refresh_token, expected_version = json.loads(secret.reveal())
        return cls(refresh_token=Secret(refresh_token), expected_version=int(expected_version))
