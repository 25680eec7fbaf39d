"""What every journal promises to those who will read it."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cached_property

import pytest
import structlog

from svc_kit import logs
from svc_kit.secret import Secret
from token_svc.adapters.outbound.local.journal import LogJournal
from token_svc.adapters.outbound.memory.journal import MemoryJournal


class InMemory:
    """The fake, read back as (level, event, facts)."""

    def __init__(self) -> None:
        self.journal = MemoryJournal()

    def notes(self):
        return [(level, event, {name: _shown(fact) for name, fact in facts.items()}) for level, event, facts in self.journal.lines]


class InTheLog:
    """The real one: each note is read back from its line on standard output, as an operator's tool would."""

    def __init__(self, capsys) -> None:
        self._capsys = capsys

    @cached_property
    def journal(self) -> LogJournal:
        logs.configure("token-svc")  # not before the test runs: pytest gives each phase a standard output of its own
        return LogJournal()

    def notes(self):
        return [self._note(json.loads(line)) for line in self._capsys.readouterr().out.splitlines()]

    def _note(self, line):
        level, event = line.pop("level"), line.pop("event")
        assert line.pop("service") == "token-svc"
        datetime.fromisoformat(line.pop("timestamp"))
        is_alarm = line.pop("alarm", False)
        assert is_alarm is (level == "error")
        return "alarm" if is_alarm else level, event, {name: _shown(fact) for name, fact in line.items()}


def _shown(fact: object) -> object:
    return fact if isinstance(fact, str | int) else repr(fact)


@pytest.fixture(params=["memory", "log"])
def written(request, capsys):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield InMemory() if request.param == "memory" else InTheLog(capsys)
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_notes_are_read_with_their_level_and_facts_in_the_order_in_which_they_were_taken(written):
    written.journal.info("token_issued", account_id="acc-1", attempts=1)
    written.journal.warning("lock_lost", account_id="acc-1")
    written.journal.alarm("client_rejected", application="default")
    written.journal.info("token_issued")
    assert written.notes() == [
        ("info", "token_issued", {"account_id": "acc-1", "attempts": 1}),
        ("warning", "lock_lost", {"account_id": "acc-1"}),
        ("alarm", "client_rejected", {"application": "default"}),
        ("info", "token_issued", {}),
    ]


@pytest.mark.parametrize("level", ["info", "warning", "alarm"])
def test_a_secret_among_the_facts_stays_hidden(written, level):
    getattr(written.journal, level)("event", access_token=Secret("planted"), found=Secret("planted"), more={"a": [Secret("planted")]})
    [note] = written.notes()
    assert note[:2] == (level, "event")
    assert "planted" not in repr(note)


@pytest.mark.parametrize("fact", [None, object(), b"\xff", {1, 2}, datetime(2026, 3, 1, tzinfo=UTC), ValueError("no"), "two\nlines", "ü"])
def test_a_note_never_fails_and_stays_one_note_whatever_the_fact(written, fact):
    written.journal.info("event", fact=fact)
    [(_, event, facts)] = written.notes()
    assert (event, list(facts)) == ("event", ["fact"])


def test_notes_of_many_threads_are_all_there_and_whole(written):
    def take(writer: int) -> None:
        for number in range(50):
            written.journal.info("note", writer=writer, number=number, text="x" * 500)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take, range(4)))
    taken = [(facts["writer"], facts["number"]) for _, _, facts in written.notes()]
    assert sorted(taken) == [(writer, number) for writer in range(4) for number in range(50)]
    assert all([number for by, number in taken if by == writer] == list(range(50)) for writer in range(4))
