"""Users of the identity provider, and roles of AWS."""

import hashlib
import secrets
from datetime import datetime

import msgspec


class User(msgspec.Struct, kw_only=True):
    """One person who can sign in."""

    username: str
    tenant_id: str
    name: str
    salt: str = ""
    password_hash: str = ""

    @property
    def subject(self) -> str:
        """A stable id that is not the e-mail address."""
        return "user-" + hashlib.sha256(self.username.encode()).hexdigest()[:16]

    def with_password(self, password: str) -> "User":
        """The same user with that password."""
        salt = secrets.token_hex(8)
        return msgspec.structs.replace(self, salt=salt, password_hash=_hash(password, salt))

    def accepts(self, password: str) -> bool:
        """Whether the password is right."""
        return secrets.compare_digest(_hash(password, self.salt), self.password_hash)


class Role(msgspec.Struct, kw_only=True):
    """A role that may be assumed only with its external id."""

    role_arn: str
    external_id: str | None = None


class Session(msgspec.Struct, kw_only=True):
    """Session credentials that STS issued."""

    secret_access_key: str
    session_token: str
    expires: datetime
    role_arn: str


def _hash(password: str, salt: str) -> str:
    return hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**10, r=8, p=1).hex()
