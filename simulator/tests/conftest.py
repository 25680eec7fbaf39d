"""A simulator in process, and what a client of Amazon does with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from simulator.config import Config
from simulator.doors import Doors, open_doors
from simulator.oidc.keys import ensure_key
from simulator.state.world import World

CLIENT_ID = Config.client_id
CLIENT_SECRET = Config.client_secret
CALLBACK = "https://sellerport.example/api/v1/amazon/oauth/callback"
DASHBOARD = "https://sellerport.example/auth/callback"
HOST = "http://sellingpartnerapi.example"


@dataclass
class Amazon:
    """The doors of one world, with a client for each."""

    world: World
    doors: Doors
    main: httpx.AsyncClient
    regions: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    async def control(self, method: str, path: str, **content: Any) -> Any:
        answer = await self.main.request(method, f"/_sim/{path}", json=content)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def seller(self, region: str = "NA", marketplaces: tuple[str, ...] = ("US",), **content: Any) -> str:
        added = await self.control("POST", "sellers", region=region, marketplaces=list(marketplaces), **content)
        return str(added["selling_partner_id"])

    async def lwa(self, **fields: str) -> httpx.Response:
        return await self.main.post("/auth/o2/token", data={"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **fields})

    async def refresh_token(self, seller_id: str) -> str:
        return str((await self.control("POST", f"sellers/{seller_id}/grants"))["refresh_token"])

    async def access_token(self, seller_id: str) -> str:
        answer = await self.lwa(grant_type="refresh_token", refresh_token=await self.refresh_token(seller_id))
        return str(answer.json()["access_token"])

    async def call(self, method: str, path: str, token: str, *, region: str = "NA", **how: Any) -> httpx.Response:
        headers = {"x-amz-access-token": token, **how.pop("headers", {})}
        return await self.regions[region].request(method, path, headers=headers, **how)

    async def get(self, path: str, token: str, *, region: str = "NA", **query: str) -> httpx.Response:
        return await self.call("GET", path, token, region=region, params=query)

    async def ledger(self, **query: str) -> list[dict[str, Any]]:
        answer = await self.main.get("/_sim/ledger", params=query)
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries


@pytest.fixture(scope="session")
def oidc_key() -> str:
    world = World(Config())
    ensure_key(world)
    return world.oidc_key_pem


def open_amazon(config: Config, oidc_key: str) -> Amazon:
    world = World(config)
    world.oidc_key_pem = world.oidc_key_pem or oidc_key
    doors = open_doors(world)
    main = httpx.AsyncClient(transport=httpx.ASGITransport(doors.main), base_url=config.public_url)
    regions = {name: httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url=HOST) for name, door in doors.regions.items()}
    return Amazon(world, doors, main, regions)


@pytest.fixture
def amazon(oidc_key: str) -> Amazon:
    return open_amazon(Config(redirect_uris=(CALLBACK,), oidc_redirect_uris=(DASHBOARD,), plan_multiplier=1000), oidc_key)


@pytest.fixture
def paced_amazon(oidc_key: str) -> Amazon:
    """Amazon with the usage plans of the catalogue."""
    return open_amazon(Config(redirect_uris=(CALLBACK,)), oidc_key)


@pytest.fixture
def open_with(oidc_key: str) -> Callable[[Config], Amazon]:
    """Amazon with settings of the test's own."""
    return lambda config: open_amazon(config, oidc_key)
