import pytest

from svc_kit.messaging import Event
from sync_svc.adapters.inbound.nats.sync_requests import SyncRequestHandler
from sync_svc.domain.account import AccountStatus
from sync_svc.domain.dataset import Dataset, Trigger


class Message:
    """A message as NATS brings it."""

    subject = "account-svc.sync.requested.v1"

    def __init__(self, data: bytes) -> None:
        self.data = data


@pytest.fixture
def ask(world, clock):
    """Ask as account-svc does: `await ask("acc-1", "request-1")`."""
    handler = SyncRequestHandler(world.use_cases.request_account_sync)

    async def asked(account_id: str, request_id: str = "request-1", tenant: str = "acme", said: str = "acme") -> None:
        data = {"account": {"id": account_id, "tenant": said, "status": "active", "new": 1}}
        event = Event(
            id=request_id, source="account-svc", type=Message.subject, time=clock.now(), subject=account_id, tenantid=tenant, data=data
        )
        await handler(Message(event.encode()))

    return asked


def manual(world):
    return [(run.account_id, run.dataset) for run in world.runs() if run.trigger is Trigger.MANUAL]


@pytest.fixture
async def idle(world):
    """Two accounts with nothing to do."""
    await world.connect()
    await world.connect(id="acc-2")
    await world.run_all()


async def test_a_request_opens_a_run_of_each_dataset_of_that_account(world, idle, ask):
    await ask("acc-1")
    assert manual(world) == [("acc-1", dataset) for dataset in Dataset]


async def test_the_same_request_again_and_another_within_ten_minutes_open_nothing(world, idle, ask, clock):
    await ask("acc-1")
    await world.run_all()
    await ask("acc-1")
    clock.advance(599)
    await ask("acc-1", "request-2")
    assert len(manual(world)) == 2
    clock.advance(1)
    await ask("acc-1")
    assert len(manual(world)) == 2
    await ask("acc-1", "request-2")
    assert len(manual(world)) == 4


async def test_one_accounts_request_does_not_hold_up_anothers(world, idle, ask):
    await ask("acc-1")
    await ask("acc-2", "request-2")
    assert {account for account, _ in manual(world)} == {"acc-1", "acc-2"}


async def test_an_open_run_counts_as_the_one_asked_for(world, ask):
    await world.connect()
    await ask("acc-1")
    assert manual(world) == []


@pytest.mark.parametrize("status", [AccountStatus.DISCONNECTED, AccountStatus.REAUTHORIZATION_REQUIRED, AccountStatus.ERASED])
async def test_an_account_that_is_not_active_is_passed_over(world, idle, ask, status):
    await world.connect(reason="changed", version=2, status=status)
    await ask("acc-1")
    assert manual(world) == []


@pytest.mark.parametrize("change", [{"account_id": "nobody"}, {"tenant": "rival"}, {"said": "rival"}])
async def test_a_request_for_nobody_or_for_anothers_account_is_passed_over(world, idle, ask, change):
    await ask(**{"account_id": "acc-1", **change})
    assert manual(world) == []


async def test_a_message_that_is_no_event_is_passed_over(world, idle):
    for content in (b"", b"{}", b"nonsense"):
        await SyncRequestHandler(world.use_cases.request_account_sync)(Message(content))
    assert manual(world) == []
