"""One suite for every way out to Amazon: the fake tells the truth about the real one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from spapi_gateway.adapters.outbound.memory.upstream import MemoryAnswer, MemoryUpstream
from spapi_gateway.adapters.outbound.pyreqwest.upstream import PyreqwestUpstream
from spapi_gateway.application.ports.upstream import (
    AnswerCutError,
    AnswerLostError,
    NonsenseAnswerError,
    NotConnectedError,
    UpstreamRequest,
)
from svc_kit.errors import Timeout


class RealAmazon:
    """A raw server: it sees every byte and can break off anywhere."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.answer = b""
        self.is_cut = False
        self.is_silent = False
        self.upstream = PyreqwestUpstream()
        self.endpoint = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            body = b""
            lower = head.lower()
            if b"transfer-encoding: chunked" in lower:
                while (size := int(await reader.readline(), 16)) > 0:
                    body += await reader.readexactly(size)
                    await reader.readline()
            elif b"content-length: " in lower:
                body = await reader.readexactly(int(lower.split(b"content-length: ")[1].split(b"\r\n")[0]))
            self.seen.append(head + body)
            if self.is_silent:
                await reader.read()
            writer.write(self.answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def will(self, status=200, headers=(), body=b"", *, is_cut=False) -> None:
        fields = [("content-length", str(len(body) + (10 if is_cut else 0))), ("connection", "close"), *headers]
        head = "".join(f"{name}: {value}\r\n" for name, value in fields)
        self.answer = f"HTTP/1.1 {status} OK\r\n{head}\r\n".encode("latin-1") + body

    def will_fail(self, kind: str) -> None:
        if kind == "refused":
            self.endpoint = "http://127.0.0.1:1"
        elif kind == "silent":
            self.is_silent = True
        else:
            self.answer = {"closed": b"", "nonsense": b"this is not HTTP\r\n\r\n"}[kind]

    def target(self) -> str:
        return self.seen[-1].split(b" ")[1].decode()

    def header_values(self, name: str) -> list[str]:
        head = self.seen[-1].split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        pairs = [line.split(": ", 1) for line in head]
        return [value for key, value in pairs if key.lower() == name]

    def body(self) -> bytes:
        return self.seen[-1].split(b"\r\n\r\n", 1)[1]


class FakeAmazon:
    def __init__(self) -> None:
        self.upstream = MemoryUpstream()
        self.endpoint = "http://amazon.example"

    def will(self, status=200, headers=(), body=b"", *, is_cut=False) -> None:
        fields = [("content-length", str(len(body))), ("connection", "close"), *headers]
        self.upstream.script = [MemoryAnswer(status=status, headers=fields, pieces=[body] if body else [], is_cut=is_cut)]

    def will_fail(self, kind: str) -> None:
        self.upstream.hang = kind == "silent"
        faults = {"refused": NotConnectedError(), "closed": AnswerLostError(), "nonsense": NonsenseAnswerError()}
        self.upstream.script = [faults[kind]] if kind in faults else []

    def target(self) -> str:
        received = self.upstream.received[-1]
        return f"{received.path}?{received.query}" if received.query else received.path

    def header_values(self, name: str) -> list[str]:
        return [value for key, value in self.upstream.received[-1].headers if key == name]

    def body(self) -> bytes:
        return self.upstream.received[-1].body


@asynccontextmanager
async def real() -> AsyncIterator[RealAmazon]:
    amazon = RealAmazon()
    server = await asyncio.start_server(amazon.serve, "127.0.0.1", 0)
    amazon.endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    amazon.will()
    try:
        yield amazon
    finally:
        server.close()
        await amazon.upstream.close()


@asynccontextmanager
async def fake() -> AsyncIterator[FakeAmazon]:
    yield FakeAmazon()


@pytest.fixture(params=[fake, real], ids=["memory", "pyreqwest"])
async def amazon(request) -> AsyncIterator[Any]:
    async with request.param() as found:
        yield found


@pytest.fixture
def send(amazon) -> Callable[..., Awaitable[Any]]:
    async def send_request(method="GET", *, path="/a", query="", headers=(), body=b"", seconds=60.0):
        request = UpstreamRequest(method, amazon.endpoint, path, query, list(headers), body)
        return await amazon.upstream.send(request, seconds=seconds)

    return send_request


async def read_all(answer) -> bytes:
    content = b""
    while piece := await answer.read():
        content += piece
    assert await answer.read() == b""
    assert answer.is_at_end
    await answer.close()
    await answer.close()
    return content


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/orders/v0/orders", ""),
        ("/listings/2021-08-01/items/A1/a%2Fb%2fc%20(d);e=!$&*+,:@~", "a=%20&a=x+y&b=%C3%a9&c&d=&e=[1]|{2}^`&t=10:00:00Z"),
        ("/inbound/fba/2024-03-20/items/a%252Fb", "q=a/b?c"),
    ],
)
async def test_path_and_query_arrive_byte_for_byte(amazon, send, path, query):
    await read_all(await send(path=path, query=query))
    assert amazon.target() == (f"{path}?{query}" if query else path)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
