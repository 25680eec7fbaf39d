"""An account is erased while others are at work on it: nothing of it is left, whoever was first."""

import asyncio

import pytest

from sync_svc.domain.account import AccountStatus

TABLES = ("orders", "inventory", "freshness", "runs")
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
async def left(system):
    """Count the account's rows, as the database has them."""

    async def count() -> dict[str, int]:
        async with system.database.tenant_transaction("acme") as connection:
            return {
                table: (await connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE account_id = 'acc-1'")).scalar_one()  # noqa: S608 - own names
                for table in TABLES
            }

    return count


@pytest.fixture
async def someone_waits(system):
    """Return once a transaction of this database waits for another."""

    async def looked():
        async with system.database.transaction() as connection:
            return (await connection.exec_driver_sql(WAITING)).scalar_one() > 0

    async def waited():
        await system.eventually(looked)

    return waited


@pytest.fixture
def erase(system, samples):
    def erased(version: int = 9):
        return system.use_cases.apply_account(samples.account(version=version, status=AccountStatus.ERASED), reason="erased")

    return erased


async def test_a_page_that_is_being_stored_is_erased_as_well(system, samples, erase, left, someone_waits):
    await system.use_cases.apply_account(samples.account(), reason="connected")
    run = (await system.runs())[0]
    async with system.uow.transaction("acme") as page:
        await page.runs.lock(run.id)
        erasing = asyncio.create_task(erase())
        await someone_waits()
        await page.orders.merge([samples.order(number) for number in range(3)])
        await page.inventory.merge([samples.item()], run_id=run.id)
    assert await erasing
    assert await left() == dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize("opener", ["schedule", "request_sync"])
async def test_no_run_is_opened_for_an_account_that_is_being_erased(system, samples, left, someone_waits, opener):
    async with system.uow.transaction("acme") as tx:
        await tx.accounts.save(samples.account())
    async with system.uow.transaction("acme") as erasure:
        await erasure.accounts.lock("acc-1")
        arguments = ["acme"] if opener == "request_sync" else []
        opening = asyncio.create_task(getattr(system.use_cases, opener)(*arguments))
        await someone_waits()
        await erasure.accounts.erase_data("acc-1")
        await erasure.accounts.save(samples.account(version=9, status=AccountStatus.ERASED).erased())
    await asyncio.gather(opening, return_exceptions=True)
    assert await left() == dict.fromkeys(TABLES, 0)


async def test_the_event_twice_from_several_workers_erases_once_and_late_events_change_nothing(system, samples, erase, left):
    await system.use_cases.apply_account(samples.account(), reason="connected")
    assert sorted(await asyncio.gather(*(erase() for _ in range(4)))) == [False, False, False, True]
    assert not await system.use_cases.apply_account(samples.account(version=12), reason="connected")
    assert await left() == dict.fromkeys(TABLES, 0)
    assert await system.runs() == []


async def test_workers_in_full_swing_leave_nothing(system, samples, left):
    system.orders.orders = [samples.order(number) for number in range(60)]
    system.inventory.items = [samples.item(f"SKU-{number}") for number in range(40)]
    stored = asyncio.Event()
    original = system.orders.page

    async def page(account, **options):
        if options["cursor"] == "20":
            stored.set()
        return await original(account, **options)

    system.orders.page = page
    for _ in range(2):
        system.start_worker()
    await system.publish_account()
    await asyncio.wait_for(stored.wait(), 30)
    await system.publish_account("erased", status="erased", version=2)
    await system.publish_account("erased", status="erased", version=2)

    async def is_tombstone():
        async with system.uow.transaction("acme") as tx:
            account = await tx.accounts.lock("acc-1")
        return account is not None and account.status is AccountStatus.ERASED

    await system.eventually(is_tombstone)
    await system.use_cases.schedule()
    assert await left() == dict.fromkeys(TABLES, 0)
