"""The authenticated caller of one request."""

from dataclasses import dataclass, field
from typing import Literal

from svc_kit.errors import DomainError


class Unauthenticated(DomainError):  # noqa: N818 - named for the state, as in HTTP
    """The bearer token is missing, expired, malformed or not ours."""

    def __init__(self, detail: str) -> None:
        super().__init__("unauthenticated", detail)


class Forbidden(DomainError):  # noqa: N818 - named for the state, as in HTTP
    """The caller is known, but may not do this."""

    def __init__(self, detail: str) -> None:
        super().__init__("forbidden", detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: an end user of one tenant, or a service with scopes (and a tenant when it acts for one)."""

    kind: Literal["user", "service"]
    subject: str
    tenant: str | None
    scopes: frozenset[str] = field(default_factory=frozenset[str])

    def has(self, scope: str) -> bool:
        """Return whether a service was granted `scope`; users have none."""
        return self.kind == "service" and scope in self.scopes

    def require_tenant(self) -> str:
        """Return the tenant the caller acts for; refuse when the token names none."""
        if self.tenant is None:
            raise Forbidden("the token names no tenant; ask for one that carries the tenant claim")
        return self.tenant
