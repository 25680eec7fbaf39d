"""Everything the service can do, made from its ports."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from svc_kit.clock import Clock
from svc_kit.ids import IdFactory
from sync_svc.application.commands.apply_account_change import ApplyAccountChange
from sync_svc.application.commands.dataset_sync import DatasetSync
from sync_svc.application.commands.execute_run import ExecuteRun
from sync_svc.application.commands.open_run import OpenRun
from sync_svc.application.commands.request_account_sync import RequestAccountSync
from sync_svc.application.commands.request_sync import RequestSync
from sync_svc.application.commands.run_lease import RunLease
from sync_svc.application.commands.schedule_runs import ScheduleRuns
from sync_svc.application.commands.sync_inventory import SyncInventory
from sync_svc.application.commands.sync_orders import SyncOrders
from sync_svc.application.ports.run_history import RunHistory
from sync_svc.application.ports.sources import InventorySource, OrderSource
from sync_svc.application.ports.unit_of_work import UnitOfWork
from sync_svc.application.ports.work_directory import WorkDirectory
from sync_svc.application.queries.answer_cache import AnswerCache
from sync_svc.application.queries.inventory_dashboard import InventoryDashboard
from sync_svc.application.queries.list_runs import ListRuns
from sync_svc.application.queries.orders_dashboard import OrdersDashboard
from sync_svc.application.queries.setup_status import SetupStatus
from sync_svc.domain.dataset import Dataset

_STALLED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often, how long, how far back."""

    interval: timedelta
    lease: timedelta
    backfill: timedelta
    overlap: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """What inbound adapters may call."""

    orders: OrdersDashboard
    inventory: InventoryDashboard
    setup: SetupStatus
    runs: ListRuns
    request_sync: RequestSync
    request_account_sync: RequestAccountSync
    apply_account: ApplyAccountChange
    schedule: ScheduleRuns
    cache: AnswerCache

    @classmethod
    def build(
        cls,
        *,
        uow: UnitOfWork,
        directory: WorkDirectory,
        history: RunHistory,
        clock: Clock,
        ids: IdFactory,
        pace: Pace,
        missing_settings: tuple[str, ...] = (),
    ) -> "UseCases":
        """Make them all on the given ports."""
        cache = AnswerCache(clock)
        open_run = OpenRun(clock, ids)
        return cls(
            orders=OrdersDashboard(uow, cache),
            inventory=InventoryDashboard(uow, cache),
            setup=SetupStatus(uow, cache, missing_settings=missing_settings),
            runs=ListRuns(history),
            request_sync=RequestSync(uow, open_run, clock),
            request_account_sync=RequestAccountSync(uow, open_run, clock),
            apply_account=ApplyAccountChange(uow, open_run),
            schedule=ScheduleRuns(
                uow, directory, open_run, clock, interval=pace.interval, stalled_after=max(_STALLED_AFTER, pace.lease * 4)
            ),
            cache=cache,
        )


def build_execute_run(
    *, uow: UnitOfWork, orders: OrderSource, inventory: InventorySource, clock: Clock, pace: Pace, jitter: Callable[[], float]
) -> ExecuteRun:
    """Make the worker's use case on the given ports; `jitter` returns numbers from 0 to 1."""
    datasets: dict[Dataset, DatasetSync] = {
        Dataset.ORDERS: SyncOrders(orders, clock, backfill=pace.backfill, overlap=pace.overlap),
        Dataset.INVENTORY: SyncInventory(inventory, clock),
    }
    lease = RunLease(uow, datasets, clock, length=pace.lease, interval=pace.interval, jitter=jitter)
    return ExecuteRun(lease, datasets, clock, renew_seconds=pace.lease.total_seconds() / 3)
