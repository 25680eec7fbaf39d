"""A token-svc made of fakes and as many replicas of it as a test wants; a simulator of Amazon for those that want the real thing."""

import asyncio
import base64
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sellerport_stack.processes import ProcessSpec
from sellerport_stack.servers import running
from sellerport_stack.servers.ports import answers, free_port
from svc_kit.clock import ManualClock, SystemClock
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.ids import SequenceIds
from svc_kit.secret import Secret
from token_svc.adapters.outbound.memory.account_floors import MemoryAccountFloors
from token_svc.adapters.outbound.memory.credential_source import MemoryCredentialSource
from token_svc.adapters.outbound.memory.journal import MemoryJournal
from token_svc.adapters.outbound.memory.lwa_client import MemoryLwaClient
from token_svc.adapters.outbound.memory.refresh_leases import MemoryRefreshLeases
from token_svc.adapters.outbound.memory.refresh_lock import MemoryRefreshLock
from token_svc.adapters.outbound.memory.restricted_tokens import MemoryRestrictedTokens
from token_svc.adapters.outbound.memory.service_clients import MemoryServiceClients
from token_svc.adapters.outbound.memory.shared_store import SharedStore
from token_svc.adapters.outbound.memory.sts_sessions import MemoryStsSessions
from token_svc.adapters.outbound.memory.token_cache import MemoryTokenCache
from token_svc.adapters.outbound.memory.token_signer import MemoryTokenSigner
from token_svc.application.deadline import Deadline
from token_svc.application.use_cases import Policy, Ports, UseCases
from token_svc.domain.account import Account
from token_svc.domain.credentials import AccountCredentials, ApplicationCredentials

HANDLE_KEY = Secret("h" * 40)
CLIENTS = {"sdk": (Secret("secret"), "demo-service"), "other": (Secret("secret"), "other-service")}


def account(account_id: str = "acc-1", **changes) -> Account:
    base = Account(
        id=account_id,
        tenant="demo",
        kind="selling_partner",
        region="NA",
        selling_partner_id="A1SELLER",
        marketplaces=("ATVPDKIKX0DER",),
        signing="none",
        application="default",
        status="active",
        version=1,
        client_id="amzn1.client",
    )
    return replace(base, **changes)


def credentials(account_id: str = "acc-1", *, refresh_token: str = "Atzr|first", **changes) -> AccountCredentials:
    application = ApplicationCredentials(id="default", client_id="amzn1.client", client_secret=Secret("current-secret"))
    base = AccountCredentials(
        account=account(account_id), application=application, refresh_token=Secret(refresh_token), refresh_token_version=1
    )
    return replace(base, **changes)


async def settle(rounds: int = 50) -> None:
    """Let every task that can go on go on."""
    for _ in range(rounds):
        await asyncio.sleep(0)


@dataclass
class World:
    """Everything outside token-svc, in memory, with one connected account `acc-1`."""

    clock: ManualClock = field(default_factory=ManualClock)
    store: SharedStore = field(default_factory=SharedStore)
    source: MemoryCredentialSource = field(default_factory=MemoryCredentialSource)
    lwa: MemoryLwaClient = field(default_factory=MemoryLwaClient)
    restricted: MemoryRestrictedTokens = field(default_factory=MemoryRestrictedTokens)
    signer: MemoryTokenSigner = field(default_factory=MemoryTokenSigner)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    sts: MemoryStsSessions = field(init=False)
    leases: MemoryRefreshLeases = field(init=False)

    def __post_init__(self) -> None:
        self.sts = MemoryStsSessions(self.clock)
        self.leases = MemoryRefreshLeases(self.source, self.clock)
        self.lwa.clients["amzn1.client"] = {"current-secret"}
        self.connect("acc-1")

    def connect(self, account_id: str, **changes) -> None:
        stored = credentials(account_id, refresh_token=f"Atzr|{account_id}", **changes)
        self.lwa.refresh_tokens[f"Atzr|{account_id}"] = stored.application.client_id
        self.source.put(stored)

    def ports(self) -> Ports:
        return Ports(
            clock=self.clock,
            ids=SequenceIds(),
            source=self.source,
            leases=self.leases,
            lwa=self.lwa,
            cache=MemoryTokenCache(self.store),
            floors=MemoryAccountFloors(self.store),
            lock=MemoryRefreshLock(self.store, self.clock),
            sts=self.sts,
            restricted=self.restricted,
            signer=self.signer,
            clients=MemoryServiceClients(CLIENTS),
            journal=self.journal,
            chance=lambda: 0.5,
        )

    def replica(self, **policy) -> UseCases:
        return UseCases.assemble(self.ports(), Policy(handle_key=HANDLE_KEY, **policy))

    def deadline(self, seconds: float = 10.0) -> Deadline:
        return Deadline.after(self.clock, seconds)

    async def passing(self, work: Awaitable, *, step: float = 0.5, rounds: int = 400):
        """Move the clock whenever somebody sleeps on it until `work` is done, and return its result."""
        task = asyncio.ensure_future(work)
        for _ in range(rounds):
            await settle()
            if task.done():
                break
            if self.clock.sleepers:
                self.clock.advance(step)
        return await asyncio.wait_for(task, 1)


