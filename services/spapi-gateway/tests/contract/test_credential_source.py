"""One suite for every source of credentials: memory, NATS request-reply and HTTP."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from spapi_gateway.adapters.outbound.memory.credential_source import MemoryCredentialSource
from spapi_gateway.adapters.outbound.tokens.credential_source import AUDIENCE, SCOPES, SUBJECT, HttpCredentialSource, NatsCredentialSource
from spapi_gateway.application.ports.credential_source import CredentialUnavailableError
from spapi_gateway.domain.credentials import CredentialKind, CredentialNeed, RestrictedResource
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.clock import ManualClock, SystemClock
from svc_kit.errors import Timeout, Unavailable
from svc_kit.http_client import ServiceClient
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.messaging import NatsConnection, RpcClient, RpcError, RpcServer
from svc_kit.problem import Problem
from svc_kit.secret import Secret

ACCESS = CredentialNeed(CredentialKind.ACCESS, "acc-na")


class TokenService:
    """token-svc's contract over a memory source: the wire form of what the fake decides."""

    def __init__(self, inner: MemoryCredentialSource) -> None:
        self.inner = inner
        self.asked: list[dict] = []

    async def answer(self, content: bytes) -> bytes:
        body = json.loads(content)
        self.asked.append(body)
        resources = tuple(
            RestrictedResource(item["method"], item["path"], tuple(item.get("dataElements", ())))
            for item in body.get("restricted_resources", ())
        )
        need = CredentialNeed(CredentialKind(body["kind"]), body.get("account_id"), body.get("application"), body.get("scope"), resources)
        try:
            found = await self.inner.issue(need, rejected_sha256=body.get("rejected_token_sha256"))
        except CallRefusedError as refusal:
            raise RpcError(Problem.of(404 if refusal.code == "account_not_found" else 403, refusal.code, refusal.detail)) from None
        except CredentialUnavailableError as fault:
            raise RpcError(Problem.of(503, "lwa_unavailable", fault.detail), fault.retry_after) from None
        account = None
        if found.account:
            account = {
                name: getattr(found.account, name) for name in ("id", "tenant", "selling_partner_id", "application", "status", "version")
            }
            account |= {"kind": "selling_partner", "region": found.account.region.value, "marketplaces": list(found.account.marketplaces)}
            account |= {"signing": "sigv4" if found.account.is_signed else "none", "new_field": 1}
        reply = {"kind": found.kind.value, "expires_at": "2099-01-01T00:00:00Z", "account": account}
        if found.kind is CredentialKind.AWS_SESSION:
            reply |= {"access_key_id": found.access_key_id, "secret_access_key": found.secret_access_key.reveal()}
            reply |= {"session_token": found.token.reveal()}
        else:
            reply["token"] = found.token.reveal()
        return msgspec.json.encode(reply)

    async def serve_http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith("post /v1/tokens http/1.1")
        assert "authorization: bearer ey" in head
        content = await reader.readexactly(int(head.split("content-length: ")[1].split("\r\n")[0]))
        extra = ""
        try:
            status, body = 200, await self.answer(content)
        except RpcError as error:
            status, body = error.problem.status, msgspec.json.encode(error.problem)
            extra = f"retry-after: {error.retry_after:.0f}\r\n" if error.retry_after else ""
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\nconnection: close\r\n{extra}\r\n".encode() + body)
        await writer.drain()
        writer.close()


def issuer() -> ServiceTokenIssuer:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return ServiceTokenIssuer(Secret(pem), "spapi-gateway", "k", SystemClock())


@asynccontextmanager
async def over_nats(service: TokenService, nats_url: str) -> AsyncIterator[NatsCredentialSource]:
    async def handle(content, headers):
        assert headers["authorization"].startswith("Bearer ey")
        return await service.answer(content)

    async with NatsConnection.open(nats_url, "token-svc") as answering, NatsConnection.open(nats_url, "gateway") as asking:
        server = RpcServer(answering, subject=SUBJECT, queue="token-svc", handler=handle)
        await server.start()
        await answering.ping()
        yield NatsCredentialSource(RpcClient(asking), issuer(), SystemClock())
        await server.stop()


