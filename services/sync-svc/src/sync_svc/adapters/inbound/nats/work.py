"""Work messages → ExecuteRun."""

import msgspec
from nats.aio.msg import Msg

from svc_kit.logs import get_logger
from svc_kit.messaging import Event, RetryLater
from sync_svc.application.commands.execute_run import ExecuteRun


class _Work(msgspec.Struct):
    run_id: str


class WorkHandler:
    """Handles one work message; a message that cannot be read is dropped with a report."""

    def __init__(self, execute: ExecuteRun) -> None:
        self._execute = execute

    async def __call__(self, message: Msg) -> None:
        try:
            event = Event.decode(message.data)
            work = msgspec.convert(event.data, type=_Work)
        except msgspec.MsgspecError as error:
            get_logger().error("unreadable_work", subject=message.subject, error=str(error))
            return
        outcome = await self._execute(event.tenantid, work.run_id)
        if outcome.again_after is not None:
            raise RetryLater(outcome.again_after)
