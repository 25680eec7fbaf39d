"""The whole service in process, on the fakes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from account_svc.adapters.outbound.memory.account_erasure import MemoryAccountErasure
from account_svc.adapters.outbound.memory.account_repository import MemoryAccountRepository
from account_svc.adapters.outbound.memory.ads_directory import MemoryAdsDirectory
from account_svc.adapters.outbound.memory.ads_store import MemoryAdsStore
from account_svc.adapters.outbound.memory.application_registry import MemoryApplicationRegistry
from account_svc.adapters.outbound.memory.authorization_exchange import MemoryAuthorizationExchange
from account_svc.adapters.outbound.memory.credential_audit import MemoryCredentialAudit
from account_svc.adapters.outbound.memory.oauth_state_store import MemoryOAuthStateStore
from account_svc.adapters.outbound.memory.random_tokens import MemoryRandomTokens
from account_svc.adapters.outbound.memory.refresh_leases import MemoryRefreshLeases
from account_svc.adapters.outbound.memory.secret_vault import MemorySecretVault
from account_svc.adapters.outbound.memory.sync_records import MemorySyncRecords
from account_svc.adapters.outbound.memory.sync_requests import MemorySyncRequests
from account_svc.application.use_cases import Ports
from account_svc.bootstrap import Adapters, build_app
from account_svc.config import Config
from svc_kit.clock import ManualClock, SystemClock
from svc_kit.identity import OidcVerifier, ServiceDirectory, TokenVerifier
from svc_kit.ids import SequenceIds


@dataclass
class World:
    """The fakes behind the service, each with its fault switches."""

    accounts: MemoryAccountRepository = field(default_factory=MemoryAccountRepository)
    states: MemoryOAuthStateStore = field(default_factory=MemoryOAuthStateStore)
    applications: MemoryApplicationRegistry = field(default_factory=MemoryApplicationRegistry)
    vault: MemorySecretVault = field(default_factory=MemorySecretVault)
    exchange: MemoryAuthorizationExchange = field(default_factory=MemoryAuthorizationExchange)
    audit: MemoryCredentialAudit = field(default_factory=MemoryCredentialAudit)
    refresh_leases: MemoryRefreshLeases = field(default_factory=MemoryRefreshLeases)
    ads_directory: MemoryAdsDirectory = field(default_factory=MemoryAdsDirectory)
    ads_store: MemoryAdsStore = field(default_factory=MemoryAdsStore)
    clock: ManualClock = field(default_factory=ManualClock)
    sync_requests: MemorySyncRequests = field(default_factory=MemorySyncRequests)
    sync_records: MemorySyncRecords = field(init=False)

    def __post_init__(self) -> None:
        self.sync_records = MemorySyncRecords(self.accounts)

    def ports(self) -> Ports:
        return Ports(
            accounts=self.accounts,
            states=self.states,
            applications=self.applications,
            vault=self.vault,
            exchange=self.exchange,
            audit=self.audit,
            sync_records=self.sync_records,
            refresh_leases=self.refresh_leases,
            sync_requests=self.sync_requests,
            erasure=MemoryAccountErasure(self.accounts),
            tokens=MemoryRandomTokens(),
            ads_directory=self.ads_directory,
            ads_store=self.ads_store,
            clock=self.clock,
            ids=SequenceIds(),
        )


class _KnownPeople(OidcVerifier):
    """Has the issuer's keys already."""

    def __init__(self, jwk: dict[str, str]) -> None:
        super().__init__(
            issuer="http://issuer.test/oidc", audience="sellerport", jwks_url=None, tenant_claim="tenant_id", clock=SystemClock()
        )
        self._keys = self
        self._key = jwt.PyJWK(jwk)

    async def get(self, _key_id: str) -> jwt.PyJWK:
        return self._key


@pytest.fixture
def world() -> World:
    return World()


@asynccontextmanager
async def serving(config: Config, world: World, keyring) -> AsyncIterator[httpx.AsyncClient]:
    verifier = TokenVerifier("account-svc", ServiceDirectory.parse(keyring.directory()), _KnownPeople(keyring.jwk("people")), SystemClock())
    app = build_app(config, overrides=Adapters(ports=world.ports(), verifier=verifier))
    up, down = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            up.set()
            await down.wait()

    # In a task of its own, because a fixture ends in another task than it began in.
    task = asyncio.create_task(live())
    await up.wait()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=config.public_url) as client:
        yield client
    down.set()
    await task


@pytest.fixture
async def client(config, world, keyring) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(config, world, keyring) as client:
        while len(world.applications.applications) < 2:
            await asyncio.sleep(0)
        yield client


@pytest.fixture
def begin(client, user):
    """Begin to connect: returns the state; the client keeps the cookie."""

    async def begun(tenant: str = "acme", **body: object) -> str:
        asked = {"kind": "selling_partner", "marketplace": "US", **body}
        answer = await client.post("/api/v1/amazon/oauth/start", headers=user(tenant), json=asked)
        assert answer.status_code == 200, answer.text
        return parse_qs(urlsplit(answer.json()["authorization_url"]).query)["state"][0]

    return begun


@pytest.fixture
def come_back(client):
    """Call the callback as the seller's browser does; `None` leaves a parameter out."""

    async def came(state: str | None, *, accept: str = "text/html", **query: str | None) -> httpx.Response:
        given = {"state": state, "spapi_oauth_code": "good", "selling_partner_id": "A1SELLER", **query}
        parameters = {name: value for name, value in given.items() if value is not None}
        return await client.get("/api/v1/amazon/oauth/callback", params=parameters, headers={"accept": accept})

    return came


@pytest.fixture
async def connected(begin, come_back, client, user, world) -> dict:
    """An account of the tenant acme."""
    world.exchange.codes["good"] = "Atzr|planted-token"
    assert (await come_back(await begin())).status_code == 302
    return (await client.get("/api/v1/accounts", headers=user("acme"))).json()["items"][0]
