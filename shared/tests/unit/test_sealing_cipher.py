import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_kit.clock import ManualClock
from svc_kit.errors import Unavailable
from svc_kit.sealing import (
    DataKey,
    EnvelopeCipher,
    KeyNotFoundError,
    LocalKeyProvider,
    Place,
    SealBrokenError,
    UnknownVersionError,
)
from svc_kit.sealing.aead import Aead
from svc_kit.sealing.memory import MemoryDataKeyStore
from svc_kit.sealing.place import unambiguous
from svc_kit.sealing.sealed_value import key_id_of

HERE = Place(tenant="acme", table="accounts", row="1", field="refresh_token")
SECRET = b"Atzr|IwEBIJ"


@pytest.fixture
def keys():
    return MemoryDataKeyStore()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def cipher(keys, clock):
    return EnvelopeCipher(LocalKeyProvider("k1", {"k1": b"k" * 32}), keys, clock)


# AES-256 cases 13, 14 and 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega), appendix B.
VECTORS = [
    ("00" * 32, "00" * 12, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    ("00" * 32, "00" * 12, "00" * 16, "", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"),
    (
        "feffe9928665731c6d6a8f9467308308" * 2,
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
        "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
]


@pytest.mark.parametrize("vector", VECTORS)
def test_published_vectors_open(vector):
    key, nonce, plain, additional, text, tag = map(bytes.fromhex, vector)
    assert Aead(key).decrypt(nonce + text + tag, additional) == plain


async def test_what_is_sealed_opens_in_its_place_and_does_not_show_the_text(cipher):
    sealed = await cipher.seal(HERE, SECRET)
    assert await cipher.open(HERE, sealed) == SECRET
    assert SECRET not in sealed
    assert sealed[0] == 1
    assert len(sealed) == 1 + 16 + 12 + len(SECRET) + 16


@pytest.mark.parametrize("moved", [{"table": "applications"}, {"row": "2"}, {"field": "client_secret"}])
async def test_a_value_moved_to_another_place_is_refused(cipher, moved):
    sealed = await cipher.seal(HERE, SECRET)
    elsewhere = Place(**{"tenant": HERE.tenant, "table": HERE.table, "row": HERE.row, "field": HERE.field, **moved})
    with pytest.raises(SealBrokenError):
        await cipher.open(elsewhere, sealed)


async def test_another_tenant_cannot_open_even_with_a_key_of_its_own(cipher):
    sealed = await cipher.seal(HERE, SECRET)
    other = Place(tenant="rival", table=HERE.table, row=HERE.row, field=HERE.field)
    await cipher.seal(other, b"theirs")
    with pytest.raises(KeyNotFoundError):
        await cipher.open(other, sealed)


async def test_a_data_key_row_copied_to_another_tenant_does_not_unwrap(cipher, keys):
    sealed = await cipher.seal(HERE, SECRET)
    (stolen,) = keys.stored.values()
    keys.stored["rival", stolen.id] = replace(stolen, tenant="rival")
    with pytest.raises(SealBrokenError):
        await cipher.open(Place(tenant="rival", table=HERE.table, row=HERE.row, field=HERE.field), sealed)


async def test_an_unknown_version_is_refused(cipher):
    sealed = await cipher.seal(HERE, SECRET)
    for other in (b"", b"\x00" + sealed[1:], b"\x02" + sealed[1:]):
        with pytest.raises(UnknownVersionError):
            await cipher.open(HERE, other)


async def test_every_changed_or_missing_byte_is_noticed(cipher):
    sealed = await cipher.seal(HERE, SECRET)
    for position in range(1, len(sealed)):
        changed = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        with pytest.raises((SealBrokenError, KeyNotFoundError)):
            await cipher.open(HERE, changed)
        with pytest.raises((SealBrokenError, KeyNotFoundError)):
            await cipher.open(HERE, sealed[:position])


async def test_no_nonce_is_used_twice(cipher):
    nonces = {(await cipher.seal(HERE, SECRET))[17:29] for _ in range(2000)}
    assert len(nonces) == 2000


async def test_each_tenant_has_one_data_key_of_its_own(cipher, keys):
    for tenant in ("a", "b", "a", "b"):
        await cipher.seal(Place(tenant=tenant, table="t", row="r", field="f"), SECRET)
    assert sorted(tenant for tenant, _ in keys.stored) == ["a", "b"]


async def test_a_deleted_data_key_shreds_its_values_once_the_memory_of_it_ends(cipher, keys, clock):
    sealed = await cipher.seal(HERE, SECRET)
    keys.stored.clear()
    clock.advance(301)
    with pytest.raises(KeyNotFoundError):
        await cipher.open(HERE, sealed)


async def test_a_shredded_tenant_opens_nothing_at_once_here_and_begins_anew(cipher, keys):
    sealed = await cipher.seal(HERE, SECRET)
    theirs = Place(tenant="rival", table="t", row="r", field="f")
    kept = await cipher.seal(theirs, SECRET)
    assert await cipher.shred(HERE.tenant) == 1
    with pytest.raises(KeyNotFoundError):
        await cipher.open(HERE, sealed)
    assert await cipher.open(theirs, kept) == SECRET
    again = await cipher.seal(HERE, b"new")
    assert key_id_of(again) != key_id_of(sealed)
    assert await cipher.open(HERE, again) == b"new"
    with pytest.raises(KeyNotFoundError):
        await cipher.open(HERE, sealed)


async def test_a_retired_key_seals_nothing_after_ten_seconds(cipher, keys, clock):
    old = await cipher.seal(HERE, SECRET)
    stored = keys.stored[HERE.tenant, key_id_of(old)]
    new_id = uuid.uuid4()
    wrapped = await LocalKeyProvider("k1", {"k1": b"k" * 32}).wrap(b"n" * 32, DataKey.context(HERE.tenant, new_id))
    assert await keys.succeed(stored, replace(stored, id=new_id, wrapped=wrapped))
    clock.advance(11)
    assert key_id_of(await cipher.seal(HERE, SECRET)) == new_id
    assert await cipher.open(HERE, old) == SECRET


async def test_unwrapped_keys_in_memory_are_bounded(keys, clock):
    cipher = EnvelopeCipher(LocalKeyProvider("k1", {"k1": b"k" * 32}), keys, clock, cache_size=3)
    places = [Place(tenant=f"t{number}", table="t", row="r", field="f") for number in range(10)]
    sealed = [await cipher.seal(place, SECRET) for place in places]
    assert [await cipher.open(place, value) for place, value in zip(places, sealed, strict=True)] == [SECRET] * 10
    assert len(cipher._unwrapped) == len(cipher._active) == 3


async def test_keys_in_memory_need_no_store(cipher, keys):
    sealed = await cipher.seal(HERE, SECRET)
    keys.is_down = True
    assert await cipher.open(HERE, sealed) == SECRET
    with pytest.raises(Unavailable):
        await cipher.seal(Place(tenant="new", table="t", row="r", field="f"), SECRET)


async def test_a_value_names_the_key_that_sealed_it(cipher, keys):
    sealed = await cipher.seal(HERE, SECRET)
    assert [(HERE.tenant, key_id_of(sealed))] == list(keys.stored)
    assert isinstance(key_id_of(sealed), uuid.UUID)


PARTS = st.lists(st.text(max_size=6), max_size=5)


@given(PARTS, PARTS)
def test_no_two_places_encode_alike(one, other):
    assert (unambiguous(*one) == unambiguous(*other)) == (one == other)
