"""The gateway on granian and pyreqwest, against a raw upstream: what only real sockets show."""

import asyncio
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from sellerport_stack.servers.ports import free_port

PROGRAM = """
    import os
    from spapi_gateway.adapters.inbound.http.principal import SellerportTokens
    from spapi_gateway.adapters.outbound.memory.credential_source import MemoryCredentialSource
    from spapi_gateway.adapters.outbound.pyreqwest.upstream import PyreqwestUpstream
    from spapi_gateway.bootstrap import Adapters, build_app
    from spapi_gateway.config import Config
    from spapi_gateway.domain.accounts import Account, AccountId, Region
    from svc_kit.clock import SystemClock
    from svc_kit.identity import ServiceDirectory, TokenVerifier
    from svc_kit.server import serve

    def build():
        config, clock = Config.from_env(os.environ), SystemClock()
        directory = ServiceDirectory.load(config.service_directory_file)
        account = Account(id=AccountId("acc-na"), tenant="harbor", region=Region.NA, selling_partner_id="A1", marketplaces=(),
                          is_signed=False, application="default")
        return build_app(config, overrides=Adapters(
            clock=clock, verifier=TokenVerifier("spapi-gateway", directory, None, clock), tokens=SellerportTokens(directory, clock),
            credentials=MemoryCredentialSource(clock, account), upstream=PyreqwestUpstream()))

    config = Config.from_env(os.environ)
    serve(build, host=config.http_host, port=config.http_port)
"""
ORDERS = b"/orders/v0/orders"


class RawAmazon:
    """Answers what it is told to, byte for byte, and keeps what it saw."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.pieces: list[bytes] = []

    async def serve(self, reader, writer) -> None:
        try:
            self.seen.append(await reader.readuntil(b"\r\n\r\n"))
            for piece in self.pieces:
                writer.write(piece)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


class Gateway:
    def __init__(self, port: int, token: str, amazon: RawAmazon) -> None:
        self.port, self.token, self.amazon = port, token, amazon

    async def raw(self, request: bytes) -> bytes:
        """Send these bytes and return all that comes until the server closes or falls silent."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request.replace(b"TOKEN", self.token.encode()))
        await writer.drain()
        found = b""
        try:
            async with asyncio.timeout(60):
                while piece := await reader.read(65536):
                    found += piece
        except (TimeoutError, ConnectionError):
            found += b"<open>"
        writer.close()
        return found


@pytest.fixture
async def gateway(world, tmp_path):
    amazon = RawAmazon()
    server = await asyncio.start_server(amazon.serve, "127.0.0.1", 0)
    port = free_port()
    upstream = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    environment = {f"AMAZON_SPAPI_ENDPOINT_{region}": upstream for region in ("NA", "EU", "FE")} | {
        "HTTP_PORT": str(port),
        "SERVICE_KEY": world.gateway_key,
        "SERVICE_DIRECTORY_FILE": str(tmp_path / "services.json"),
        "OIDC_ISSUER": "http://127.0.0.1:9",
        "TOKEN_SVC_URL": "http://127.0.0.1:9",
    }
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(PROGRAM))
    process = start(program, environment)
    try:
        await listening(port, process)
        life = int(time.time() - world.clock.now().timestamp()) + 3600
        yield Gateway(port, world.sellerport_token(lifetime=life), amazon)
    finally:
        process.terminate()
        process.wait(60)
        server.close()


def start(program: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(program)], env={**os.environ, **environment}, stdout=subprocess.DEVNULL)


async def listening(port: int, process: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(60):
        while True:
            assert process.poll() is None
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return


def get(path: bytes, *more: bytes) -> bytes:
    lines = [b"GET " + path + b" HTTP/1.1", b"Host: gateway", b"Connection: close", b"X-Amz-Access-Token: TOKEN", *more]
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def test_real_sockets(gateway):
    """One process for all the cases, because starting it costs more than asking it."""
    await the_target_passes_byte_for_byte(gateway)
    await a_cut_answer_cuts_the_callers_connection(gateway)
    await a_smuggled_second_request_is_never_served(gateway)
    await hop_by_hop_headers_stop(gateway)
    await an_absolute_target_does_not_choose_the_host(gateway)


async def the_target_passes_byte_for_byte(gateway):
    gateway.amazon.pieces = [b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"]
    target = b"/listings/2021-08-01/items/A1/a%2Fb%2fc%20(d)?q=%2F%20x+y&t=10:00:00Z"
    reply = await gateway.raw(get(target))
    assert reply.startswith(b"HTTP/1.1 200 OK\r\n")
    assert reply.endswith(b"{}")
    assert gateway.amazon.seen[-1].startswith(b"GET " + target + b" HTTP/1.1\r\n")


async def a_cut_answer_cuts_the_callers_connection(gateway):
    body = b"x" * 300_000
    for head in (b"content-length: 400000", b"transfer-encoding: chunked"):
        piece = body if b"length" in head else b"%x\r\n%s\r\n" % (len(body), body)
        gateway.amazon.pieces = [b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n", piece]
        reply = await gateway.raw(get(ORDERS))
        assert reply.startswith(b"HTTP/1.1 200 OK\r\n")
        assert not reply.endswith(b"<open>")
        assert not reply.endswith(b"0\r\n\r\n")
        assert len(reply) < 400_000


async def a_smuggled_second_request_is_never_served(gateway):
    gateway.amazon.pieces = [b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"]
    before = len(gateway.amazon.seen)
    inner = get(b"/orders/v0/orders/1/address")
    head = b"POST /feeds/2021-06-30/feeds HTTP/1.1\r\nHost: g\r\nX-Amz-Access-Token: TOKEN\r\n"
    both = await gateway.raw(head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner)
    twice = await gateway.raw(head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello" + inner)
    odd = await gateway.raw(head + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner)
    assert both.count(b"HTTP/1.1 ") == 1
    assert (twice.split(b"\r\n")[0], odd.split(b"\r\n")[0]) == (b"HTTP/1.1 400 Bad Request", b"HTTP/1.1 400 Bad Request")
    assert not any(b"address" in seen for seen in gateway.amazon.seen[before:])


async def hop_by_hop_headers_stop(gateway):
    await gateway.raw(
        get(ORDERS, b"Connection: x-amz-access-token, x-hop", b"X-Hop: 1", b"TE: trailers", b"X-HTTP-Method-Override: DELETE")
    )
    seen = gateway.amazon.seen[-1].lower()
    assert b"x-amz-access-token: atza|" in seen
    for name in (b"x-hop", b"te:", b"override", b"connection:"):
        assert name not in seen


async def an_absolute_target_does_not_choose_the_host(gateway):
    before = len(gateway.amazon.seen)
    reply = await gateway.raw(get(b"http://evil.example" + ORDERS))
    assert b" 200 OK" in reply.split(b"\r\n")[0]
    assert len(gateway.amazon.seen) == before + 1
    assert b"evil" not in gateway.amazon.seen[-1]


def test_the_package_says_what_it_serves_with_an_empty_environment():
    done = subprocess.run([sys.executable, "-m", "spapi_gateway", "openapi"], env={}, capture_output=True, check=True)
    assert b"/v1/accounts/{account_id}/spapi/{path}" in done.stdout
