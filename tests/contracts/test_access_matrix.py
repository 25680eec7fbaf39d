"""Every caller at every endpoint of every service, with real tokens: exactly those pass that contracts/access/matrix.yaml names."""

import asyncio
import json
import re
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import httpx
import jwt
import pytest
import yaml
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm
from structlog.testing import capture_logs

from account_svc.adapters.inbound.http.api import build_api as account_api
from sellerport_stack.state.service_keys import GRANTS, ServiceKeys
from spapi_gateway.adapters.inbound.http.api import build_api as gateway_api
from spapi_gateway.bootstrap import load_catalogue
from svc_kit.clock import SystemClock
from svc_kit.identity import DirectoryFile, OidcVerifier, TokenVerifier
from svc_kit.messaging import RpcError
from sync_svc.adapters.inbound.http.api import Served
from sync_svc.adapters.inbound.http.api import build_api as sync_api
from token_svc.adapters.inbound.http.api import build_api as token_api
from token_svc.adapters.inbound.nats.issue_rpc import SUBJECT, issue_rpc
from token_svc.adapters.inbound.serving import Serving
from token_svc.adapters.inbound.token_desk import TokenDesk

ROOT = Path(__file__).parents[2]
MATRIX = yaml.safe_load((ROOT / "contracts" / "access" / "matrix.yaml").read_text())
APPS = {
    "account-svc": account_api,
    "token-svc": lambda **options: token_api(Serving(), **options),
    "spapi-gateway": lambda **options: gateway_api(load_catalogue(allow_unknown=False), **options),
    "sync-svc": lambda **options: sync_api(Served(), SystemClock(), **options),
}
SUBJECTS = {"token-svc": {f"NATS {SUBJECT}"}}
CELLS = [(service, endpoint) for service, endpoints in MATRIX.items() for endpoint in endpoints]
REFUSALS = {401: "unauthenticated", 403: "forbidden"}


@dataclass
class Callers:
    """Makes the token of everybody who might call; the keys and grants are those of a real stack."""

    keys: ServiceKeys
    people: Ed25519PrivateKey
    issuer: str

    def bearers(self, audience: str) -> dict[str, tuple[str | None, int]]:
        """Return, by caller, the token and how it is refused where it does not pass."""
        good = {name: (self.service(name, audience, granted=True), 403) for name in GRANTS}
        without_scope = {f"{name} without scope": (self.service(name, audience, granted=False), 403) for name in GRANTS}
        elsewhere = "sync-svc" if audience != "sync-svc" else "account-svc"
        best = "operator"
        return {
            **good,
            **without_scope,
            "user": (self.user(), 403),
            "nobody": (None, 401),
            "not a token": ("x.y.z", 401),
            "user without tenant": (self.user(tenant_id=None), 401),
            "user of another audience": (self.user(aud="another"), 401),
            "user of another issuer": (self.user(iss="http://another.test"), 401),
            "expired user": (self.user(exp=int(time.time()) - 31), 401),
            "user signed by nobody": (self.user(key=Ed25519PrivateKey.generate()), 401),
            "service for another audience": (self.service(best, audience, granted=True, aud=elsewhere), 401),
            "expired service": (self.service(best, audience, granted=True, exp=int(time.time()) - 31), 401),
            "service signed by another": (self.service(best, audience, granted=True, signer="demo-service"), 401),
            "service that names two": (self.service("sync-svc", audience, granted=True, aud=[audience, elsewhere]), 401),
            "service acting as another": (self.service(best, audience, granted=True, sub="token-svc"), 401),
            "unknown service": (self.service(best, audience, granted=True, iss="stranger", sub="stranger"), 401),
        }

    def user(self, key: Ed25519PrivateKey | None = None, **claims: object) -> str:
        told = {"iss": self.issuer, "aud": "sellerport", "sub": "u", "tenant_id": "acme", "exp": int(time.time()) + 300} | claims
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(told, key or self.people, algorithm="EdDSA", headers={"kid": "people"})

    def service(self, name: str, audience: str, *, granted: bool, signer: str | None = None, **claims: object) -> str:
        scopes = GRANTS[name].get(audience, []) if granted else []
        told = {"iss": name, "sub": name, "aud": audience, "scope": " ".join(scopes), "tenant": "acme", "exp": int(time.time()) + 300}
        headers = {"kid": self.keys.key_id(name)}
        key = self.keys._private(signer or name)
        return jwt.encode(told | claims, key, algorithm="EdDSA", headers=headers)


@pytest.fixture(autouse=True)
def _quiet():
    """Who gets past the guards meets errors, a thousand of them; their tracebacks would take most of the time."""
    with capture_logs():
        yield


