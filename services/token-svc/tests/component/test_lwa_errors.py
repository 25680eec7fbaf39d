"""Every way in which Login with Amazon can fail, from the bytes on the wire to what the caller is told."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from svc_kit.errors import DomainError
from svc_kit.secret import Secret
from token_svc.adapters.outbound.lwa.lwa_client import HttpLwaClient
from token_svc.application.use_cases import Policy, UseCases

KEY = "acc-1"
GOOD = b'{"access_token": "Atza|good", "token_type": "bearer", "expires_in": 3600}'


def refusal(error: str) -> bytes:
    return b'{"error": "%s", "error_description": "planted-description", "request_id": "r"}' % error.encode()


@dataclass
class Endpoint:
    """A token endpoint that answers as it is told, and counts."""

    status: int = 200
    body: bytes = GOOD
    times: int = -1
    is_silent: bool = False
    asked: int = 0
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(length)
        self.asked += 1
        spoilt = self.times != 0
        self.times -= spoilt
        if spoilt and self.is_silent:
            await reader.read()  # until the caller has gone
        status, body = (self.status, self.body) if spoilt else (200, GOOD)
        if status:
            writer.write(b"HTTP/1.1 %d X\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s" % (status, len(body), body))
        writer.close()


@asynccontextmanager
async def endpoint(**how):
    made = Endpoint(**how)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/auth/o2/token"
    async with server:
        yield made


@asynccontextmanager
async def replica(world, made: Endpoint, attempt_seconds: float = 30.0):
    async with HttpLwaClient.open(dict.fromkeys(("NA", "EU", "FE"), made.url)) as lwa:
        yield UseCases.assemble(replace(world.ports(), lwa=lwa), Policy(handle_key=Secret("h" * 40), attempt_seconds=attempt_seconds))


async def issue(world, use_cases):
    """Have the clock go on whenever somebody sleeps on it, and real sockets all the time they need."""
    task = asyncio.ensure_future(use_cases.issue_access_token(KEY, deadline=world.deadline()))
    async with asyncio.timeout(60):
        while not task.done():
            await asyncio.wait({task}, timeout=0.02)
            if world.clock.sleepers:
                world.clock.advance(0.5)
    return task.result()


async def refused(world, use_cases) -> DomainError:
    with pytest.raises(DomainError) as caught:
        await issue(world, use_cases)
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "code", "asked"),
    [
        (400, refusal("invalid_grant"), "reauthorization_required", 1),
        (401, refusal("invalid_client"), "application_credentials_rejected", 1),
        (400, refusal("invalid_client"), "application_credentials_rejected", 1),
        (400, refusal("unauthorized_client"), "application_credentials_rejected", 1),
        (400, refusal("invalid_scope"), "lwa_unavailable", 1),
        (400, refusal("invalid_request"), "lwa_unavailable", 1),
        (400, refusal("unsupported_grant_type"), "lwa_unavailable", 1),
        (400, refusal("access_denied"), "lwa_unavailable", 1),
        (400, refusal("a_word_nobody_knows"), "lwa_unavailable", 1),
    ],
)
async def test_a_refusal_is_told_apart_and_never_repeated(world, status, body, code, asked):
    async with endpoint(status=status, body=body) as made, replica(world, made) as use_cases:
        error = await refused(world, use_cases)
        assert error.code == code
        assert "planted-description" not in error.detail
        assert (await refused(world, use_cases)).code == code
        assert made.asked == asked
    is_the_sellers = code == "reauthorization_required"
    assert bool(world.source.reports) is is_the_sellers
    assert (world.journal.events("alarm") == ["application_credentials_rejected"]) is (code == "application_credentials_rejected")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, refusal("temporarily_unavailable")),
        (400, refusal("temporarily_unavailable")),
        (400, refusal("server_error")),
        (500, refusal("server_error")),
        (503, b"<html>busy</html>"),
        (502, b""),
        (200, b"garbage"),
        (200, b'{"access_token": "", "expires_in": 3600}'),
        (200, b'{"access_token": "Atza|x", "expires_in": 0}'),
        (400, b"<html>what</html>"),
        (0, b""),  # the connection is closed without a word
    ],
)
async def test_a_failure_that_may_pass_is_outlived_and_a_lasting_one_said_clearly(world, status, body):
    async with endpoint(status=status, body=body, times=2) as made, replica(world, made) as use_cases:
        issued = await issue(world, use_cases)
        assert (issued.grant.secret.reveal(), made.asked) == ("Atza|good", 3)
    async with endpoint(status=status, body=body) as made, replica(world, made) as use_cases:
        await use_cases.clear_cache(reason="test")
        error = await refused(world, use_cases)
        assert (error.code, error.context["retry_after"] >= 1) == ("lwa_unavailable", True)
    assert not world.source.reports


async def test_an_endpoint_that_does_not_answer_in_time_is_tried_again(world):
    async with endpoint(is_silent=True, times=1) as made, replica(world, made, attempt_seconds=2.0) as use_cases:
        issued = await issue(world, use_cases)
        assert issued.grant.secret.reveal() == "Atza|good"
        assert made.asked >= 2
