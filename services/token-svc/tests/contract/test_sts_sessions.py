"""StsSessions: the promises of its docstrings, by the fake, the simulator's recorder and moto."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from svc_kit.clock import SystemClock
from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.secret import Secret
from token_svc.adapters.outbound.memory.sts_sessions import MemoryStsSessions
from token_svc.adapters.outbound.sts.sts_sessions import BotoStsSessions
from token_svc.application.ports.sts_sessions import RoleRefused, StsSessions

ROLE = "arn:aws:iam::123456789012:role/seller"


@dataclass
class Sts:
    port: StsSessions
    fake: MemoryStsSessions | None = None
    amazon: Any = None

    def fault(self, kind: str) -> None:
        if self.amazon is not None:
            self.amazon.fault("sts", kind, times=1)
        elif self.fake is not None:
            self.fake.faults.append(RateLimited("slow", retry_after=1) if kind == "rate_limit" else Unavailable("down"))


@pytest.fixture(params=["memory", "simulator"])
async def sts(request) -> AsyncIterator[Sts]:
    if request.param == "memory":
        fake = MemoryStsSessions(SystemClock(), roles={ROLE: "their-id"})
        yield Sts(fake, fake=fake)
        return
    amazon = request.getfixturevalue("sunny_amazon")
    amazon.control("POST", "/roles", {"role_arn": ROLE, "external_id": "their-id"})
    key, secret = amazon.aws_key
    async with BotoStsSessions.open(
        endpoint=amazon.sts_url, region="us-east-1", access_key_id=key, secret_access_key=Secret(secret)
    ) as port:
        yield Sts(port, amazon=amazon)


async def test_a_role_is_assumed_for_an_hour(sts):
    found = await sts.port.assume(ROLE, external_id="their-id", session_name="sellerport-acc-1", seconds=60)
    assert found.session.access_key_id.startswith("ASIA")
    assert found.session.secret_access_key
    assert found.session.session_token
    left = found.expires_at - datetime.now(UTC)
    assert timedelta(minutes=58) < left <= timedelta(minutes=61)


@pytest.mark.parametrize("external_id", ["another-id", None])
async def test_without_the_roles_external_id_it_is_refused(sts, external_id):
    with pytest.raises(RoleRefused):
        await sts.port.assume(ROLE, external_id=external_id, session_name="sellerport-acc-1", seconds=60)


@pytest.mark.parametrize(("kind", "expected"), [("rate_limit", RateLimited), ("status", Unavailable)])
async def test_passing_failures_are_told_apart(sts, kind, expected):
    sts.fault(kind)
    with pytest.raises(expected):
        await sts.port.assume(ROLE, external_id="their-id", session_name="sellerport-acc-1", seconds=60)


async def test_moto_accepts_the_call(moto_url):
    async with BotoStsSessions.open(
        endpoint=moto_url, region="us-east-1", access_key_id="testing", secret_access_key=Secret("testing")
    ) as port:
        found = await port.assume(ROLE, external_id="their-id", session_name="sellerport-acc-1", seconds=60)
    assert found.session.session_token


async def test_an_endpoint_that_is_not_there_is_unavailable(free_url):
    async with BotoStsSessions.open(endpoint=free_url, region="us-east-1", access_key_id="a", secret_access_key=Secret("b")) as port:
        with pytest.raises((Unavailable, Timeout)):
            await port.assume(ROLE, external_id=None, session_name="sellerport-acc-1", seconds=60)
