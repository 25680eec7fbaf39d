from simulator.ledger import Entry, Ledger


def _entry(operation: str, **fields: str) -> Entry:
    return Entry(kind="spapi", operation=operation, api="orders/v0", method="GET", path="/", **fields)


def test_the_ledger_is_bounded_and_its_numbers_go_on() -> None:
    ledger = Ledger(3)
    for number in range(5):
        ledger.record(_entry(f"op{number}"))
    entries, count = ledger.find()
    assert [(entry.seq, entry.operation) for entry in entries] == [(3, "op2"), (4, "op3"), (5, "op4")]
    assert (count, ledger.last) == (3, 5)


def test_since_is_a_number_or_a_time() -> None:
    ledger = Ledger(3)
    for number in range(5):
        ledger.record(_entry(f"op{number}", time=f"2026-01-01T00:00:0{number}.000Z"))
    assert [entry.operation for entry in ledger.find(since="4")[0]] == ["op4"]
    assert [entry.operation for entry in ledger.find(since="1")[0]] == ["op2", "op3", "op4"]
    assert [entry.operation for entry in ledger.find(since="2026-01-01T00:00:03.000Z")[0]] == ["op3", "op4"]


def test_filters_and_limit() -> None:
    ledger = Ledger(10)
    for operation in ("getOrders", "getOrder", "getOrders"):
        ledger.record(_entry(operation, selling_partner_id="A1"))
    assert [entry.seq for entry in ledger.find(operation="getOrders")[0]] == [1, 3]
    assert [entry.seq for entry in ledger.find(operation="orders/v0/getOrder")[0]] == [2]
    assert ledger.find(selling_partner_id="A2") == ([], 0)
    entries, count = ledger.find(limit=1)
    assert ([entry.seq for entry in entries], count) == ([3], 3)
    assert ledger.find(limit=0) == ([], 3)
