"""Leases of refresh tokens from account-svc over HTTP."""

from typing import Any

import msgspec

from svc_kit.errors import Conflict, Unavailable
from svc_kit.http_client import RefusedError, ServiceClient
from token_svc.application.ports.refresh_leases import LeaseHeld, RefreshLease
from token_svc.domain import errors


class _Lease(msgspec.Struct):
    lease_id: str
    in_doubt: bool


class HttpRefreshLeases:
    """Speaks to `/internal/v1/accounts/{id}/refresh-leases` of account-svc with a service token."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def take(self, account_id: str, *, refresh_token_version: int, seconds: float) -> RefreshLease:
        body = {"refresh_token_version": refresh_token_version, "seconds": seconds}
        content = await self._call("POST", f"/internal/v1/accounts/{account_id}/refresh-leases", body)
        try:
            found = msgspec.json.decode(content, type=_Lease)
        except msgspec.MsgspecError:
            raise Unavailable("account-svc sent an answer that is none") from None
        return RefreshLease(account_id=account_id, id=found.lease_id, is_in_doubt=found.in_doubt)

    async def end(self, lease: RefreshLease) -> None:
        await self._call("DELETE", f"/internal/v1/accounts/{lease.account_id}/refresh-leases/{lease.id}")

    async def _call(self, method: str, path: str, body: Any = None) -> bytes:
        try:
            return await self._client.call(method, path, body=body)
        except RefusedError as refusal:
            code = refusal.problem.code
            if code == "refresh_lease_held":
                raise LeaseHeld("the refresh token is in use", retry_after=refusal.retry_after or 1) from refusal
            if code == "version_conflict":
                raise Conflict("account-svc holds another version") from refusal
            if code == "account_not_found":
                raise errors.account_not_found() from refusal
            raise Unavailable(f"account-svc answered {refusal.problem.status} {code}", retry_after=refusal.retry_after or 1) from refusal
