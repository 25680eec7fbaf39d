"""A VaultClient, and the transit provider over it, against a strict Vault in this process."""

from dataclasses import dataclass

import httpx
import pytest

from simulator.vault import VaultDoor
from simulator.web.asgi import AsgiDoor
from svc_kit.errors import Unavailable
from svc_kit.sealing import KeyNotFoundError, SealBrokenError, WrappedKey
from svc_kit.sealing.vault_transit_key_provider import VaultTransitKeyProvider
from svc_kit.secret import Secret
from svc_kit.vault import VaultClient, VaultRefusedError

KEY = b"d" * 32


@dataclass
class Vault:
    door: VaultDoor
    http: httpx.AsyncClient

    def client(self, token="service", **options) -> VaultClient:
        return VaultClient(self.http, token=token if not isinstance(token, str) else Secret(token), **options)

    def transit(self, token="service", **options) -> VaultTransitKeyProvider:
        return VaultTransitKeyProvider(self.client(token, **options), key="sealing")


@pytest.fixture
async def vault():
    door = VaultDoor(tokens={"root": ("",), "service": ("transit/encrypt/sealing", "transit/decrypt/sealing", "transit/keys/sealing")})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(AsgiDoor(door)), base_url="http://vault.test") as http:
        vault = Vault(door, http)
        await vault.client("root").ask("POST", "transit/keys/sealing")
        yield vault


async def test_a_version_below_the_minimum_is_gone_and_trimming_makes_that_final(vault):
    root, provider = vault.client("root"), vault.transit()
    old = await provider.wrap(KEY, b"c")
    await root.ask("POST", "transit/keys/sealing/rotate")
    new = await provider.wrap(KEY, b"c")
    assert (old.kek_id, new.kek_id) == ("transit/sealing:v1", "transit/sealing:v2")
    await root.ask("POST", "transit/keys/sealing/config", {"min_decryption_version": 2})
    with pytest.raises(KeyNotFoundError):
        await provider.unwrap(old, b"c")
    await root.ask("POST", "transit/keys/sealing/trim", {"min_available_version": 2})
    with pytest.raises(VaultRefusedError):
        await root.ask("POST", "transit/keys/sealing/config", {"min_decryption_version": 1})
    assert await provider.unwrap(new, b"c") == KEY


async def test_a_cipher_text_cannot_claim_another_version(vault):
    provider = vault.transit()
    await vault.client("root").ask("POST", "transit/keys/sealing/rotate")
    wrapped = await provider.wrap(KEY, b"c")
    with pytest.raises(SealBrokenError):
        await provider.unwrap(WrappedKey("transit/sealing:v1", wrapped.wrapped), b"c")
    with pytest.raises(SealBrokenError):
        await provider.unwrap(WrappedKey("transit/sealing:v1", wrapped.wrapped.replace(b"vault:v2", b"vault:v1")), b"c")
    with pytest.raises(KeyNotFoundError):
        await provider.unwrap(WrappedKey("transit/sealing:v9", wrapped.wrapped.replace(b"vault:v2", b"vault:v9")), b"c")


async def test_a_deleted_key_is_not_found(vault):
    root, provider = vault.client("root"), vault.transit()
    wrapped = await provider.wrap(KEY, b"c")
    with pytest.raises(VaultRefusedError, match="deletion is not allowed"):
        await root.ask("DELETE", "transit/keys/sealing")
    await root.ask("POST", "transit/keys/sealing/config", {"deletion_allowed": True})
    await root.ask("DELETE", "transit/keys/sealing")
    for asked in (provider.unwrap(wrapped, b"c"), provider.current_key_id()):
        with pytest.raises(KeyNotFoundError):
            await asked


async def test_a_sealed_vault_is_away_and_comes_back(vault):
    provider = vault.transit()
    vault.door.is_sealed = True
    with pytest.raises(Unavailable, match="sealed"):
        await provider.wrap(KEY, b"c")
    vault.door.is_sealed = False
    await provider.wrap(KEY, b"c")


@pytest.mark.parametrize("token", ["expired", ""])
async def test_a_token_that_is_refused_is_an_operators_matter_not_a_broken_seal(vault, token):
    wrapped = await vault.transit().wrap(KEY, b"c")
    with pytest.raises(Unavailable, match="permission denied"):
        await vault.transit(token).unwrap(wrapped, b"c")


async def test_a_policy_is_kept_to(vault):
    with pytest.raises(Unavailable, match="policy"):
        await VaultTransitKeyProvider(vault.client(), key="other").wrap(KEY, b"c")


async def test_a_token_file_is_read_again_for_each_call(vault, tmp_path):
    path = tmp_path / "token"
    provider = vault.transit(path)
    with pytest.raises(Unavailable, match="cannot be read"):
        await provider.wrap(KEY, b"c")
    path.write_text("service\n")
    await provider.wrap(KEY, b"c")
    del vault.door.tokens["service"]
    vault.door.tokens["renewed"] = ("transit/",)
    with pytest.raises(Unavailable):
        await provider.wrap(KEY, b"c")
    path.write_text("renewed\n")
    await provider.wrap(KEY, b"c")


async def test_the_namespace_is_named(vault):
    vault.door.namespace = "sellers"
    with pytest.raises(Unavailable):
        await vault.transit().wrap(KEY, b"c")
    await vault.transit(namespace="sellers").wrap(KEY, b"c")


async def test_a_mount_that_is_not_there_is_a_key_that_is_not_found(vault):
    provider = VaultTransitKeyProvider(vault.client("root"), key="sealing", mount="elsewhere")
    with pytest.raises(KeyNotFoundError):
        await provider.unwrap(WrappedKey("elsewhere/sealing:v1", b"vault:v1:AAAA"), b"c")


async def test_no_token_shows_in_an_error(vault):
    with pytest.raises(Unavailable) as caught:
        await vault.transit("s.planted").wrap(KEY, b"c")
    assert "s.planted" not in str(caught.value) + repr(caught.value.__cause__)
