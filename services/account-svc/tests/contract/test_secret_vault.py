"""What a SecretVault promises, asked of the fake and of the envelope cipher."""

from dataclasses import replace

import httpx
import pytest

from account_svc.adapters.outbound.memory.secret_vault import MemorySecretVault
from account_svc.adapters.outbound.sealing.secret_vault import EnvelopeSecretVault
from account_svc.adapters.outbound.vault.secret_vault import KvFolder, VaultKvSecretVault
from account_svc.application.ports.secret_vault import VaultBrokenError
from account_svc.domain.identifiers import AccountId, ApplicationId, TenantId
from account_svc.domain.sealed import Sealed, client_secret_place, refresh_token_place
from simulator.vault import VaultDoor
from simulator.web.asgi import AsgiDoor
from svc_kit.clock import ManualClock
from svc_kit.ids import SystemIds
from svc_kit.sealing import EnvelopeCipher, LocalKeyProvider
from svc_kit.sealing.memory import MemoryDataKeyStore
from svc_kit.secret import Secret
from svc_kit.vault import VaultClient

PLACE = refresh_token_place(TenantId("acme"), AccountId("1"))
TOKEN = Secret("Atzr|ünlikely")


def envelope() -> EnvelopeSecretVault:
    return EnvelopeSecretVault(EnvelopeCipher(LocalKeyProvider("k", {"k": b"k" * 32}), MemoryDataKeyStore(), ManualClock()))


@pytest.fixture
async def kv():
    door = VaultDoor(tokens={"service": ("secret/data/account-svc/", "secret/metadata/account-svc/")})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(AsgiDoor(door)), base_url="http://vault.test") as http:
        folder = KvFolder(client=VaultClient(http, token=Secret("service")), mount="secret", prefix="account-svc")
        yield VaultKvSecretVault(folder, SystemIds(), earlier=envelope())


@pytest.fixture(params=["memory", "envelope", "vault-kv"])
def vault(request):
    match request.param:
        case "memory":
            return MemorySecretVault()
        case "envelope":
            return envelope()
        case _:
            return request.getfixturevalue("kv")


async def test_a_sealed_secret_opens_in_its_place(vault):
    sealed = await vault.seal(PLACE, TOKEN)
    assert await vault.open(PLACE, sealed) == TOKEN
    assert TOKEN.reveal().encode() not in sealed


async def test_sealing_twice_gives_different_bytes(vault):
    assert await vault.seal(PLACE, TOKEN) != await vault.seal(PLACE, TOKEN)


@pytest.mark.parametrize("change", [{"tenant": TenantId("rival")}, {"table": "applications"}, {"row": "2"}, {"field": "client_secret"}])
async def test_a_secret_moved_elsewhere_does_not_open(vault, change):
    sealed = await vault.seal(PLACE, TOKEN)
    with pytest.raises(VaultBrokenError):
        await vault.open(replace(PLACE, **change), sealed)


async def test_what_was_never_sealed_does_not_open(vault):
    for value in (b"", b"\x01", b"plain text", b"\x01" * 60):
        with pytest.raises(VaultBrokenError):
            await vault.open(PLACE, Sealed(value))


async def test_an_error_shows_no_secret(vault):
    sealed = await vault.seal(PLACE, TOKEN)
    with pytest.raises(VaultBrokenError) as caught:
        await vault.open(client_secret_place(ApplicationId("default")), sealed)
    assert TOKEN.reveal() not in str(caught.value)


async def test_shredding_takes_what_one_tenant_has_and_what_it_seals_later_opens(vault):
    rival = refresh_token_place(TenantId("rival"), AccountId("1"))
    sealed, theirs = await vault.seal(PLACE, TOKEN), await vault.seal(rival, TOKEN)
    await vault.shred(TenantId("acme"))
    await vault.shred(TenantId("acme"))
    with pytest.raises(VaultBrokenError):
        await vault.open(PLACE, sealed)
    assert await vault.open(rival, theirs) == TOKEN
    again = await vault.seal(PLACE, TOKEN)
    assert await vault.open(PLACE, again) == TOKEN
    with pytest.raises(VaultBrokenError):
        await vault.open(PLACE, sealed)
