"""What a worker listens to."""

from typing import Final

from svc_kit.messaging import DurableConsumer, NatsConnection
from sync_svc.adapters.inbound.background import Job
from sync_svc.adapters.inbound.nats.accounts import AccountHandler
from sync_svc.adapters.inbound.nats.sync_requests import SUBJECT, SyncRequestHandler
from sync_svc.adapters.inbound.nats.work import WorkHandler
from sync_svc.application.commands.apply_account_change import ApplyAccountChange
from sync_svc.application.commands.execute_run import ExecuteRun
from sync_svc.application.commands.request_account_sync import RequestAccountSync

ACCOUNT_STREAM: Final = "ACCOUNT_EVENTS"
ACCOUNT_SUBJECT: Final = "account-svc.account.>"
REQUEST_DURABLE: Final = "sync-svc-requests"
ACCOUNT_DURABLE: Final = "sync-svc-accounts"
WORK_DURABLE: Final = "sync-svc-worker"


def work_consumer(nats: NatsConnection, execute: ExecuteRun, *, stream: str, subject: str, ack_wait: float, concurrency: int) -> Job:
    """Return the job that takes runs from the work queue; all workers share one durable."""
    return DurableConsumer(
        nats,
        stream=stream,
        durable=WORK_DURABLE,
        subjects=[subject],
        handler=WorkHandler(execute),
        ack_wait=ack_wait,
        concurrency=concurrency,
    ).run


def account_consumer(nats: NatsConnection, apply: ApplyAccountChange) -> Job:
    """Return the job that follows account-svc's events; all workers share one durable."""
    return DurableConsumer(
        nats, stream=ACCOUNT_STREAM, durable=ACCOUNT_DURABLE, subjects=[ACCOUNT_SUBJECT], handler=AccountHandler(apply)
    ).run


def request_consumer(nats: NatsConnection, request: RequestAccountSync) -> Job:
    """Return the job that takes account-svc's requests to synchronise; all workers share one durable."""
    return DurableConsumer(
        nats, stream=ACCOUNT_STREAM, durable=REQUEST_DURABLE, subjects=[SUBJECT], handler=SyncRequestHandler(request)
    ).run
