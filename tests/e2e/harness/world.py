"""People, sellers and accounts of one test: each test makes its own, so that tests never meet."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from harness import consent
from harness.backend import Backend
from harness.simulator import Simulator
from harness.waiting import eventually

Json = dict[str, Any]
PASSWORD = "correct horse"
US, DE, FR, JP = "ATVPDKIKX0DER", "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "A1VC38T7YXB528"


@dataclass(slots=True)
class Person:
    """Somebody of a tenant, signed in; `api` speaks to the front door in their name."""

    tenant: str
    username: str
    token: str
    api: httpx.AsyncClient


@dataclass(slots=True)
class Seller:
    """A seller that the simulator knows."""

    id: str
    region: str
    marketplaces: list[str]
    facts: Json = field(default_factory=dict)


class World:
    """Makes what a test needs on `backend`."""

    def __init__(self, backend: Backend, simulator: Simulator, http: httpx.AsyncClient) -> None:
        self.backend = backend
        self.simulator = simulator
        self.http = http
        self._people: list[Person] = []

    async def person(self) -> Person:
        """A new person of a new tenant, with a token of the issuer."""
        tenant = f"t-{secrets.token_hex(6)}"
        username = f"{tenant}@example.test"
        await self.simulator.add_user(username=username, password=PASSWORD, tenant=tenant)
        token = await self.simulator.user_token(username=username, tenant=tenant, expires_in=3600)
        api = httpx.AsyncClient(base_url=self.backend.addresses.front_door, headers={"authorization": f"Bearer {token}"}, timeout=60)
        self._people.append(Person(tenant, username, token, api))
        return self._people[-1]

    async def seller(self, *, region: str = "NA", marketplaces: list[str] | None = None, orders: int = 12, skus: int = 5) -> Seller:
        """A new seller with that many orders and SKUs."""
        wanted = marketplaces or {"NA": [US], "EU": [DE], "FE": [JP]}[region]
        made = await self.simulator.add_seller(region=region, marketplaces=wanted, orders=orders, skus=skus, name=secrets.token_hex(4))
        return Seller(str(made["selling_partner_id"]), region, wanted, made)

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        """A browser at the front door, with a cookie jar of its own."""
        async with httpx.AsyncClient(base_url=self.backend.addresses.front_door, timeout=60) as browser:
            yield browser

    async def connect(self, person: Person, seller: Seller) -> Json:
        """Connect every marketplace of `seller` as `person` through the consent page; return the account."""
        for marketplace in seller.marketplaces:
            async with self.browser() as browser:
                url = await consent.start(browser, person.token, marketplace)
                back = await consent.decide(url, seller.id)
                outcome = consent.outcome(await browser.get(consent.path_and_query(back)))
            assert outcome == {"amazon_connected": "true"}, outcome
        return next(account for account in await self.accounts(person) if account["selling_partner_id"] == seller.id)

    async def connect_by_hand(self, person: Person, seller: Seller, **more: Any) -> Json:
        """Connect `seller` with a refresh token it granted itself; return the account."""
        body = {
            "kind": "selling_partner",
            "selling_partner_id": seller.id,
            "region": seller.region,
            "marketplaces": seller.marketplaces,
            "refresh_token": await self.simulator.grant(seller.id),
            **more,
        }
        answer = await person.api.post("/api/v1/accounts", json=body)
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json())

    async def accounts(self, person: Person) -> list[Json]:
        """The accounts that `person` sees."""
        answer = await person.api.get("/api/v1/accounts")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def dashboard(self, person: Person, panel: str, **query: str) -> Json:
        """The data of one panel."""
        answer = await person.api.get(f"/api/v1/dashboard/{panel}", params=query)
        assert answer.status_code == 200, answer.text
        assert answer.json()["success"] is True
        return dict(answer.json()["data"])

    async def synced(self, person: Person, seller: Seller, *, within: float = 120.0) -> None:
        """Return once the dashboard of `person` shows as many orders and SKUs as `seller` has."""
        truth = await self.simulator.truth(seller.id)

        async def counts() -> tuple[int, int]:
            data = (await self.dashboard(person, "setup-status"))["integrations"]["amazon"]
            return data["orderCount"], data["inventoryCount"]

        wanted = (truth["orders"]["orderCount"], truth["inventory"]["totalSKUs"])
        await eventually(counts, lambda seen: seen == wanted, within=within, what=f"{wanted} orders and SKUs")

    def operator(self, audience: str, *scopes: str, tenant: str | None = None) -> dict[str, str]:
        """Headers of the operator at `audience`."""
        return {"authorization": f"Bearer {self.backend.service_token('operator', audience, scopes, tenant)}"}

    async def close(self) -> None:
        """Close what this test opened."""
        for person in self._people:
            await person.api.aclose()