@asynccontextmanager
async def over_http(service: TokenService) -> AsyncIterator[HttpCredentialSource]:
    server = await asyncio.start_server(service.serve_http, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with ServiceClient.open(url, issuer=issuer(), audience=AUDIENCE, scopes=SCOPES) as client:
        yield HttpCredentialSource(client)
    server.close()


@pytest.fixture
def service(accounts) -> TokenService:
    return TokenService(MemoryCredentialSource(SystemClock(), *accounts.values()))


@pytest.fixture(params=["memory", "nats", "http"])
async def source(request, service):
    if request.param == "memory":
        yield service.inner
    elif request.param == "nats":
        async with over_nats(service, request.getfixturevalue("nats_url")) as found:
            yield found
    else:
        async with over_http(service) as found:
            yield found


async def test_an_access_token_comes_with_its_account(source, accounts):
    found = await source.issue(ACCESS)
    assert (found.kind, found.account) == (CredentialKind.ACCESS, accounts["acc-na"])
    assert found.token.reveal().startswith("Atza|access")
    assert found.expires_at > SystemClock().now().timestamp()


async def test_asking_twice_gives_the_same_and_naming_it_as_rejected_another(source):
    first = await source.issue(ACCESS)
    assert (await source.issue(ACCESS)).token == first.token
    digest = hashlib.sha256(first.token.reveal().encode()).hexdigest()
    assert (await source.issue(ACCESS, rejected_sha256=digest)).token != first.token


async def test_an_aws_session_has_its_three_parts(source):
    found = await source.issue(CredentialNeed(CredentialKind.AWS_SESSION, "acc-eu"))
    assert found.access_key_id.startswith("ASIA")
    assert found.secret_access_key
    assert found.token
    assert found.account.is_signed


async def test_a_grantless_token_belongs_to_no_account(source):
    need = CredentialNeed(CredentialKind.GRANTLESS, None, "default", "sellingpartnerapi::notifications")
    assert (await source.issue(need)).account is None


async def test_a_restricted_token_is_made_for_exactly_its_resources(source, service):
    resources = (
        RestrictedResource("GET", "/orders/v0/orders", ("buyerInfo",)),
        RestrictedResource("GET", "/mfn/v0/shipments/{shipmentId}"),
    )
    need = CredentialNeed(CredentialKind.RESTRICTED, "acc-na", resources=resources)
    assert (await source.issue(need)).kind is CredentialKind.RESTRICTED
    assert service.inner.issued == [need]


@pytest.mark.parametrize("code", ["amazon_not_connected", "reauthorization_required", "role_refused", "restricted_token_rejected"])
async def test_a_refusal_keeps_its_reason(source, service, code):
    service.inner.refusals["acc-na"] = CallRefusedError(code, "the cure")
    with pytest.raises(CallRefusedError) as refusal:
        await source.issue(ACCESS)
    assert (refusal.value.code, refusal.value.detail) == (code, "the cure")


async def test_a_missing_account_is_a_refusal(source):
    with pytest.raises(CallRefusedError) as refusal:
        await source.issue(CredentialNeed(CredentialKind.ACCESS, "gone"))
    assert refusal.value.code == "account_not_found"


async def test_an_issuer_that_cannot_now_says_when(source, service):
    service.inner.fault = CredentialUnavailableError("Amazon is down", retry_after=7)
    with pytest.raises(CredentialUnavailableError) as fault:
        await source.issue(ACCESS)
    assert (fault.value.detail, fault.value.retry_after) == ("Amazon is down", 7)


async def test_many_at_once(source):
    found = await asyncio.gather(*(source.issue(ACCESS) for _ in range(20)))
    assert len({credential.token for credential in found}) == 1


@pytest.mark.parametrize("way", ["nats", "http"])
async def test_an_issuer_that_is_not_there_is_unavailable_and_not_a_refusal(way, nats_url):
    if way == "nats":
        async with NatsConnection.open(nats_url, "gateway") as asking:
            with pytest.raises(Unavailable) as fault:
                await NatsCredentialSource(RpcClient(asking), issuer(), SystemClock()).issue(ACCESS)
    else:
        async with ServiceClient.open("http://127.0.0.1:1", issuer=issuer(), audience=AUDIENCE, scopes=SCOPES) as client:
            with pytest.raises(Unavailable) as fault:
                await HttpCredentialSource(client).issue(ACCESS)
    assert not isinstance(fault.value, CredentialUnavailableError)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"kind":"access","expires_at":"x"}', b'{"kind":"odd","expires_at":1.0}'])
