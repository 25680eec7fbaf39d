"""GET /api/v1/accounts/health and /api/v1/accounts/{id}/health."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from account_svc.adapters.inbound.http.tenancy import tenant_of
from account_svc.adapters.inbound.http.views import FailureView, failure_view
from account_svc.application.queries.list_accounts import DEFAULT_PAGE
from account_svc.application.use_cases import UseCases
from account_svc.domain.account import AccountStatus
from account_svc.domain.account_health import AccountHealth, HealthReason, HealthStatus
from account_svc.domain.identifiers import parse_account_id
from svc_kit.identity import Caller
from svc_kit.web import user_or

_ADMIN = "accounts:admin"


class HealthView(msgspec.Struct, kw_only=True):
    """How an account is; `error_count` counts days, the end of the authorisation is null where none is known."""

    account_id: str
    name: str | None
    account_status: AccountStatus
    status: HealthStatus
    reasons: list[HealthReason]
    token_valid: bool
    last_sync_at: datetime | None
    last_error: FailureView | None
    error_count: int
    reauthorize_by: datetime | None
    days_until_reauthorization: int | None


class HealthPageView(msgspec.Struct, kw_only=True):
    """Some accounts' health; `next_cursor` asks for the rest."""

    items: list[HealthView]
    next_cursor: str | None


@get("/api/v1/accounts/health", guards=[user_or(_ADMIN)], tags=["accounts"])
async def list_account_health(
    caller: NamedDependency[Caller],
    use_cases: NamedDependency[UseCases],
    *,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int] = DEFAULT_PAGE,
) -> HealthPageView:
    """Say how the tenant's accounts are; those that were disconnected are left out."""
    page = await use_cases.health.list(tenant_of(caller), cursor=cursor, limit=limit)
    return HealthPageView(items=[_view(health) for health in page.items], next_cursor=page.next_cursor)


@get("/api/v1/accounts/{account_id:str}/health", guards=[user_or(_ADMIN)], tags=["accounts"])
async def account_health(account_id: FromPath[str], caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]) -> HealthView:
    """Say how one account is."""
    return _view(await use_cases.health.get(tenant_of(caller), parse_account_id(account_id)))


def _view(health: AccountHealth) -> HealthView:
    return HealthView(
        account_id=health.account.id,
        name=health.account.name,
        account_status=health.account.status,
        status=health.status,
        reasons=list(health.reasons),
        token_valid=health.is_token_valid,
        last_sync_at=health.last_sync_at,
        last_error=failure_view(health.last_error),
        error_count=health.error_count,
        reauthorize_by=health.reauthorize_by,
        days_until_reauthorization=health.days_until_reauthorization,
    )


HEALTH_ROUTES: list[Any] = [list_account_health, account_health]
