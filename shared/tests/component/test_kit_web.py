import json
from dataclasses import dataclass

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import OKPAlgorithm
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from litestar.testing import AsyncTestClient

from svc_kit.clock import ManualClock
from svc_kit.errors import Conflict, DomainError, RateLimited, Timeout, Unavailable
from svc_kit.health import ReadinessCheck
from svc_kit.identity import ServiceDirectory, ServiceTokenIssuer, TokenVerifier
from svc_kit.secret import Secret
from svc_kit.web import build_litestar, caller_of, requires, user_only


class Body(msgspec.Struct, forbid_unknown_fields=True):
    name: str


ERRORS = {
    "refused": DomainError("refused", "Do it otherwise."),
    "unavailable": Unavailable("The database is away.", retry_after=2.1),
    "timeout": Timeout("too slow"),
    "limited": RateLimited("slow down", retry_after=7),
    "conflict": Conflict("someone was first"),
    "bug": KeyError("Atzr|hush"),
}


@get("/fail/{kind:str}", opt={"public": True})
async def fail(kind: FromPath[str]) -> None:
    raise ERRORS[kind]


@post("/body", opt={"public": True})
async def take(data: JSONBody[Body]) -> str:
    return data.name


@get("/me")
async def me(request: Request) -> str:
    return caller_of(request).subject


@get("/admin", guards=[requires("accounts:admin")])
async def admin() -> str:
    return "ok"


@get("/person", guards=[user_only])
async def person() -> str:
    return "ok"


@dataclass
class Switch:
    broken: bool = False

    async def probe(self) -> None:
        if self.broken:
            raise ConnectionError


@pytest.fixture
def switch():
    return Switch()


KEY = Ed25519PrivateKey.generate()
PEM = Secret(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


@pytest.fixture
def issuer():
    return ServiceTokenIssuer(PEM, "caller", "k", ManualClock())


@pytest.fixture
async def client(switch):
    jwk = {**json.loads(OKPAlgorithm.to_jwk(KEY.public_key())), "kid": "k"}
    directory = ServiceDirectory.parse(json.dumps({"services": {"caller": {"keys": [jwk], "grants": {"t": ["a"]}}}}).encode())
    verifier = TokenVerifier("t", directory, None, ManualClock())
    app = build_litestar(
        service="t",
        version="1",
        route_handlers=[fail, take, me, admin, person],
        statuses={"refused": 409},
        readiness=[ReadinessCheck(name="it", probe=switch.probe)],
        verifier=verifier,
        max_body=1000,
    )
    async with AsyncTestClient(app) as test_client:
        yield test_client


@pytest.mark.parametrize(
    ("kind", "status", "code", "retry_after"),
    [
        ("refused", 409, "refused", None),
        ("unavailable", 503, "temporarily_unavailable", "3"),
        ("timeout", 504, "deadline_exceeded", None),
        ("limited", 429, "rate_limited", "7"),
        ("conflict", 409, "conflict", None),
        ("bug", 500, "internal_error", None),
    ],
)
async def test_every_failure_is_a_problem_document(client, kind, status, code, retry_after):
    response = await client.get(f"/fail/{kind}")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == code
    assert response.json()["request_id"] == response.headers["x-request-id"]
    assert response.headers.get("retry-after") == retry_after
    assert "hush" not in response.text


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"name": "x"}', 201, None),
        (b'{"name": "x", "more": 1}', 400, "invalid_request"),
        (b'{"name": ', 400, "invalid_request"),
        (b'{"name": 1}', 400, "invalid_request"),
        (b'{"name": "' + b"x" * 2000 + b'"}', 413, "body_too_large"),
    ],
)
async def test_bodies_are_checked_at_the_edge(client, content, status, code):
    response = await client.post("/body", content=content, headers={"content-type": "application/json"})
    assert response.status_code == status
    if code:
        assert response.json()["code"] == code


async def test_unknown_paths_and_methods_are_problems_too(client):
    missing, wrong = await client.get("/nix"), await client.delete("/body")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("header", [None, "Basic abc", "Bearer", "Bearer x.y.z", "Bearer " + "a" * 5000])
async def test_no_handler_answers_without_a_good_token(client, header):
    response = await client.get("/me", headers={"authorization": header} if header else {})
    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")


async def test_scopes_and_kinds_are_guarded(client, issuer):
    headers = {"authorization": f"Bearer {issuer.token('t', ('a', 'accounts:admin'))}"}
    assert (await client.get("/me", headers=headers)).text == "caller"
    assert (await client.get("/admin", headers=headers)).status_code == 403
    assert (await client.get("/person", headers=headers)).status_code == 403


async def test_readiness_follows_what_the_service_needs(client, switch):
    assert (await client.get("/health/ready")).json()["status"] == "ok"
    switch.broken = True
    response = await client.get("/health/ready")
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert (await client.get("/health/live")).status_code == 200


@pytest.mark.parametrize("given", ["abc-1", "x" * 200, "a b", "a\u00e9"])
async def test_a_request_id_is_taken_over_only_when_it_is_clean(client, given):
    response = await client.get("/health/live", headers={"x-request-id": given.encode("latin-1")})
    assert (response.headers["x-request-id"] == given) == (given == "abc-1")


async def test_metrics_name_routes_not_paths(client):
    await client.get("/fail/refused")
    text = (await client.get("/metrics")).text
    assert 'route="/fail/{kind}",service="t",status="409"' in text
