import asyncio
import uuid
from contextlib import asynccontextmanager

import pytest

from svc_kit.clock import SystemClock
from svc_kit.errors import Timeout, Unavailable
from svc_kit.ids import SystemIds
from svc_kit.messaging import (
    DurableConsumer,
    Event,
    JetStreamPublisher,
    NatsConnection,
    RetryLater,
    RpcClient,
    RpcError,
    RpcServer,
    ensure_stream,
)
from svc_kit.problem import Problem


@pytest.fixture
async def connection(nats_url):
    async with NatsConnection.open(nats_url, "tests") as opened:
        yield opened


@pytest.fixture
async def stream(connection):
    name = f"T{uuid.uuid4().hex}"
    await ensure_stream(connection.jetstream(), name, [f"{name}.>"])
    yield name
    await connection.jetstream().delete_stream(name)


@asynccontextmanager
async def consuming(connection, stream, handler, **options):
    consumer = DurableConsumer(connection, stream=stream, durable="d", subjects=[f"{stream}.>"], handler=handler, **options)
    task = asyncio.create_task(consumer.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def event(stream: str, number: int = 0) -> Event:
    kind = f"{stream}.thing.made.v1"
    return Event.create(type=kind, tenant="t", subject="s", data={"number": number}, clock=SystemClock(), ids=SystemIds())


async def test_a_second_publication_has_no_effect(connection, stream):
    publisher, made = JetStreamPublisher(connection), event(stream)
    await publisher.publish(made)
    await publisher.publish(made)
    assert (await connection.jetstream().stream_info(stream)).state.messages == 1


async def test_an_event_survives_the_wire(stream):
    made = event(stream, 3)
    assert Event.decode(made.encode()) == made
    assert b'"specversion":"1.0"' in made.encode()


async def test_publishing_to_no_stream_is_unavailable(connection):
    with pytest.raises((Unavailable, Timeout)):
        await JetStreamPublisher(connection, timeout=0.5).publish(event("NOSTREAM"))


async def test_ensuring_a_stream_twice_changes_nothing_and_new_settings_are_taken_over(connection, stream):
    await ensure_stream(connection.jetstream(), stream, [f"{stream}.>"])
    await ensure_stream(connection.jetstream(), stream, [f"{stream}.>", f"more-{stream}.>"])
    assert len((await connection.jetstream().stream_info(stream)).config.subjects) == 2


async def test_a_message_comes_again_until_it_was_handled(connection, stream):
    seen: list[int] = []

    async def handler(message) -> None:
        seen.append(message.metadata.num_delivered)
        if len(seen) == 1:
            raise RetryLater(0.01)
        if len(seen) == 2:
            raise Unavailable("busy", retry_after=0.01)

    await JetStreamPublisher(connection).publish(event(stream))
    async with consuming(connection, stream, handler):
        await until(lambda: len(seen) == 3)
    assert seen == [1, 2, 3]


async def test_a_message_under_way_is_given_back_when_the_consumer_stops(connection, stream):
    started, finished = asyncio.Event(), []

    async def hangs(_message) -> None:
        started.set()
        await asyncio.Event().wait()

    async def works(message) -> None:
        finished.append(message)

    await JetStreamPublisher(connection).publish(event(stream))
    async with consuming(connection, stream, hangs, ack_wait=600):
        await started.wait()
    async with consuming(connection, stream, works, ack_wait=600):
        await until(lambda: len(finished) == 1)


async def test_long_work_is_not_given_to_another(connection, stream):
    runs: list[int] = []
    release = asyncio.Event()

    async def handler(message) -> None:
        runs.append(message.metadata.num_delivered)
        await release.wait()

    await JetStreamPublisher(connection).publish(event(stream))
    beats: list[bytes] = []

    async def heard(message) -> None:
        beats.append(message.data)

    await connection.listen(f"$JS.ACK.{stream}.d.>", heard)
    async with consuming(connection, stream, handler, ack_wait=3):
        await until(lambda: beats == [b"+WPI"] * 4)  # one each second: by now it would have been given to another
        assert (await connection.jetstream().consumer_info(stream, "d")).num_redelivered == 0
        release.set()
        await until(lambda: beats[-1] == b"")
    assert runs == [1]


async def test_request_and_reply_carry_refusals_and_retry_after(connection):
    subject = f"rpc.{uuid.uuid4().hex}"

    async def handler(content: bytes, headers) -> bytes:
        if content == b"refuse":
            raise RpcError(Problem.of(503, "lwa_unavailable", "later"), retry_after=2.5)
        if content == b"bug":
            raise KeyError("Atzr|hush")
        return headers["authorization"].encode()

    server = RpcServer(connection, subject=subject, queue="q", handler=handler)
    await server.start()
    client = RpcClient(connection)
    assert await client.call(subject, b"x", headers={"Authorization": "Bearer t"}, timeout=30) == b"Bearer t"
    with pytest.raises(RpcError) as refused:
        await client.call(subject, b"refuse", headers={"authorization": "x"}, timeout=30)
    assert (refused.value.problem.code, refused.value.retry_after) == ("lwa_unavailable", 2.5)
    with pytest.raises(RpcError) as bug:
        await client.call(subject, b"bug", headers={"authorization": "x"}, timeout=30)
    assert bug.value.problem.status == 500
    assert "hush" not in bug.value.problem.detail
    await server.stop()
    with pytest.raises(Unavailable):
        await client.call(subject, b"x", headers={}, timeout=1)


async def test_an_answer_that_comes_late_breaks_nothing():
    prompt = asyncio.Event()
    prompt.set()

    async def unheard(_message) -> None:
        """Nothing is said here."""

    async def serve(reader, writer) -> None:
        writer.write(b'INFO {"server_id":"slow","version":"2.12.0","max_payload":1048576,"proto":1,"headers":true}\r\n')
        while line := await reader.readline():
            if line == b"PING\r\n":
                await prompt.wait()
                writer.write(b"PONG\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with NatsConnection.open(f"nats://127.0.0.1:{server.sockets[0].getsockname()[1]}", "tests") as connection:
        prompt.clear()
        with pytest.raises(Unavailable):
            await connection.ping()
        prompt.set()
        await connection.listen("after", unheard)  # returns when the server has answered
    server.close()


async def test_without_nats_everything_fails_at_once_and_clearly():
    async with NatsConnection.open("nats://127.0.0.1:1", "tests", wait_seconds=0.05) as away:
        assert not away.is_connected
        with pytest.raises(Unavailable):
            await JetStreamPublisher(away).publish(event("X"))
        with pytest.raises(Unavailable):
            await RpcClient(away).call("x", b"", headers={}, timeout=1)