_GRANTS = {
    "operator": {"token-svc": ["handles:issue", "cache:read", "cache:clear", "tokens:issue"]},
    "spapi-gateway": {"token-svc": ["tokens:issue"]},
    "account-svc": {"token-svc": ["authorizations:exchange", "cache:clear"]},
    "token-svc": {"account-svc": ["credentials:read", "credentials:write"]},
}


def _pem(key: Ed25519PrivateKey) -> Secret:
    return Secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def _jwk(key: Ed25519PrivateKey, kid: str) -> dict[str, str]:
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": base64.urlsafe_b64encode(raw).rstrip(b"=").decode()}


@dataclass
class Identities:
    """Keys of all services and the directory that holds them."""

    keys: dict[str, Ed25519PrivateKey] = field(default_factory=lambda: {name: Ed25519PrivateKey.generate() for name in _GRANTS})

    def directory(self) -> bytes:
        services = {n: {"keys": [_jwk(k, f"{n}-1")], "grants": _GRANTS[n]} for n, k in self.keys.items()}
        return json.dumps({"services": services}).encode()

    def pem(self, service: str) -> Secret:
        return _pem(self.keys[service])

    def issuer(self, service: str) -> ServiceTokenIssuer:
        return ServiceTokenIssuer(_pem(self.keys[service]), service, f"{service}-1", SystemClock())

    def bearer(self, service: str, *scopes: str, tenant: str | None = None) -> dict[str, str]:
        return {"authorization": f"Bearer {self.issuer(service).token('token-svc', scopes, tenant)}"}


@pytest.fixture
def identities() -> Identities:
    return Identities()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def make_account() -> Callable[..., Account]:
    return account


@pytest.fixture
def make_credentials() -> Callable[..., AccountCredentials]:
    return credentials


CLIENT_ID = "amzn1.application-oa2-client.tests"
CLIENT_SECRET = "amzn1.oa2-cs.v1.tests"
AWS_KEY = ("AKIATESTS", "aws-secret-of-tests")


