"""/internal/v1/accounts/{id}/refresh-leases: for token-svc only."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from account_svc.application.use_cases import UseCases
from account_svc.domain.identifiers import parse_account_id
from svc_kit.web import requires


class RefreshLeaseBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which version of the refresh token is to be shown to Amazon, and how long that may take."""

    refresh_token_version: int
    seconds: float


class RefreshLeaseView(msgspec.Struct, kw_only=True):
    """The right to do so; `in_doubt` when nobody knows what came of an earlier use of this version."""

    lease_id: str
    expires_at: datetime
    in_doubt: bool


@post("/internal/v1/accounts/{account_id:str}/refresh-leases", guards=[requires("credentials:write")], status_code=201, tags=["internal"])
async def take_refresh_lease(
    account_id: FromPath[str], data: JSONBody[RefreshLeaseBody], use_cases: NamedDependency[UseCases]
) -> RefreshLeaseView:
    """Let the caller use this version of the refresh token, and nobody else until then (409 refresh_lease_held, version_conflict)."""
    lease = await use_cases.refresh_leases.take(parse_account_id(account_id), data.refresh_token_version, data.seconds)
    return RefreshLeaseView(lease_id=lease.id, expires_at=lease.expires_at, in_doubt=lease.is_in_doubt)


@delete("/internal/v1/accounts/{account_id:str}/refresh-leases/{lease_id:str}", guards=[requires("credentials:write")], tags=["internal"])
async def end_refresh_lease(account_id: FromPath[str], lease_id: FromPath[str], use_cases: NamedDependency[UseCases]) -> None:
    """Say that the outcome of the use is known; again, or too late, changes nothing."""
    await use_cases.refresh_leases.end(parse_account_id(account_id), lease_id)


REFRESH_LEASE_ROUTES: list[Any] = [take_refresh_lease, end_refresh_lease]
