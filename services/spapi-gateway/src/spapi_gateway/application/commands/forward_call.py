"""Sends one call to Amazon: right credential, paced, signed, retried where that is safe."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from spapi_gateway.application.answer import blames_token, peek_text
from spapi_gateway.application.call import Call
from spapi_gateway.application.commands.choose_credential import ChooseCredential, restricted_need, session_need
from spapi_gateway.application.credential_cache import CredentialCache
from spapi_gateway.application.pacer import Pacer, Plan
from spapi_gateway.application.ports.call_recorder import CallRecord
from spapi_gateway.application.ports.upstream import (
    AnswerCutError,
    AnswerLostError,
    NotConnectedError,
    Upstream,
    UpstreamAnswer,
    UpstreamRequest,
)
from spapi_gateway.domain.accounts import Account, Region
from spapi_gateway.domain.credentials import Credential, CredentialKind, CredentialNeed
from spapi_gateway.domain.errors import CallRefusedError
from spapi_gateway.domain.operations import RdtRule
from spapi_gateway.domain.retry import MAX_ATTEMPTS, RetryBudget, backoff, may_retry_status
from spapi_gateway.domain.sigv4 import SigV4Signer
from spapi_gateway.domain.usage_plan import plan_key
from svc_kit.clock import Clock
from svc_kit.errors import PortError, Timeout

_DENIED: Final = frozenset({401, 403})
_RATE_HEADER: Final = "x-amzn-ratelimit-limit"


@dataclass(slots=True)
class _Progress:
    """Where one call stands."""

    deadline: float
    need: CredentialNeed
    credential: Credential
    plan: Plan
    budget: RetryBudget
    attempt: int = 0
    is_refreshed: bool = False


class ForwardCall:
    """Sends a call for an account; the answer comes from Amazon's region of that account and is streamed by the caller.

    Raises `CallRefusedError` (throttled, no credential, …), `Timeout` when the deadline passed, and other `PortError`s
    when Amazon could not be reached or understood. Amazon's own refusals are answers.
    """

    def __init__(
        self,
        *,
        upstream: Upstream,
        credentials: CredentialCache,
        pacer: Pacer,
        endpoints: Mapping[Region, str],
        clock: Clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._upstream = upstream
        self._credentials = credentials
        self._pacer = pacer
        self._endpoints = {region: (url.rstrip("/"), urlsplit(url).netloc) for region, url in endpoints.items()}
        self._clock = clock
        self._chance = chance
        self._choose = ChooseCredential()
        self._signer = SigV4Signer()
        self._budgets = {region: RetryBudget() for region in Region}

    async def __call__(self, call: Call, account: Account, record: CallRecord) -> UpstreamAnswer:
        deadline = self._clock.monotonic() + call.seconds
        need = self._choose.need(call, account)
        credential = await self._within(deadline, need)
        plan = self._pacer.plan(plan_key(account, call.operation), call.operation)
        state = _Progress(deadline, need, credential, plan, self._budgets[account.region])
        state.budget.note_call()
        while True:
            answer = await self._attempt(call, account, state, record)
            if answer is not None:
                return answer

    async def _attempt(self, call: Call, account: Account, state: _Progress, record: CallRecord) -> UpstreamAnswer | None:
        """Return the answer to hand on, or None when another attempt is to follow."""
        state.attempt += 1
        record.attempts = state.attempt
        if not self._pacer.try_take(state.plan):
            asked = self._clock.monotonic()
            await self._pacer.take(state.plan, call.lane, min(call.patience, max(0.0, state.deadline - asked)))
            record.waited += self._clock.monotonic() - asked
        request = await self._request(call, account, state)
        try:
            answer = await self._upstream.send(request, seconds=self._left(state.deadline))
        except (NotConnectedError, AnswerLostError) as fault:
            is_safe = isinstance(fault, NotConnectedError) or call.operation.is_read
            if is_safe and await self._pause(call, state):
                return None
            raise
        status = answer.status
        limit = next((value for name, value in answer.headers if name == _RATE_HEADER), None)
        self._pacer.learn(state.plan, status, limit)
        if status < 400:  # noqa: PLR2004 - a success or a redirect, which is the caller's to follow
            return answer
        return await self._judge(call, state, answer)

    async def _judge(self, call: Call, state: _Progress, answer: UpstreamAnswer) -> UpstreamAnswer | None:
        status = answer.status
        if status in _DENIED and call.is_replayable and not state.is_refreshed:
            return await self._renew(call, state, answer)
        is_throttled = status == HTTPStatus.TOO_MANY_REQUESTS
        if may_retry_status(status, is_read=call.operation.is_read) and await self._pause(call, state, is_paced=is_throttled):
            await answer.close()
            return None
        if is_throttled and not any(name == "retry-after" for name, _ in answer.headers):
            wait = state.plan.bucket.wait(self._clock.monotonic(), state.plan.queue.ahead(call.lane))
            answer.headers.append(("retry-after", str(max(1, -int(-wait // 1)))))
        return answer

    async def _renew(self, call: Call, state: _Progress, answer: UpstreamAnswer) -> UpstreamAnswer | None:
        """After a 401/403: one other token when Amazon blames the token, an RDT when the resource turns out restricted."""
        state.is_refreshed = True
        try:
            answer, text = await peek_text(answer)
        except AnswerCutError:
            return answer
        is_plain = state.need.kind is CredentialKind.ACCESS
        try:
            if blames_token(text):
                async with asyncio.timeout(self._left(state.deadline)):
                    state.credential = await self._credentials.get(state.need, rejected=state.credential)
            elif is_plain and call.operation.rdt is RdtRule.ON_REFUSAL:
                need = restricted_need(call)
                state.credential = await self._within(state.deadline, need)
                state.need = need
            else:
                return answer
        except (PortError, TimeoutError):
            return answer  # nothing better can be had now than what Amazon said
        except CallRefusedError as refusal:
            if refusal.code == "restricted_token_rejected":
                return answer
            await answer.close()
            raise
        await answer.close()
        return None

    async def _pause(self, call: Call, state: _Progress, *, is_paced: bool = False) -> bool:
        """Wait before a retry; return False when there is to be none (attempts, deadline, budget, a body that is gone)."""
        if not call.is_replayable or state.attempt >= MAX_ATTEMPTS or call.patience <= 0:
            return False
        delay = backoff(state.attempt, self._chance())
        now = self._clock.monotonic()
        slot = state.plan.bucket.wait(now, state.plan.queue.ahead(call.lane))
        if now + max(delay, slot) >= state.deadline or (slot > call.patience):
            return False
        if not is_paced and not state.budget.take():
            return False
        await self._clock.sleep(delay)
        return True

    async def _request(self, call: Call, account: Account, state: _Progress) -> UpstreamRequest:
        endpoint, host = self._endpoints[account.region]
        token = ("x-amz-access-token", state.credential.token.reveal())
        headers = [*call.headers, token]
        if account.is_signed:
            session = await self._within(state.deadline, session_need(account.id))
            headers += self._signer.sign(
                method=call.method,
                host=host,
                path=call.path,
                query=call.query,
                body=call.body if isinstance(call.body, bytes) else b"",
                headers=[token],
                credential=session,
                region=account.region.aws_region,
                at=self._clock.now(),
            )
        return UpstreamRequest(call.method, endpoint, call.path, call.query, headers, call.body)

    async def _within(self, deadline: float, need: CredentialNeed) -> Credential:
        found = self._credentials.peek(need)
        if found is not None:
            return found
        try:
            async with asyncio.timeout(self._left(deadline)):
                return await self._credentials.get(need)
        except TimeoutError:
            raise Timeout("the deadline passed while a credential was being fetched") from None

    def _left(self, deadline: float) -> float:
        left = deadline - self._clock.monotonic()
        if left <= 0:
            raise Timeout("the deadline (x-sellerport-deadline-ms) has passed")
        return left