class Amazon:
    """What tests ask of the simulator."""

    client_id = CLIENT_ID
    client_secret = CLIENT_SECRET
    ads_client_id = "amzn1.application-oa2-client.sellerport-ads"
    ads_client_secret = "amzn1.oa2-cs.v1.sellerport-ads"
    aws_key = AWS_KEY

    def __init__(self, main: str, regions: dict[str, str]) -> None:
        self.main = main
        self.regions = regions
        self._http = httpx.Client(base_url=main, trust_env=False, timeout=60)

    @property
    def token_url(self) -> str:
        return f"{self.main}/auth/o2/token"

    @property
    def sts_url(self) -> str:
        return f"{self.main}/sts"

    def control(self, method: str, path: str, body: Any = None) -> Any:
        response = self._http.request(method, f"/_sim{path}", json=body)
        response.raise_for_status()
        return response.json() if response.content else None

    def seller(self, region: str = "NA", marketplaces: tuple[str, ...] = ("ATVPDKIKX0DER",), **more: Any) -> str:
        body = {"region": region, "marketplaces": list(marketplaces), "orders": 0, "skus": 0, **more}
        return str(self.control("POST", "/sellers", body)["selling_partner_id"])

    def grant(self, seller: str) -> str:
        return str(self.control("POST", f"/sellers/{seller}/grants", {})["refresh_token"])

    def lwa(self, form: dict[str, str]) -> dict[str, Any]:
        return dict(self._http.post("/auth/o2/token", data=form).json())

    def code(self, seller: str, redirect_uri: str) -> str:
        """Do what a seller does who clicks Confirm on the consent page."""
        query = {"application_id": "amzn1.sp.solution.sellerport", "state": "s", "redirect_uri": redirect_uri}
        form = {"selling_partner_id": seller, "decision": "allow"}
        response = self._http.post("/apps/authorize/consent", params=query, data={**query, **form})
        return httpx.URL(response.headers["location"]).params["spapi_oauth_code"]

    def ads_code(self, seller: str, redirect_uri: str, challenge: str) -> str:
        """The same for Amazon Ads, by PKCE."""
        query = {
            "client_id": self.ads_client_id,
            "scope": "advertising::campaign_management",
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "state": "s",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        response = self._http.post("/ap/oa", params=query, data={"selling_partner_id": seller, "decision": "allow"})
        return httpx.URL(response.headers["location"]).params["code"]

    def revoke(self, seller: str) -> None:
        self.control("POST", f"/sellers/{seller}/revoke", {})

    def fault(self, target: str, kind: str, **more: Any) -> None:
        self.control("POST", "/faults", {"target": target, "kind": kind, **more})

    def clear_faults(self) -> None:
        self.control("DELETE", "/faults")

    def lwa_calls(self, seller: str) -> list[dict[str, Any]]:
        return list(self.control("GET", f"/ledger?kind=lwa&selling_partner_id={seller}&limit=1000")["entries"])

    def close(self) -> None:
        self._http.close()


@contextmanager
def simulated(scratch: Path, **environment: str) -> Iterator[Amazon]:
    """Run a simulator of one's own until the block ends."""
    regions: dict[str, int] = {}

    def describe(port: int) -> ProcessSpec:
        regions.update({region: free_port() for region in ("NA", "EU", "FE")})  # others, should one have been taken
        log = scratch / f"simulator-{port}.log"
        env = {
            "SIM_PORT_MAIN": str(port),
            **{f"SIM_PORT_{region}": str(number) for region, number in regions.items()},
            "SIM_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SIM_CLIENT_ID": CLIENT_ID,
            "SIM_CLIENT_SECRET": CLIENT_SECRET,
            "SIM_AWS_ACCESS_KEY_ID": AWS_KEY[0],
            "SIM_AWS_SECRET_ACCESS_KEY": AWS_KEY[1],
            "SIM_REDIRECT_URIS": "http://127.0.0.1/callback",
            **environment,
        }
        url = f"http://127.0.0.1:{port}/health/live"
        return ProcessSpec(name="simulator", argv=(sys.executable, "-m", "simulator"), env=env, log=log, ready=lambda: answers(url))

    with running(describe) as server:
        amazon = Amazon(f"http://127.0.0.1:{server.port}", {region: f"http://127.0.0.1:{port}" for region, port in regions.items()})
        try:
            yield amazon
        finally:
            amazon.close()


@pytest.fixture(scope="session")
def amazon(scratch) -> Iterator[Amazon]:
    """One simulator for all tests of this process; tests keep apart by having sellers of their own."""
    with simulated(scratch) as running_amazon:
        yield running_amazon


@pytest.fixture
def sunny_amazon(amazon: Amazon) -> Iterator[Amazon]:
    """The simulator, without faults before and after."""
    amazon.clear_faults()
    yield amazon
    amazon.clear_faults()


@pytest.fixture
def free_url() -> str:
    """A URL at which nobody listens."""
    return f"http://127.0.0.1:{free_port()}"
