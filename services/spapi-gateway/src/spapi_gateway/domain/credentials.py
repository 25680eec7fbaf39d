"""Short-lived credentials, and how to ask for one."""

import enum
from dataclasses import dataclass, field
from typing import NamedTuple

from spapi_gateway.domain.accounts import Account
from svc_kit.secret import Secret


class CredentialKind(enum.StrEnum):
    """What token-svc can make."""

    ACCESS = "access"
    RESTRICTED = "restricted"
    GRANTLESS = "grantless"
    AWS_SESSION = "aws_session"


class RestrictedResource(NamedTuple):
    """One entry of an RDT: a method and a path (concrete, or with placeholders), and the buyer data it opens."""

    method: str
    path: str
    data_elements: tuple[str, ...] = ()


class CredentialNeed(NamedTuple):
    """Names a credential; two calls with the same need share one."""

    kind: CredentialKind
    account_id: str | None
    application: str | None = None
    scope: str | None = None
    resources: tuple[RestrictedResource, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A token, or an AWS session, with its expiry in seconds since the epoch and the account it is for."""

    kind: CredentialKind
    token: Secret
    """The LWA access token, the RDT, the grantless token, or the session token of an AWS session."""
    expires_at: float
    account: Account | None = None
    access_key_id: str = ""
    secret_access_key: Secret = field(default_factory=lambda: Secret(""))
