from svc_kit.ids import SequenceIds
from sync_svc.adapters.outbound.wire.events import EventWire
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.events import InventoryChanged, WorkRequested


def test_work_of_one_slot_has_one_id_whoever_asks(samples, clock):
    wire = EventWire(clock, SequenceIds())
    ids = {wire("acme", WorkRequested(samples.run(run_id, slot="s"))).id for run_id in ("run-1", "run-2")}
    assert len(ids) == 1
    assert wire("acme", WorkRequested(samples.run(slot="s"), delivery=7)).id not in ids
    assert wire("acme", WorkRequested(samples.run(slot="s", dataset=Dataset.INVENTORY))).id not in ids


def test_removed_item_is_told_with_no_stock(samples, clock):
    event = EventWire(clock, SequenceIds())("acme", InventoryChanged(samples.item(), is_removed=True))
    assert (event.data["removed"], event.data["total_quantity"], event.data["fulfillable_quantity"]) == (True, 0, 0)
