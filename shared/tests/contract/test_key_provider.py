"""What a KeyProvider promises, asked of the key file, of AWS KMS (moto's) and of Vault's transit engine (the simulator's)."""

import asyncio
import base64
import json
import uuid
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import aioboto3
import httpx
import pytest

from simulator.vault import VaultDoor
from simulator.web.asgi import AsgiDoor
from svc_kit.errors import Unavailable
from svc_kit.sealing import KeyNotFoundError, KeyProvider, LocalKeyProvider, SealBrokenError, WrappedKey
from svc_kit.sealing.aws_kms_key_provider import AwsKmsKeyProvider
from svc_kit.sealing.vault_transit_key_provider import VaultTransitKeyProvider
from svc_kit.secret import Secret
from svc_kit.vault import VaultClient

KEY = bytes(range(32))
AWS = {"region_name": "eu-west-1", "aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
NOWHERE = "http://127.0.0.1:1"


@dataclass
class Holder:
    """A provider, and what the one who holds the keys can do."""

    provider: KeyProvider
    rotate: Callable[[], Awaitable[None]]
    unknown_id: str


async def local(_request, stack, tmp_path) -> Holder:
    path = tmp_path / "kek.json"
    keys: dict[str, str] = {}

    async def rotate() -> None:
        name = f"k{len(keys) + 1}"
        keys[name] = base64.b64encode(bytes([len(keys)]) * 32).decode()
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps({"current": name, "keys": keys}))
        draft.replace(path)

    await rotate()
    return Holder(LocalKeyProvider.load(path), rotate, "k99")


async def aws_kms(request, stack, tmp_path) -> Holder:
    url, alias = request.getfixturevalue("moto_url"), f"alias/sealing-{uuid.uuid4()}"
    kms = await stack.enter_async_context(aioboto3.Session().client("kms", endpoint_url=url, **AWS))

    async def new_key() -> str:
        return (await kms.create_key())["KeyMetadata"]["KeyId"]

    async def rotate() -> None:
        await kms.update_alias(AliasName=alias, TargetKeyId=await new_key())

    await kms.create_alias(AliasName=alias, TargetKeyId=await new_key())
    opened = AwsKmsKeyProvider.open(
        alias, region="eu-west-1", endpoint=url, access_key_id="testing", secret_access_key=Secret("testing"), deadline_seconds=30
    )
    provider = await stack.enter_async_context(opened)
    return Holder(provider, rotate, f"arn:aws:kms:eu-west-1:123456789012:key/{uuid.uuid4()}")


async def vault_transit(_request, stack, tmp_path) -> Holder:
    door = VaultDoor(tokens={"root": ("",)})
    http = await stack.enter_async_context(httpx.AsyncClient(transport=httpx.ASGITransport(AsgiDoor(door)), base_url="http://vault.test"))
    operator = VaultClient(http, token=Secret("root"))
    await operator.ask("POST", "transit/keys/sealing")
    rotate = partial(operator.ask, "POST", "transit/keys/sealing/rotate")
    return Holder(VaultTransitKeyProvider(operator, key="sealing"), rotate, "transit/other:v1")


@pytest.fixture(params=[local, aws_kms, vault_transit], ids=lambda make: make.__name__)
async def holder(request, tmp_path):
    async with AsyncExitStack() as stack:
        yield await request.param(request, stack, tmp_path)


async def test_a_wrapped_key_unwraps_in_its_context_only(holder):
    wrapped = await holder.provider.wrap(KEY, b"con\x00text")
    assert KEY not in wrapped.wrapped
    assert await holder.provider.unwrap(wrapped, b"con\x00text") == KEY
    for other in (b"other", b"", b"con\x00text\x00"):
        with pytest.raises(SealBrokenError):
            await holder.provider.unwrap(wrapped, other)


async def test_wrapping_twice_gives_different_bytes_under_the_current_key(holder):
    first, second = await asyncio.gather(*(holder.provider.wrap(KEY, b"c") for _ in range(2)))
    assert first.wrapped != second.wrapped
    assert first.kek_id == second.kek_id == await holder.provider.current_key_id()


async def test_after_a_rotation_the_new_key_wraps_and_the_old_one_still_unwraps_without_a_restart(holder):
    old = await holder.provider.wrap(KEY, b"c")
    await holder.rotate()
    new = await holder.provider.wrap(KEY, b"c")
    assert new.kek_id == await holder.provider.current_key_id() != old.kek_id
    assert await holder.provider.unwrap(old, b"c") == await holder.provider.unwrap(new, b"c") == KEY


async def test_an_unknown_key_id_is_not_found(holder):
    wrapped = await holder.provider.wrap(KEY, b"c")
    with pytest.raises(KeyNotFoundError):
        await holder.provider.unwrap(WrappedKey(holder.unknown_id, wrapped.wrapped), b"c")


async def test_changed_or_cut_bytes_are_broken(holder):
    wrapped = await holder.provider.wrap(KEY, b"c")
    last = bytearray(wrapped.wrapped)
    last[-5] = last[-5] + 1 if last[-5] != ord("z") else ord("a")
    for other in (bytes(last), wrapped.wrapped[:-8], b"", b"vault:v1:"):
        with pytest.raises(SealBrokenError):
            await holder.provider.unwrap(WrappedKey(wrapped.kek_id, other), b"c")


async def kms_away(stack) -> KeyProvider:
    return await stack.enter_async_context(
        AwsKmsKeyProvider.open("alias/x", region="eu-west-1", endpoint=NOWHERE, access_key_id="x", secret_access_key=Secret("x"))
    )


async def vault_away(stack) -> KeyProvider:
    return VaultTransitKeyProvider(await stack.enter_async_context(VaultClient.open(NOWHERE, token=Secret("x"))), key="sealing")


@pytest.mark.parametrize("away", [kms_away, vault_away], ids=["aws_kms", "vault_transit"])
async def test_a_holder_that_is_away_is_unavailable(away):
    async with AsyncExitStack() as stack:
        provider = await away(stack)
        wrapped = WrappedKey("transit/sealing:v1", b"vault:v1:AAAA")
        for asked in (provider.wrap(KEY, b"c"), provider.unwrap(wrapped, b"c"), provider.current_key_id()):
            with pytest.raises(Unavailable):
                await asked
