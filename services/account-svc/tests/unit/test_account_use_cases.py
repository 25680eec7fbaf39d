import asyncio

import pytest

from account_svc.adapters.inbound.background.kept_running import kept_running
from account_svc.adapters.outbound.memory.account_repository import MemoryAccountRepository
from account_svc.adapters.outbound.memory.application_registry import MemoryApplicationRegistry
from account_svc.adapters.outbound.memory.secret_vault import MemorySecretVault
from account_svc.application.commands.register_application import ApplicationSettings, RegisterApplication
from account_svc.application.commands.replace_refresh_token import ReplaceRefreshToken
from account_svc.application.commands.store_authorization import GivenAuthorization, StoreAuthorization
from account_svc.application.queries.connection_status import ConnectionStatus, tenant_accounts
from account_svc.domain.account import Identity
from account_svc.domain.errors import VersionConflictError
from account_svc.domain.identifiers import DEFAULT_APPLICATION, SellingPartnerId, TenantId
from account_svc.domain.region import Region
from account_svc.domain.sealed import client_secret_place
from svc_kit.clock import ManualClock
from svc_kit.errors import Unavailable
from svc_kit.ids import SequenceIds
from svc_kit.secret import Secret

ACME = TenantId("acme")


def identity(partner: str = "A1", region: Region = Region.NA) -> Identity:
    return Identity(tenant=ACME, selling_partner_id=SellingPartnerId(partner), region=region)


def given(token: str = "Atzr|planted", marketplace: str = "ATVPDKIKX0DER") -> GivenAuthorization:
    return GivenAuthorization(refresh_token=Secret(token), application=DEFAULT_APPLICATION, marketplaces=(marketplace,))


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def accounts():
    return MemoryAccountRepository()


@pytest.fixture
def vault():
    return MemorySecretVault()


@pytest.fixture
def store(accounts, vault, clock):
    return StoreAuthorization(accounts=accounts, vault=vault, clock=clock, ids=SequenceIds())


async def passing(clock, work):
    """Return what `work` returns while time passes whenever it waits."""
    task = asyncio.ensure_future(work)
    while not task.done():
        clock.advance(1)
        await asyncio.sleep(0)
    return task.result()


async def test_a_short_loss_of_the_database_does_not_lose_a_token_that_cannot_be_had_again(store, accounts, clock):
    accounts.down_for_saves = 3
    account = await passing(clock, store(identity(), given()))
    assert accounts.accounts == {account.id: account}
    assert len(accounts.events) == 1


async def test_a_long_loss_is_said(store, accounts, clock):
    accounts.is_down = True
    with pytest.raises(Unavailable):
        await passing(clock, store(identity(), given()))


async def test_two_at_once_for_one_seller_end_on_one_account(store, accounts, clock):
    await passing(clock, asyncio.gather(*(store(identity(), given(f"Atzr|token-{number}")) for number in range(2))))
    (account,) = accounts.accounts.values()
    assert (account.version, account.refresh_token_version, len(accounts.events)) == (2, 2, 2)


async def test_of_two_rotations_of_one_version_exactly_one_is_stored(store, accounts, vault, clock):
    account = await store(identity(), given())
    rotate = ReplaceRefreshToken(accounts=accounts, vault=vault, clock=clock)
    outcomes = await asyncio.gather(*(rotate(account.id, 1, Secret(f"Atzr|rotated-{n}")) for n in range(4)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["VersionConflictError"] * 3 + ["int"]
    with pytest.raises(VersionConflictError):
        await rotate(account.id, 1, Secret("Atzr|rotated-late"))


async def test_the_connection_is_the_best_account_and_the_marketplaces_of_all_active_ones(store, accounts, clock):
    first = await store(identity("A1"), given())
    clock.advance(60)
    second = await store(identity("A2", Region.EU), given(marketplace="A1PA6795UKMFR9"))
    connection = await ConnectionStatus(accounts=accounts)(ACME)
    assert connection.account == second
    assert connection.marketplaces == ("ATVPDKIKX0DER", "A1PA6795UKMFR9")
    assert connection.connected_since == first.connected_at
    ended = second.disconnect(clock.now())
    await accounts.save(ended)
    connection = await ConnectionStatus(accounts=accounts)(ACME)
    assert (connection.account, connection.marketplaces) == (first, ("ATVPDKIKX0DER",))


async def test_all_accounts_of_a_tenant_are_found_however_many(store, accounts):
    for number in range(201):
        await store(identity(f"A{number}"), given())
    assert len(await tenant_accounts(accounts, ACME)) == 201


async def test_registering_again_keeps_a_next_secret_that_waits(vault, clock):
    registry = MemoryApplicationRegistry()
    register = RegisterApplication(applications=registry, vault=vault, clock=clock)
    settings = ApplicationSettings(spapi_application_id="a", client_id="c", client_secret=Secret("one"), redirect_uri="http://x/cb")
    await register(settings)
    first = await registry.get(DEFAULT_APPLICATION)
    waiting = await vault.seal(client_secret_place(DEFAULT_APPLICATION), Secret("two"))
    await registry.save(first.with_next_secret(waiting, expires_at=clock.now(), current_expires_at=None))
    await register(settings)
    assert (await registry.get(DEFAULT_APPLICATION)).client_secret_next == waiting


async def test_background_work_is_done_again_after_every_fault_until_it_succeeds(clock):
    faults = [Unavailable("away"), RuntimeError("a bug"), None]
    done = asyncio.Event()

    async def work():
        fault = faults.pop(0)
        if fault is not None:
            raise fault
        done.set()

    async with kept_running("work", work, clock):
        while not done.is_set():
            clock.advance(1)
            await asyncio.sleep(0)
    assert faults == []


async def test_background_work_ends_with_the_application(clock):
    ended = asyncio.Event()

    async def work():
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with kept_running("work", work, clock):
        await asyncio.sleep(0)
    assert ended.is_set()
