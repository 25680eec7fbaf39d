"""New client secrets from the queue that the developer console names."""

import asyncio
import importlib
import logging
from contextlib import AsyncExitStack
from typing import Any, Final

from account_svc.adapters.inbound.sqs.notification import EXPIRY, NEW_SECRET, Notification, NotUnderstoodError
from account_svc.application.commands.take_rotated_secret import TakeRotatedSecret
from account_svc.application.secret_queue_settings import SecretQueueSettings
from svc_kit.errors import DomainError, PortError
from svc_kit.logs import get_logger

_AT_ONCE: Final = 10
_PAUSE_SECONDS: Final = 2.0


class SecretQueue:
    """Takes each message until its effect is stored, and only then deletes it: what is not understood stays for an operator."""

    def __init__(self, settings: SecretQueueSettings, take: TakeRotatedSecret) -> None:
        self._settings = settings
        self._take = take

    async def run(self) -> None:
        """Read until cancelled; outlives every failure of the queue."""
        aioboto3 = importlib.import_module("aioboto3")  # tens of megabytes that a service without a queue never needs
        botocore = importlib.import_module("botocore.exceptions")
        for library in ("botocore", "aiobotocore"):  # at DEBUG they log whole answers, with the secrets in them
            logging.getLogger(library).setLevel(logging.INFO)
        while True:
            try:
                async with AsyncExitStack() as stack:
                    client = await stack.enter_async_context(aioboto3.Session().client("sqs", **self._options()))
                    while True:
                        await self._read(client)
            except (botocore.BotoCoreError, botocore.ClientError, OSError, TimeoutError) as error:
                get_logger().warning("secret_queue_waits", error=type(error).__name__)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _read(self, client: Any) -> None:
        answer = await client.receive_message(
            QueueUrl=self._settings.url, MaxNumberOfMessages=_AT_ONCE, WaitTimeSeconds=self._settings.wait_seconds
        )
        for message in answer.get("Messages", []):
            if await self._is_done(message["Body"]):
                await client.delete_message(QueueUrl=self._settings.url, ReceiptHandle=message["ReceiptHandle"])

    async def _is_done(self, body: str) -> bool:
        """Return whether the message may be forgotten; its text is in no log, because it holds a secret."""
        try:
            notification = Notification.read(body)
            if notification.type != NEW_SECRET:
                level = get_logger().warning if notification.type == EXPIRY else get_logger().info
                level("application_notification", type=notification.type, notification=notification.id)
                return True
            client_id, new = notification.new_secret()
            await self._take(client_id, new)
        except NotUnderstoodError as error:
            get_logger().error("application_notification_not_understood", alarm=True, detail=str(error))
            return False
        except (DomainError, PortError) as error:
            get_logger().error("client_secret_not_taken", alarm=True, error=type(error).__name__, detail=error.detail)
            return False
        get_logger().info("client_secret_taken", client_id=client_id, expires_at=new.expires_at.isoformat())
        return True

    def _options(self) -> dict[str, Any]:
        settings = self._settings
        options: dict[str, Any] = {"endpoint_url": settings.endpoint, "region_name": settings.region}
        if settings.access_key_id and settings.secret_access_key:
            options |= {"aws_access_key_id": settings.access_key_id, "aws_secret_access_key": settings.secret_access_key.reveal()}
        return options
