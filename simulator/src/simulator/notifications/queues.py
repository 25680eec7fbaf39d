"""Messages into moto's SQS."""

from typing import Any

import httpx
import msgspec

from simulator.web.request import BadRequestError

_HEADERS = {
    "content-type": "application/x-amz-json-1.0",
    # moto asks nobody who he is, but finds the service by the scope of the credential
    "authorization": "AWS4-HMAC-SHA256 Credential=SIMULATOR/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
}


class Queues:
    """Makes a queue when it is first sent to."""

    def __init__(self, client: httpx.AsyncClient | None) -> None:
        self._client = client

    async def send(self, queue: str, body: dict[str, Any]) -> None:
        """Puts ``body`` into the queue of that name; refuses when there is no SQS (SIM_MOTO_URL)."""
        made = await self._ask("CreateQueue", {"QueueName": queue})
        await self._ask("SendMessage", {"QueueUrl": made["QueueUrl"], "MessageBody": msgspec.json.encode(body).decode()})

    async def _ask(self, action: str, parameters: dict[str, str]) -> dict[str, Any]:
        if self._client is None:
            raise BadRequestError("there is no SQS: set SIM_MOTO_URL")
        answer = await self._client.post("/", headers={**_HEADERS, "x-amz-target": f"AmazonSQS.{action}"}, json=parameters)
        answer.raise_for_status()
        return dict(answer.json())
