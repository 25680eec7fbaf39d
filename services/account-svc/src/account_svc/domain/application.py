"""An LWA application: by which we are known to Amazon."""

from dataclasses import dataclass, field

from account_svc.domain.identifiers import ApplicationId
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Registered with Amazon as `spapi_application_id`; two slots for the secret, because it rotates every 180 days."""

    id: ApplicationId
    name: str
    spapi_application_id: str
    client_id: str
    redirect_uri: str
    client_secret: Sealed = field(repr=False)
    client_secret_next: Sealed | None = field(default=None, repr=False)
    is_draft: bool = False
    role: Role | None = None
