"""What SyncRequests promises, asked of the fake and of PostgreSQL."""

import json

import pytest
from sqlalchemy import select

from account_svc.adapters.outbound.memory.sync_requests import MemorySyncRequests
from account_svc.adapters.outbound.postgres.sync_requests import PostgresSyncRequests
from account_svc.adapters.outbound.postgres.tables import outbox
from account_svc.domain.events import SyncRequested
from svc_kit.clock import SystemClock
from svc_kit.ids import SystemIds


@pytest.fixture(params=["memory", "postgres"])
def requests_(request):
    """The port, and a way to read which accounts were asked for, of one tenant, in order."""
    if request.param == "memory":
        memory = MemorySyncRequests()

        async def remembered(tenant):
            return [event.account.id for event in memory.asked if event.account.identity.tenant == tenant]

        return memory, remembered
    database = request.getfixturevalue("database")

    async def stored(tenant):
        async with database.transaction() as connection:
            rows = await connection.execute(select(outbox.c.content).where(outbox.c.type == "account-svc.sync.requested.v1"))
            events = [json.loads(bytes(row.content)) for row in rows]
        return [event["subject"] for event in events if event["tenantid"] == tenant]

    return PostgresSyncRequests(database, SystemClock(), SystemIds()), stored


async def test_each_request_leaves_once(requests_, make_account, tenant):
    port, asked = requests_
    first, second = make_account("A1"), make_account("A2")
    for account in (first, second, first):
        await port.ask(SyncRequested(account))
    assert sorted(await asked(tenant)) == sorted([first.id, second.id, first.id])
