"""CredentialSource: the promises of its docstrings, by the fake and by the HTTP client against a strict stand-in of account-svc."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from svc_kit.clock import SystemClock
from svc_kit.errors import Conflict, DomainError, Timeout, Unavailable
from svc_kit.http_client import ServiceClient
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.secret import Secret
from token_svc.adapters.outbound.account.credential_source import SCOPES, HttpCredentialSource
from token_svc.adapters.outbound.memory.credential_source import MemoryCredentialSource
from token_svc.application.ports.credential_source import CredentialSource


class AccountSvc:
    """The internal endpoints as the contract writes them; refuses what it does not know."""

    def __init__(self, stored: MemoryCredentialSource) -> None:
        self.stored = stored
        self.is_down = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = (await receive()).get("body", b"")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        assert headers["authorization"].startswith("Bearer ey")
        status, answer = await self._answer(scope["method"], scope["path"], json.loads(body) if body else None)
        media_type = b"application/problem+json" if status >= 400 else b"application/json"
        headers = [(b"content-type", media_type), *([(b"retry-after", b"3")] if status == 503 else [])]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode() if answer is not None else b""})

    async def _answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if self.is_down:
            return 503, problem(503, "temporarily_unavailable")
        try:
            return await self._serve(method, path.split("/")[3:], body)
        except DomainError as error:
            status = 404 if error.code.endswith("not_found") else 403
            return status, problem(status, error.code)
        except Conflict:
            return 409, problem(409, "version_conflict")

    async def _serve(self, method: str, path: list[str], body: Any) -> tuple[int, Any]:
        match (method, *path):
            case ("GET", "accounts", account_id, "credentials"):
                found = await self.stored.account(account_id)
                application = application_body(found.application)
                token = {"refresh_token": found.refresh_token.reveal(), "refresh_token_version": found.refresh_token_version}
                role = {"role_arn": found.role_arn, "external_id": found.external_id}
                return 200, {"account": asdict(found.account) | {"new_field": 1}, "application": application, **token, **role}
            case ("GET", "applications", application_id, "credentials"):
                return 200, application_body(await self.stored.application(application_id))
            case ("PUT", "accounts", account_id, "refresh-token"):
                assert set(body) == {"expected_version", "refresh_token"}
                version = await self.stored.replace_refresh_token(
                    account_id, expected_version=body["expected_version"], refresh_token=Secret(body["refresh_token"])
                )
                return 200, {"refresh_token_version": version}
            case ("POST", "accounts", account_id, "authorization-failures"):
                assert set(body) == {"error", "error_description", "refresh_token_version"}
                await self.stored.report_authorization_failure(
                    account_id,
                    error=body["error"],
                    description=body["error_description"],
                    refresh_token_version=body["refresh_token_version"],
                )
                return 204, None
        return 404, problem(404, "not_found")


def application_body(application: Any) -> dict[str, Any]:
    following = application.client_secret_next
    return {
        "id": application.id,
        "client_id": application.client_id,
        "client_secret": application.client_secret.reveal(),
        "client_secret_next": following.reveal() if following else None,
        "role_arn": application.role_arn,
    }


def problem(status: int, code: str) -> dict[str, Any]:
    return {"type": f"urn:sellerport:problem:{code}", "title": code, "status": status, "code": code}


@dataclass
class Source:
    port: CredentialSource
    stored: MemoryCredentialSource
    server: AccountSvc | None = None

    def fail(self) -> None:
        if self.server is None:
            self.stored.is_down = True
        else:
            self.server.is_down = True


@pytest.fixture(params=["memory", "http"])
async def source(request, make_credentials) -> AsyncIterator[Source]:
    stored = MemoryCredentialSource()
    made = make_credentials("acc-1", role_arn="arn:aws:iam::1:role/r", external_id="ext")
    stored.put(replace(made, application=replace(made.application, client_secret_next=Secret("next"))))
    if request.param == "memory":
        yield Source(stored, stored)
        return
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    issuer = ServiceTokenIssuer(Secret(pem), "token-svc", "1", SystemClock())
    server = AccountSvc(stored)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://account-svc") as http:
        client = ServiceClient(http, issuer=issuer, audience="account-svc", scopes=SCOPES, deadline_seconds=5)
        yield Source(HttpCredentialSource(client), stored, server)


async def test_an_accounts_credentials_come_whole(source):
    assert await source.port.account("acc-1") == source.stored.accounts["acc-1"]


@pytest.mark.parametrize(
    ("status", "code"), [("disconnected", "amazon_not_connected"), ("reauthorization_required", "reauthorization_required")]
)
async def test_the_secrets_of_an_unusable_account_stay_where_they_are(source, status, code):
    source.stored.set_status("acc-1", status)
    with pytest.raises(DomainError, match=code):
        await source.port.account("acc-1")


@pytest.mark.parametrize("account_id", ["acc-9", "../applications/default", "a b"])
async def test_an_unknown_account_is_refused(source, account_id):
    with pytest.raises(DomainError, match="account_not_found"):
        await source.port.account(account_id)


async def test_an_applications_credentials_come_whole(source):
    assert await source.port.application("default") == source.stored.applications["default"]
    with pytest.raises(DomainError, match="application_not_found"):
        await source.port.application("nobody")


async def test_a_rotated_token_replaces_exactly_the_expected_version(source):
    assert await source.port.replace_refresh_token("acc-1", expected_version=1, refresh_token=Secret("Atzr|2")) == 2
    with pytest.raises(Conflict):
        await source.port.replace_refresh_token("acc-1", expected_version=1, refresh_token=Secret("Atzr|3"))
    assert (await source.port.account("acc-1")).refresh_token == Secret("Atzr|2")
    with pytest.raises(DomainError, match="account_not_found"):
        await source.port.replace_refresh_token("acc-9", expected_version=1, refresh_token=Secret("Atzr|3"))


async def test_a_failure_reported_twice_is_one(source):
    for _ in range(2):
        await source.port.report_authorization_failure("acc-1", error="invalid_grant", description="revoked", refresh_token_version=1)
    assert source.stored.reports == {("acc-1", 1): "invalid_grant: revoked"}


async def test_an_account_svc_that_cannot_serve_is_unavailable(source):
    source.fail()
    with pytest.raises(Unavailable):
        await source.port.account("acc-1")


async def test_an_account_svc_that_is_not_there_is_unavailable_or_out_of_time(free_url, make_credentials):
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    issuer = ServiceTokenIssuer(Secret(pem), "token-svc", "1", SystemClock())
    async with ServiceClient.open(free_url, issuer=issuer, audience="account-svc", scopes=SCOPES, deadline_seconds=2) as client:
        with pytest.raises((Unavailable, Timeout)):
            await HttpCredentialSource(client).account("acc-1")
