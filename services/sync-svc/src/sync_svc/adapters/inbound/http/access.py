"""Who may ask: users for their own tenant, operators for the tenant their token names."""

from typing import Final

from svc_kit.identity import Caller, Forbidden
from svc_kit.web import user_or

ADMIN_SCOPE: Final = "sync:admin"
reader = user_or(ADMIN_SCOPE)
"""Guard of everything a tenant may see."""


def require_admin(caller: Caller) -> None:
    """Refuse whoever is no operator."""
    if not caller.has(ADMIN_SCOPE):
        raise Forbidden("only an operator (a service token with the scope sync:admin) may force a synchronisation")
