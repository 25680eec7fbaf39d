"""A whole sync-svc on memory adapters, without a wire."""

from datetime import timedelta

import pytest

from svc_kit.ids import SequenceIds
from sync_svc.adapters.outbound.memory.run_history import MemoryRunHistory
from sync_svc.adapters.outbound.memory.sources import MemoryInventorySource, MemoryOrderSource
from sync_svc.adapters.outbound.memory.unit_of_work import MemoryUnitOfWork
from sync_svc.adapters.outbound.memory.work_directory import MemoryWorkDirectory
from sync_svc.application.use_cases import Pace, UseCases, build_execute_run
from sync_svc.domain.events import WorkRequested

PACE = Pace(interval=timedelta(minutes=15), lease=timedelta(seconds=30), backfill=timedelta(days=90), overlap=timedelta(minutes=5))


class World:
    """Use cases, stores and sources, with shortcuts for what a test says."""

    def __init__(self, clock, samples):
        self.clock = clock
        self.samples = samples
        self.uow = MemoryUnitOfWork()
        self.orders = MemoryOrderSource()
        self.inventory = MemoryInventorySource()
        self.use_cases = UseCases.build(
            uow=self.uow,
            directory=MemoryWorkDirectory(self.uow),
            history=MemoryRunHistory(self.uow),
            clock=clock,
            ids=SequenceIds(),
            pace=PACE,
        )
        self.execute = self.worker()

    def worker(self):
        return build_execute_run(
            uow=self.uow, orders=self.orders, inventory=self.inventory, clock=self.clock, pace=PACE, jitter=lambda: 1.0
        )

    async def connect(self, reason="connected", **changes):
        return await self.use_cases.apply_account(self.samples.account(**changes), reason=reason)

    async def run_all(self):
        """Execute every run that was asked for and is open, once; return the outcomes."""
        wanted = dict.fromkeys((tenant, event.run.id) for tenant, event in self.uow.state.events if isinstance(event, WorkRequested))
        return [await self.execute(tenant, run_id) for tenant, run_id in wanted if self.uow.state.runs[tenant, run_id].is_open]

    def runs(self, dataset=None):
        return [run for run in self.uow.state.runs.values() if dataset in {None, run.dataset}]

    def events(self, kind):
        return [event for event in self.uow.events() if isinstance(event, kind)]

    def stored_orders(self):
        return sorted(order.order_id for order in self.uow.state.orders.values())


@pytest.fixture
def world(clock, samples):
    return World(clock, samples)
