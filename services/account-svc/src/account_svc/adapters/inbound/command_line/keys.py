"""`python -m account_svc keys …`: look at the keys, rotate them, destroy them."""

import argparse
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from account_svc.application.commands.shred_tenant import ShredTenant
from account_svc.domain.errors import InvalidInputError
from account_svc.domain.identifiers import TenantId, parse_tenant_id
from svc_kit.clock import Clock
from svc_kit.errors import PortError
from svc_kit.sealing.data_key_rotation import DataKeyRotation
from svc_kit.sealing.data_keys import DataKeyRing
from svc_kit.sealing.errors import SealingError
from svc_kit.sealing.key_provider import KeyProvider
from svc_kit.sealing.local_key_file import LocalKeyFile
from svc_kit.sealing.rewrap import Rewrap, Say, all_tenants
from svc_kit.sealing.sealed_rows import SealedRows

_ATTEMPTS: Final = 30
_PAUSE_SECONDS: Final = 2.0
_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTools:
    """What the commands work with; `key_file` is None when a third party holds the key-encryption keys."""

    provider: KeyProvider
    key_file: Path | None
    ring: DataKeyRing
    rows: SealedRows
    shred: ShredTenant
    clock: Clock
    say: Say


def parse_command(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the command; end the program with its usage when it is none."""
    parser = argparse.ArgumentParser(prog="python -m account_svc keys", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("status", help="data keys by key-encryption key, sealed values by data key")
    verbs.add_parser("new-kek", help="add a key-encryption key to the key file and make it current")
    verbs.add_parser("rewrap", help="wrap every data key under the current key-encryption key")
    destroy = verbs.add_parser("destroy-kek", help="take a key-encryption key that wraps nothing out of the key file")
    destroy.add_argument("kek")
    rotate = verbs.add_parser("rotate-data-keys", help="new data keys; all values sealed anew; old data keys destroyed")
    rotate.add_argument("--tenant", type=_tenant, help="this one only")
    rotate.add_argument("--created-before", type=_time, help="only keys made before this time (default: now); repeat it to go on")
    rotate.add_argument("--batch", type=int, default=200, help="values read at once")
    rotate.add_argument("--grace-seconds", type=float, default=60.0, help="how long an old key outlives its last value")
    shred = verbs.add_parser("shred", help="destroy all secrets of a tenant for good")
    shred.add_argument("--tenant", type=_tenant, required=True)
    shred.add_argument("--yes", action="store_true", required=True, help="that it cannot be undone is understood")
    return parser.parse_args(arguments)


async def run_command(asked: argparse.Namespace, tools: KeyTools) -> int:
    """Do what was asked and say so; return 0 when all of it is done, 1 otherwise: the same again goes on."""
    try:
        match asked.verb:
            case "status":
                return await _status(tools)
            case "new-kek":
                return _new_kek(tools)
            case "rewrap":
                rewrap = Rewrap(provider=tools.provider, ring=tools.ring, say=tools.say)
                return int((await _riding_out(tools, rewrap)).failed > 0)
            case "destroy-kek":
                return await _destroy_kek(tools, asked.kek)
            case "rotate-data-keys":
                return await _rotate(tools, asked)
            case _:
                disconnected = await tools.shred(asked.tenant)
                tools.say(f"the secrets of {asked.tenant} are destroyed, {disconnected} accounts disconnected")
                return 0
    except (PortError, SealingError, ValueError) as error:
        tools.say(f"not done: {error}")
        return 1


async def _status(tools: KeyTools) -> int:
    current = await tools.provider.current_key_id()
    keks, states, values = Counter[str](), Counter[str](), Counter[str]()
    async for tenant in all_tenants(tools.ring):
        keys = {key.id: key for key in await tools.ring.keys(tenant)}
        keks.update(key.wrapped.kek_id for key in keys.values())
        states.update(key.state for key in keys.values())
        for key_id, number in (await tools.rows.counts(tenant)).items():
            values[keys[key_id].state if key_id in keys else "lost"] += number
    for kek in sorted({*keks, current}):
        tools.say(f"key-encryption key {kek}{' (current)' if kek == current else ''}: {keks[kek]} data keys")
    tools.say(f"data keys: {states['active']} active, {states['retired']} retired")
    tools.say(f"sealed values: {values['active']} under active data keys, {values['retired']} under retired ones, {values['lost']} lost")
    return 0


def _new_kek(tools: KeyTools) -> int:
    path = _key_file(tools)
    changed = LocalKeyFile.parse(path.read_bytes()).with_new_key()
    changed.replace(path)
    tools.say(f"key-encryption key {changed.current} is current; back the file up, then rewrap")
    return 0


async def _destroy_kek(tools: KeyTools, kek: str) -> int:
    path = _key_file(tools)
    async for tenant in all_tenants(tools.ring):
        if any(key.wrapped.kek_id == kek for key in await tools.ring.keys(tenant)):
            raise ValueError(f"{kek} still wraps data keys; rewrap first")
    LocalKeyFile.parse(path.read_bytes()).without(kek).replace(path)
    tools.say(f"key-encryption key {kek} is destroyed; destroy the backups of the file that have it")
    return 0


async def _rotate(tools: KeyTools, asked: argparse.Namespace) -> int:
    before = asked.created_before or tools.clock.now()
    tools.say(f"to go on after an interruption: rotate-data-keys --created-before {before.isoformat()}")
    rotation = DataKeyRotation(
        provider=tools.provider,
        ring=tools.ring,
        rows=tools.rows,
        clock=tools.clock,
        say=tools.say,
        batch=asked.batch,
        grace_seconds=asked.grace_seconds,
    )
    outcome = await _riding_out(tools, partial(rotation, before, asked.tenant))
    return int(outcome.left > 0 or outcome.failed > 0)


async def _riding_out(tools: KeyTools, work: Callable[[], Awaitable[_Outcome]]) -> _Outcome:
    """Do work that goes on where it stopped, again after each short loss of PostgreSQL or of the keys' holder."""
    for _ in range(_ATTEMPTS):
        try:
            return await work()
        except PortError as error:
            tools.say(f"waiting: {error}")
            await tools.clock.sleep(_PAUSE_SECONDS)
    return await work()


def _key_file(tools: KeyTools) -> Path:
    if tools.key_file is None:
        raise ValueError("the key-encryption keys are not ours to change: AWS KMS or Vault does that")
    return tools.key_file


def _tenant(text: str) -> TenantId:
    try:
        return parse_tenant_id(text)
    except InvalidInputError as error:
        raise argparse.ArgumentTypeError(error.detail) from None


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
