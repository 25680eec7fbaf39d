"""What sync-svc says of its runs → NoteRun."""

import re
from datetime import datetime
from typing import Final

import msgspec
from nats.aio.msg import Msg

from account_svc.application.commands.note_run import NoteRun
from account_svc.domain.errors import AccountNotFoundError, InvalidInputError
from account_svc.domain.identifiers import TenantId, parse_account_id, parse_tenant_id
from account_svc.domain.sync_record import RunOutcome
from svc_kit.logs import get_logger
from svc_kit.messaging import DurableConsumer, Event, NatsConnection

STREAM: Final = "SYNC_EVENTS"
DURABLE: Final = "account-svc-runs"
SUBJECTS: Final = ["sync-svc.run.completed.v1", "sync-svc.run.failed.v1"]
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


class RunData(msgspec.Struct):
    """Data of `sync-svc.run.completed.v1` and `.failed.v1`; what is not needed here is passed over."""

    account_id: str
    dataset: str
    error: str | None
    finished_at: datetime | None


def run_events(connection: NatsConnection, note: NoteRun) -> DurableConsumer:
    """Return the consumer, one for all replicas, that keeps the accounts' health up to date."""
    return DurableConsumer(connection, stream=STREAM, durable=DURABLE, subjects=SUBJECTS, handler=RunHandler(note))


class RunHandler:
    """Handles one event of a run; one that cannot be read is reported and passed over."""

    def __init__(self, note: NoteRun) -> None:
        self._note = note

    async def __call__(self, message: Msg) -> None:
        try:
            tenant, outcome = _read(message.data)
        except (msgspec.MsgspecError, InvalidInputError, AccountNotFoundError) as error:
            get_logger().error("event_not_understood", subject=message.subject, detail=str(error))
            return
        await self._note(tenant, outcome)


def _read(content: bytes) -> tuple[TenantId, RunOutcome]:
    event = Event.decode(content)
    data = msgspec.convert(event.data, RunData)
    if not _SLUG.fullmatch(data.dataset):
        raise msgspec.ValidationError("the dataset is no slug")
    failure = None
    if event.type == SUBJECTS[1]:
        failure = data.error if data.error and _SLUG.fullmatch(data.error) else "failed"
    outcome = RunOutcome(
        account=parse_account_id(data.account_id), dataset=data.dataset, at=data.finished_at or event.time, failure_code=failure
    )
    return parse_tenant_id(event.tenantid), outcome