@pytest.fixture(scope="module")
async def callers(tmp_path_factory):
    """All keys of a stack, and an issuer of sign-in tokens on a socket."""
    keys = ServiceKeys(tmp_path_factory.mktemp("keys"))
    keys.ensure()
    people = Ed25519PrivateKey.generate()
    jwk = {**json.loads(OKPAlgorithm.to_jwk(people.public_key())), "kid": "people", "use": "sig", "alg": "EdDSA"}

    async def show(_request: web.Request) -> web.Response:
        return web.json_response({"keys": [jwk]})

    app = web.Application()
    app.add_routes([web.get("/jwks", show)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Callers(keys, people, f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()


@pytest.fixture(scope="module")
def verifiers(callers):
    clock = SystemClock()
    oidc = OidcVerifier(
        issuer=callers.issuer, audience="sellerport", jwks_url=f"{callers.issuer}/jwks", tenant_claim="tenant_id", clock=clock
    )
    directory = DirectoryFile(callers.keys.directory, clock)
    # token-svc knows services only
    return {service: TokenVerifier(service, directory, None if service == "token-svc" else oidc, clock) for service in APPS}


@pytest.fixture(scope="module")
def apps(verifiers):
    """The four services' applications with nothing behind them: whoever passes the guards meets an error or an answer, no refusal."""
    return {service: build(verifier=verifiers[service]) for service, build in APPS.items()}


def offered(service: str, app) -> set[str]:
    routes = {
        f"{method} {route.path}"
        for route in app.routes
        for method in getattr(route, "methods", ())
        if method != "OPTIONS" and not route.path.startswith("/schema")  # what the service says of itself is no secret
    }
    return routes | SUBJECTS.get(service, set())


@pytest.mark.parametrize("service", APPS)
def test_every_endpoint_is_declared(apps, service):
    undeclared, gone = offered(service, apps[service]) - MATRIX[service].keys(), MATRIX[service].keys() - offered(service, apps[service])
    assert undeclared == set(), f"say in contracts/access/matrix.yaml, under {service}, who may call these"
    assert gone == set(), f"take these out of contracts/access/matrix.yaml, under {service}"


def test_every_subject_that_is_served_is_known_here():
    servers = [path.name for path in (ROOT / "services").rglob("src/**/*.py") if "RpcServer(" in path.read_text()]
    assert len(servers) == len(SUBJECTS), "a new request-reply subject belongs into SUBJECTS above and into the matrix"


def test_every_declared_caller_exists():
    named = {caller for endpoints in MATRIX.values() for callers in endpoints.values() for caller in callers}
    assert named <= {"anyone", "user", "service", *GRANTS}


@pytest.mark.parametrize(("service", "endpoint"), CELLS)
async def test_exactly_the_declared_callers_pass(apps, verifiers, callers, service, endpoint):
    assert await disagreements(apps, verifiers, callers, (service, endpoint), set(MATRIX[service][endpoint])) == []


async def test_a_caller_too_many_and_one_too_few_are_told(apps, verifiers, callers):
    endpoint = "GET /internal/v1/applications/{application_id:str}/credentials"
    told = await disagreements(apps, verifiers, callers, ("account-svc", endpoint), {"user", "operator"})
    assert told == ["token-svc: passed, declared 403", "operator: 403, declared passes", "user: 403, declared passes"]


async def disagreements(apps, verifiers, callers, cell: tuple[str, str], declared: set[str]) -> list[str]:
    """Try everybody at one endpoint and return one line for each who is treated otherwise than declared."""
    service, endpoint = cell
    method, path = endpoint.split(" ", 1)
    ask = _over_nats if method == "NATS" else _over_http
    wrong = []
    for caller, (bearer, refusal) in callers.bearers(service).items():
        # Users are strangers to token-svc, which knows services only.
        refused = 401 if service == "token-svc" and caller == "user" else refusal
        is_service = caller.removesuffix(" without scope") in GRANTS
        passes = bool(declared & {caller, "anyone"}) or (is_service and "service" in declared)
        status = await ask(apps[service], verifiers[service], method, path, bearer)
        if status != (None if passes else refused):
            wrong.append(f"{caller}: {status or 'passed'}, declared {'passes' if passes else refused}")
    return wrong


async def _over_http(app, _verifier, method: str, path: str, bearer: str | None) -> int | None:
    """Return 401 or 403 when the guards refused, None when the request got past them."""
    filled = re.sub(r"\{path:path\}", "sellers/v1/x", path)
    filled = re.sub(r"\{\w+:\w+\}", str(uuid.UUID(int=0)), filled).replace("//", "/")
    headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test", timeout=10) as client:
        answer = await client.request(method, filled, headers=headers)
    is_json = "json" in answer.headers.get("content-type", "")
    code = answer.json().get("code") if is_json and answer.status_code in REFUSALS else None
    return answer.status_code if code == REFUSALS.get(answer.status_code) and code else None


async def _over_nats(_app, verifier, _method: str, _subject: str, bearer: str | None) -> int | None:
    handle = issue_rpc(TokenDesk(None, SystemClock(), default_seconds=1), verifier)
    body = json.dumps({"kind": "access", "account_id": str(uuid.UUID(int=0))}).encode()
    try:
        async with asyncio.timeout(10):
            await handle(body, {"authorization": f"Bearer {bearer}"} if bearer else {})
    except RpcError as error:
        return error.problem.status
    except AttributeError:
        return None  # there is nothing behind the desk: the caller got past it
    raise AssertionError("the desk answered though nothing is behind it")
