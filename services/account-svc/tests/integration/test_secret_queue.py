"""New client secrets from a real queue (moto's), stored in PostgreSQL."""

import asyncio
import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aioboto3
import pytest

from account_svc.application.secret_queue_settings import SecretQueueSettings
from account_svc.bootstrap import build_app
from svc_kit.secret import Secret

KEYS = {"access_key_id": "AKIATESTS", "secret_access_key": Secret("aws-secret")}
PLANTED = "amzn1.oa2-cs.v1.planted-by-queue"


@pytest.fixture
async def sqs(moto_url):
    keys = {"aws_access_key_id": "AKIATESTS", "aws_secret_access_key": "aws-secret"}
    async with aioboto3.Session().client("sqs", endpoint_url=moto_url, region_name="us-east-1", **keys) as client:
        yield client


@pytest.fixture
async def queue(sqs, request) -> str:
    name = re.sub(r"\W", "-", request.node.name)[-60:]
    return (await sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "1"}))["QueueUrl"]


@pytest.fixture
async def client(live_config, queue, moto_url, lived):
    settings = SecretQueueSettings(url=queue, region="us-east-1", endpoint=moto_url, wait_seconds=1, **KEYS)
    async with lived(build_app(replace(live_config, secret_queue=settings))) as client:
        yield client


def message(client_id: str, *, pascal: bool = False, secret: str = PLANTED) -> str:
    now = datetime.now(UTC)
    told = {
        "clientId": client_id,
        "newClientSecret": secret,
        "newClientSecretExpiryTime": (now + timedelta(days=180)).isoformat(),
        "oldClientSecretExpiryTime": (now + timedelta(days=7)).isoformat(),
    }
    content = {
        "notificationType": "APPLICATION_OAUTH_CLIENT_NEW_SECRET",
        "payload": {"applicationOAuthClientNewSecret": told},
        "notificationMetadata": {"notificationId": "n-1"},
    }
    return json.dumps(capital(content) if pascal else content)


def capital(value):
    return {name[0].upper() + name[1:]: capital(inner) for name, inner in value.items()} if isinstance(value, dict) else value


async def left(sqs, queue) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = (await sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names))["Attributes"]
    return sum(int(found[name]) for name in names)


async def until(look, seconds=30):
    async with asyncio.timeout(seconds):
        while not await look():
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("pascal", [False, True])
async def test_a_new_secret_is_stored_and_its_message_deleted(  # noqa: PLR0917 - fixtures, by name
    client, service, sqs, queue, live_config, pascal, caplog, capsys
):
    with caplog.at_level(logging.INFO):
        for _ in range(2):  # delivered twice
            await sqs.send_message(QueueUrl=queue, MessageBody=message(live_config.application.client_id, pascal=pascal))

        async def taken() -> bool:
            headers = service("token-svc", "credentials:read")
            found = await client.get("/internal/v1/applications/default/credentials", headers=headers)
            return found.status_code == 200 and found.json()["client_secret_next"] == PLANTED and await left(sqs, queue) == 0

        await until(taken)
    shown = await client.get("/api/v1/applications/default", headers=service("operator", "applications:admin"))
    assert shown.json()["has_next_secret"] is True
    assert PLANTED not in caplog.text + capsys.readouterr().out


async def test_what_cannot_be_stored_stays_in_the_queue_and_what_is_other_news_does_not(client, service, sqs, queue):
    await sqs.send_message(QueueUrl=queue, MessageBody=message("somebody-elses-client"))
    await sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"NotificationType": "APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY"}))

    async def settled() -> bool:
        return await left(sqs, queue) == 1

    await until(settled)
    second = {"name": "Late", "spapi_application_id": "amzn1.x", "client_id": "somebody-elses-client", "client_secret": "first-secret"}
    headers = service("operator", "applications:admin")
    assert (await client.put("/api/v1/applications/late", headers=headers, json=second)).status_code == 201

    async def taken() -> bool:
        return (await client.get("/api/v1/applications/late", headers=headers)).json()["has_next_secret"]

    await until(taken)
