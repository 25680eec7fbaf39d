"""The simulator's control surface, as a journey uses it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

Json = dict[str, Any]


class Simulator:
    """Talks to `/_sim`; every answer that is not a success fails the test."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def _ask(self, method: str, path: str, *, params: Json | None = None, json: Any = None) -> Any:
        answer = await self._client.request(method, f"/_sim{path}", params=params, json=json)
        assert answer.is_success, f"{method} /_sim{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def add_user(self, *, username: str, password: str, tenant: str) -> None:
        await self._ask("POST", "/users", json={"username": username, "password": password, "tenant_id": tenant})

    async def user_token(self, *, username: str, tenant: str, expires_in: int | None = None) -> str:
        lifetime = {} if expires_in is None else {"expires_in": expires_in}
        return str((await self._ask("POST", "/users/token", json={"username": username, "tenant_id": tenant, **lifetime}))["access_token"])

    async def add_seller(self, *, region: str, marketplaces: list[str], orders: int, skus: int, name: str) -> Json:
        wanted = {"region": region, "marketplaces": marketplaces, "orders": orders, "skus": skus, "name": name}
        return dict(await self._ask("POST", "/sellers", json=wanted))

    async def add_orders(self, seller: str, count: int = 1, **fields: Any) -> list[str]:
        """Add orders that are new now; return their ids."""
        made = await self._ask("POST", f"/sellers/{seller}/orders", json={"count": count, **fields})
        return [str(order["order_id"]) for order in made["created"]]

    async def grant(self, seller: str) -> str:
        return str((await self._ask("POST", f"/sellers/{seller}/grants", json={}))["refresh_token"])

    async def advertise(self, seller: str, book: Json) -> None:
        """Say what the seller has at Amazon Ads."""
        await self._ask("POST", f"/sellers/{seller}/ads", json=book)

    async def revoke(self, seller: str) -> None:
        await self._ask("POST", f"/sellers/{seller}/revoke", json={})

    async def rotate_refresh_tokens(self, seller: str) -> None:
        """From now on every refresh of the seller's answers with a new refresh token; reuse of an old one ends the consent."""
        await self._ask("POST", f"/sellers/{seller}/rotation", json={"enabled": True})

    async def expire_tokens(self, seller: str) -> None:
        """Have Amazon refuse every access token of the seller's that there is."""
        await self._ask("POST", "/tokens", json={"expire": True, "selling_partner_id": seller})

    async def rotate_client_secret(self, client_id: str, *, queue: str, overlap_seconds: float) -> None:
        """Give the application a new secret, told in `queue`; the old one works on for a while."""
        await self._ask("POST", f"/applications/{client_id}/rotation", json={"queue": queue, "overlap_seconds": overlap_seconds})

    async def add_role(self, *, role_arn: str, external_id: str) -> None:
        await self._ask("POST", "/roles", json={"role_arn": role_arn, "external_id": external_id})

    async def truth(self, seller: str, **period: str) -> Json:
        return dict(await self._ask("GET", f"/sellers/{seller}/truth", params=dict(period)))

    async def ledger(self, **wanted: Any) -> list[Json]:
        return list((await self._ask("GET", "/ledger", params=wanted))["entries"])

    async def mark(self) -> str:
        """Return the point of the ledger that is now; pass it as `since`."""
        entries = await self.ledger(limit=1)
        return str(entries[-1]["seq"]) if entries else "0"

    async def faults(self, seller: str) -> list[Json]:
        """The faults that are still to spoil answers for the seller."""
        planned = (await self._ask("GET", "/faults"))["faults"]
        return [fault for fault in planned if fault["selling_partner_id"] == seller]

    @asynccontextmanager
    async def fault(self, target: str, kind: str, **details: Any) -> AsyncIterator[None]:
        """Spoil answers as told until the block ends."""
        number = (await self._ask("POST", "/faults", json={"target": target, "kind": kind, **details}))["id"]
        try:
            yield
        finally:
            await self._client.request("DELETE", f"/_sim/faults/{number}")
