"""All that a stack has written, said and shown: the places in which a secret might stand."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from fnmatch import fnmatchcase

from harness.databases import tables
from harness.events import read_messages, stream_names
from harness.world import World

KEEPERS = {
    "secrets/*": "the keys and passwords themselves",
    "endpoints.json": "how people and tests get in",
    "simulator/state-credentials.json": "what Amazon knows: the client secrets and role sessions that it issued",
}
"""Files that may hold secrets; nobody but their owner can read them."""


async def written(world: World) -> AsyncIterator[tuple[str, bytes]]:
    """Return name and content of every place."""
    backend, here = world.backend, world.backend.addresses
    for stream in await stream_names(here.nats):
        yield f"stream {stream}", b"\n".join(await read_messages(here.nats, stream))
    for database in here.databases:
        for name, rows in (await tables(database)).items():
            yield f"table {name}", rows
    for service in ("account_svc", "token_svc", "spapi_gateway", "sync_svc", "sync_worker"):
        yield f"metrics of {service}", (await world.http.get(f"{getattr(here, service)}/metrics")).raise_for_status().content
    yield "the simulator's ledger", json.dumps(await world.simulator.ledger(), ensure_ascii=False).encode()
    for place in backend.processes():
        yield place
    for name, file in backend.files().items():
        with suppress(FileNotFoundError):  # a database and a stream store come and go with their files
            if not is_keeper(name):
                yield f"file {name}", file.read_bytes()
    for part, text in backend.logs().items():
        yield f"log of {part}", text.encode()


def is_keeper(file: str) -> bool:
    """Return whether `file` may hold secrets."""
    return any(fnmatchcase(file, pattern) for pattern in KEEPERS)