async def test_every_method_and_status_comes_back(amazon, send, method):
    for status in (200, 301, 403, 429, 503):
        amazon.will(status)
        answer = await send(method)
        assert answer.status == status
        await answer.close()


async def test_header_fields_pass_in_order_with_repetitions_both_ways(amazon, send):
    amazon.will(headers=[("x-one", "1"), ("x-two", "a"), ("x-two", "b"), ("content-encoding", "gzip")], body=b"\x1f\x8bnot really gzip")
    answer = await send(headers=[("x-a", "1"), ("x-b", "2"), ("x-a", "3"), ("accept-encoding", "gzip")])
    assert amazon.header_values("x-a") == ["1", "3"]
    assert amazon.header_values("accept-encoding") == ["gzip"]
    found = [pair for pair in answer.headers if pair[0].startswith(("x-", "content-encoding"))]
    assert found == [("x-one", "1"), ("x-two", "a"), ("x-two", "b"), ("content-encoding", "gzip")]
    assert await read_all(answer) == b"\x1f\x8bnot really gzip"


@pytest.mark.parametrize("size", [0, 1, 5000, 300_000])
async def test_bodies_pass_whole_both_ways(amazon, send, size):
    amazon.will(body=b"x" * size)
    answer = await send("POST", body=b"y" * size)
    assert await read_all(answer) == b"x" * size
    assert amazon.body() == b"y" * size


async def test_a_streamed_request_body_arrives_whole(amazon, send):
    async def pieces():
        for number in range(10):
            await asyncio.sleep(0)
            yield bytes([65 + number]) * 10_000

    await read_all(await send("POST", body=pieces()))
    assert amazon.body() == b"".join(bytes([65 + number]) * 10_000 for number in range(10))


@pytest.mark.parametrize(
    ("kind", "error"),
    [("refused", NotConnectedError), ("closed", AnswerLostError), ("nonsense", NonsenseAnswerError), ("silent", Timeout)],
)
async def test_each_fault_has_its_name(amazon, send, kind, error):
    amazon.will_fail(kind)
    with pytest.raises(error):
        await send(seconds=0.5 if kind == "silent" else 60)


@pytest.mark.parametrize("size", [0, 100, 300_000])
async def test_a_body_that_breaks_off_is_never_taken_for_whole(amazon, send, size):
    amazon.will(body=b"x" * size, is_cut=True)
    with pytest.raises((AnswerCutError, AnswerLostError)):  # lost: it broke so soon that there was nothing to hand out
        await read_all(await send())


async def test_an_answer_can_be_given_up_unread(amazon, send):
    amazon.will(body=b"x" * 300_000)
    answer = await send()
    await answer.close()
    amazon.will(body=b"next")
    assert await read_all(await send()) == b"next"


async def test_many_at_once_do_not_mix(amazon, send):
    amazon.will(body=b"same")
    if isinstance(amazon, FakeAmazon):
        amazon.upstream.otherwise = lambda _received: MemoryAnswer(pieces=[b"same"])
        amazon.upstream.script = []
    answers = await asyncio.gather(*(send(path=f"/p/{number}") for number in range(50)))
    assert {await read_all(answer) for answer in answers} == {b"same"}
