"""Reads what stands in a JetStream stream."""

import json
from contextlib import suppress
from typing import Any

import nats
import nats.js.errors
from nats.js.api import AckPolicy, ConsumerConfig

BATCH = 200


async def read_events(url: str, stream: str, subject: str) -> list[dict[str, Any]]:
    """Return the events of `subject` that `stream` holds now, oldest first."""
    client = await nats.connect(url, connect_timeout=30)
    try:
        jetstream = client.jetstream(timeout=30)
        # No acknowledgements: a consumer that waits for them stops at a thousand.
        reader = await jetstream.pull_subscribe(subject, stream=stream, config=ConsumerConfig(ack_policy=AckPolicy.NONE))
        pending = (await reader.consumer_info()).num_pending
        read: list[bytes] = []
        while len(read) < pending:
            read += [message.data for message in await reader.fetch(min(BATCH, pending - len(read)), timeout=30)]
        await reader.unsubscribe()
        return [json.loads(data) for data in read]
    finally:
        await client.close()


async def stream_names(url: str) -> list[str]:
    """Return the name of every stream, key-value buckets included."""
    client = await nats.connect(url, connect_timeout=30)
    try:
        return [str(info.config.name) for info in await client.jetstream(timeout=30).streams_info()]
    finally:
        await client.close()


async def read_messages(url: str, stream: str) -> list[bytes]:
    """Return subject, headers and data of every message of `stream`, work queues and buckets included, taking none away."""
    client = await nats.connect(url, connect_timeout=30)
    try:
        jetstream = client.jetstream(timeout=30)
        state = (await jetstream.stream_info(stream)).state
        found = []
        for number in range(max(1, state.first_seq), state.last_seq + 1):  # one that never held any says 0
            with suppress(nats.js.errors.NotFoundError):
                message = await jetstream.get_msg(stream, number)
                found.append(f"{message.subject} {message.headers}".encode() + (message.data or b""))
        return found
    finally:
        await client.close()