async def test_an_answer_that_cannot_be_read_is_no_credential(service, content):
    async def odd(_content):
        return content

    service.answer = odd
    async with over_http(service) as source:
        with pytest.raises(CredentialUnavailableError):
            await source.issue(ACCESS)


class HeldReplicas:
    """Replicas that keep each request until the test lets go of it; on a clock that the test moves."""

    def __init__(self, service: TokenService, rpc: RpcClient) -> None:
        self.clock = ManualClock()
        self.source = NatsCredentialSource(rpc, issuer(), self.clock)
        self.hasty = NatsCredentialSource(rpc, issuer(), self.clock, seconds=0.05)
        self.kept: list[asyncio.Event] = []
        self._service = service
        self._arrived = asyncio.Condition()

    async def handle(self, content, _headers):
        released = asyncio.Event()
        async with self._arrived:
            self.kept.append(released)
            self._arrived.notify_all()
        await released.wait()
        return await self._service.answer(content)

    async def have(self, count: int) -> None:
        async with asyncio.timeout(30), self._arrived:
            await self._arrived.wait_for(lambda: len(self.kept) >= count)


@pytest.fixture
async def held(service, nats_url):
    async with NatsConnection.open(nats_url, "token-svc") as answering, NatsConnection.open(nats_url, "gateway") as asking:
        replicas = HeldReplicas(service, RpcClient(asking))
        server = RpcServer(answering, subject=SUBJECT, queue="token-svc", handler=replicas.handle)
        await server.start()
        await answering.ping()
        yield replicas
        for released in replicas.kept:
            released.set()
        await server.stop()


@pytest.mark.parametrize("answering", [0, 1])
async def test_a_silent_replica_is_asked_again_and_the_first_answer_counts(held, service, answering):
    asking = asyncio.create_task(held.source.issue(ACCESS))
    await held.have(1)
    held.clock.advance(2)
    await held.have(2)
    held.kept[answering].set()
    assert (await asking).account.id == "acc-na"
    assert held.clock.sleepers == 0  # nobody is left who would ask once more
    assert len(service.asked) == 1


async def test_a_replica_that_answers_is_asked_once(held):
    asking = asyncio.create_task(held.source.issue(ACCESS))
    await held.have(1)
    held.clock.advance(1.9)
    held.kept[0].set()
    await asking
    assert (len(held.kept), held.clock.sleepers) == (1, 0)


@pytest.mark.parametrize("refusing", [0, 1])
async def test_a_refusal_is_an_answer_and_ends_the_asking(held, service, refusing):
    service.inner.refusals["acc-na"] = CallRefusedError("reauthorization_required", "the cure")
    asking = asyncio.create_task(held.source.issue(ACCESS))
    await held.have(1)
    held.clock.advance(2)
    await held.have(2)
    held.kept[refusing].set()
    with pytest.raises(CallRefusedError):
        await asking
    assert (len(held.kept), held.clock.sleepers) == (2, 0)


async def test_silence_is_asked_thrice_in_all_and_whoever_gives_up_leaves_nothing_behind(held):
    asking = asyncio.create_task(held.source.issue(ACCESS))
    await held.have(1)
    for seconds, count in ((2, 2), (4, 3)):
        held.clock.advance(seconds)
        await held.have(count)
    assert held.clock.sleepers == 0  # no fourth
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "credential-ask"]


async def test_lasting_silence_is_a_timeout(held):
    with pytest.raises(Timeout, match=r"within 0\.05 s"):
        await held.hasty.issue(ACCESS)
    assert held.clock.sleepers == 0
