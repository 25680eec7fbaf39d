import base64
import json
import stat

import pytest

from svc_kit.sealing import KeyNotFoundError, LocalKeyProvider, SealBrokenError, WrappedKey

KEY = b"d" * 32


def key_file(current="k2", **keys):
    return json.dumps({"current": current, "keys": {name: base64.b64encode(value).decode() for name, value in keys.items()}}).encode()


async def test_a_wrapped_key_unwraps_in_its_context_only():
    provider = LocalKeyProvider.parse(key_file("k1", k1=b"1" * 32))
    wrapped = await provider.wrap(KEY, b"context")
    assert wrapped.kek_id == "k1"
    assert KEY not in wrapped.wrapped
    assert await provider.unwrap(wrapped, b"context") == KEY
    with pytest.raises(SealBrokenError):
        await provider.unwrap(wrapped, b"other")


async def test_after_rotation_old_keys_still_unwrap_and_the_new_one_wraps():
    old = await LocalKeyProvider.parse(key_file("k1", k1=b"1" * 32)).wrap(KEY, b"c")
    rotated = LocalKeyProvider.parse(key_file("k2", k1=b"1" * 32, k2=b"2" * 32))
    assert await rotated.current_key_id() == "k2"
    assert (await rotated.wrap(KEY, b"c")).kek_id == "k2"
    assert await rotated.unwrap(old, b"c") == KEY


async def test_an_unknown_or_exchanged_key_id_is_refused():
    provider = LocalKeyProvider.parse(key_file("k1", k1=b"1" * 32, k2=b"1" * 32))
    wrapped = await provider.wrap(KEY, b"c")
    with pytest.raises(KeyNotFoundError):
        await provider.unwrap(WrappedKey("k9", wrapped.wrapped), b"c")
    with pytest.raises(SealBrokenError):
        await provider.unwrap(WrappedKey("k2", wrapped.wrapped), b"c")


async def test_the_first_start_makes_a_file_that_only_its_owner_reads(tmp_path):
    path = tmp_path / "keys" / "kek.json"
    wrapped = await LocalKeyProvider.load(path, create=True).wrap(KEY, b"c")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["kek.json"]
    assert await LocalKeyProvider.load(path, create=True).unwrap(wrapped, b"c") == KEY


def test_a_missing_file_is_not_made_unasked(tmp_path):
    with pytest.raises(FileNotFoundError):
        LocalKeyProvider.load(tmp_path / "kek.json")


@pytest.mark.parametrize(
    "content",
    [b"not json", b"{}", key_file("k9", k1=b"1" * 32), key_file("k1", k1=b"short"), b'{"current":"k1","keys":{"k1":"%%%"}}', b"\xff\xfe"],
)
def test_a_file_that_is_no_key_file_is_refused(content):
    with pytest.raises(ValueError, match="key"):
        LocalKeyProvider.parse(content)


async def test_a_file_may_hold_one_bare_key():
    first, again = (LocalKeyProvider.parse(base64.b64encode(b"1" * 32) + end) for end in (b"", b"\n"))
    assert await again.unwrap(await first.wrap(KEY, b"c"), b"c") == KEY


def test_keys_are_not_shown():
    assert "1111" not in repr(LocalKeyProvider.parse(key_file("k1", k1=b"1" * 32)))
    assert "secret" not in repr(WrappedKey("k1", b"secret"))


async def test_a_changed_file_is_followed_without_a_restart_and_a_removed_key_is_gone(tmp_path):
    path = tmp_path / "kek.json"
    path.write_bytes(key_file("k1", k1=b"1" * 32))
    provider = LocalKeyProvider.load(path)
    old = await provider.wrap(KEY, b"c")
    path.write_bytes(key_file("k2", k1=b"1" * 32, k2=b"2" * 32))
    assert (await provider.wrap(KEY, b"c")).kek_id == "k2"
    assert await provider.unwrap(old, b"c") == KEY
    path.write_bytes(key_file("k2", k2=b"2" * 32))
    with pytest.raises(KeyNotFoundError):
        await provider.unwrap(old, b"c")


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b'{"current": "k')])
async def test_a_file_that_is_missing_or_half_written_leaves_the_known_keys_in_use(tmp_path, spoil):
    path = tmp_path / "kek.json"
    path.write_bytes(key_file("k1", k1=b"1" * 32))
    provider = LocalKeyProvider.load(path)
    wrapped = await provider.wrap(KEY, b"c")
    spoil(path)
    assert await provider.unwrap(wrapped, b"c") == KEY
    path.write_bytes(key_file("k2", k1=b"1" * 32, k2=b"2" * 32))
    assert await provider.current_key_id() == "k2"
