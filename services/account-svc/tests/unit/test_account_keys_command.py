"""The commands on keys, and shredding, on the stand-ins."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from account_svc.adapters.inbound.command_line.keys import KeyTools, parse_command, run_command
from account_svc.adapters.outbound.memory.account_repository import MemoryAccountRepository
from account_svc.adapters.outbound.sealing.secret_vault import EnvelopeSecretVault
from account_svc.application.commands.disconnect_account import DisconnectAccount
from account_svc.application.commands.shred_tenant import ShredTenant
from account_svc.application.commands.store_authorization import GivenAuthorization, StoreAuthorization
from account_svc.domain.account import AccountStatus, Identity
from account_svc.domain.events import AccountDisconnected
from account_svc.domain.identifiers import DEFAULT_APPLICATION, SellingPartnerId, TenantId
from account_svc.domain.region import Region
from svc_kit.clock import ManualClock
from svc_kit.ids import SequenceIds
from svc_kit.sealing import EnvelopeCipher, LocalKeyProvider
from svc_kit.sealing.memory import MemoryDataKeyStore, MemorySealedRows
from svc_kit.secret import Secret


class Desk:
    """An operator at a keyboard: `await desk.type("status")` returns the exit code, `said` has the lines."""

    def __init__(self, path, accounts: MemoryAccountRepository | None = None) -> None:
        self.clock = ManualClock()
        self.accounts = accounts or MemoryAccountRepository()
        rows = MemorySealedRows()
        provider, ring = LocalKeyProvider.load(path, create=True), MemoryDataKeyStore(rows)
        self.vault = EnvelopeSecretVault(EnvelopeCipher(provider, ring, self.clock))
        self.ids = SequenceIds()
        self.said: list[str] = []
        self.tools = KeyTools(
            provider=provider,
            key_file=path,
            ring=ring,
            rows=rows,
            shred=ShredTenant(
                accounts=self.accounts, vault=self.vault, disconnect=DisconnectAccount(accounts=self.accounts, clock=self.clock)
            ),
            clock=self.clock,
            say=self.said.append,
        )

    async def type(self, line: str) -> int:
        self.said.clear()
        typed = asyncio.create_task(run_command(parse_command(line.split()), self.tools))
        while not typed.done():
            await asyncio.sleep(0)
            if self.clock.sleepers:
                self.clock.advance(60)
        return await typed

    async def connect(self, tenant: str, partner: str):
        store = StoreAuthorization(accounts=self.accounts, vault=self.vault, clock=self.clock, ids=self.ids)
        identity = Identity(tenant=TenantId(tenant), selling_partner_id=SellingPartnerId(partner), region=Region.NA)
        given = GivenAuthorization(refresh_token=Secret("Atzr|planted"), application=DEFAULT_APPLICATION, marketplaces=("US",))
        return await store(identity, given)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kek.json"


@pytest.fixture
def desk(path):
    return Desk(path)


async def test_a_key_encryption_key_is_rotated_and_the_old_one_destroyed(desk, path):
    await desk.connect("acme", "A1")
    (old,) = json.loads(path.read_bytes())["keys"]
    assert await desk.type("new-kek") == 0
    assert await desk.type(f"destroy-kek {old}") == 1
    assert "still wraps" in desk.said[0]
    assert await desk.type("rewrap") == 0
    assert await desk.type("status") == 0
    assert desk.said[0].endswith("(current): 1 data keys")
    assert not any(old in line for line in desk.said)
    assert await desk.type(f"destroy-kek {old}") == 0
    assert old not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert await desk.type(f"destroy-kek {old}") == 1


async def test_status_counts_keys_and_values(desk):
    await desk.connect("acme", "A1")
    await desk.type("status")
    assert desk.said[1:] == [
        "data keys: 1 active, 0 retired",
        "sealed values: 0 under active data keys, 0 under retired ones, 0 lost",
    ]


async def test_keys_that_a_third_party_holds_are_not_changed_here(desk):
    desk.tools = replace(desk.tools, key_file=None)
    for line in ("new-kek", "destroy-kek k1"):
        assert await desk.type(line) == 1
        assert "AWS KMS or Vault" in desk.said[0]


async def test_a_store_that_is_away_is_said_and_the_exit_code_tells(desk):
    desk.tools.ring.is_down = True
    for line in ("status", "rewrap", "rotate-data-keys", "shred --tenant acme --yes"):
        assert await desk.type(line) == 1
        assert any("cannot be reached" in said for said in desk.said)


async def test_a_short_loss_of_the_store_is_ridden_out(desk):
    await desk.connect("acme", "A1")
    desk.clock.advance(60)
    desk.tools.ring.is_down = True
    typed = asyncio.create_task(run_command(parse_command(["rotate-data-keys"]), desk.tools))
    while not desk.clock.sleepers:
        await asyncio.sleep(0)
    desk.tools.ring.is_down = False
    while not typed.done():
        await asyncio.sleep(0)
        if desk.clock.sleepers:
            desk.clock.advance(60)
    assert await typed == 0
    assert any(line.startswith("waiting: ") for line in desk.said)
    assert any("1 old data keys destroyed" in line for line in desk.said)


async def test_shredding_disconnects_every_account_of_the_tenant_once_and_nobody_elses(desk):
    accounts = [await desk.connect("acme", partner) for partner in ("A1", "A2")]
    theirs = await desk.connect("rival", "A1")
    assert await desk.type("shred --tenant acme --yes") == 0
    assert await desk.type("shred --tenant acme --yes") == 0
    stored = desk.accounts.accounts
    assert {stored[account.id].status for account in accounts} == {AccountStatus.DISCONNECTED}
    assert stored[theirs.id] == theirs
    assert sum(isinstance(event, AccountDisconnected) for event in desk.accounts.events) == 2


async def test_a_shredding_that_was_cut_short_is_finished_by_the_next(desk):
    lost = await desk.connect("acme", "A1")
    await desk.vault.shred(TenantId("acme"))
    assert await desk.type("shred --tenant acme --yes") == 0
    assert desk.accounts.accounts[lost.id].status is AccountStatus.DISCONNECTED


async def test_an_account_that_connects_while_its_tenant_is_shredded_stays(path):
    class Connecting(MemoryAccountRepository):
        async def page(self, *asked, **how):
            if len(self.accounts) == 1:
                await desk.connect("acme", "A2")
            return await super().page(*asked, **how)

    desk = Desk(path, Connecting())
    lost = await desk.connect("acme", "A1")
    assert await desk.type("shred --tenant acme --yes") == 0
    states = {account.id: account.status for account in desk.accounts.accounts.values()}
    assert states.pop(lost.id) is AccountStatus.DISCONNECTED
    assert set(states.values()) == {AccountStatus.ACTIVE}


@pytest.mark.parametrize(
    "line",
    ["", "paint", "shred --tenant acme", "shred --yes", "shred --tenant $system --yes", "rotate-data-keys --created-before x"],
)
def test_a_command_that_is_none_ends_with_the_usage(line):
    with pytest.raises(SystemExit) as caught:
        parse_command(line.split())
    assert caught.value.code == 2


def test_a_time_without_a_zone_is_utc():
    assert parse_command(["rotate-data-keys", "--created-before", "2026-01-02"]).created_before == datetime(2026, 1, 2, tzinfo=UTC)
