"""Sends one call to the Ads API: the token and the client it was made for, paced by what Amazon says, retried where that is safe."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from spapi_gateway.application.answer import peek_text
from spapi_gateway.application.call import Call
from spapi_gateway.application.commands.choose_credential import access_need
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
from spapi_gateway.domain.ads import ads_plan_key, client_headers, is_about_scope
from spapi_gateway.domain.credentials import Credential
from spapi_gateway.domain.errors import CallRefusedError
from spapi_gateway.domain.retry import MAX_ATTEMPTS, RetryBudget, backoff, may_retry_status
from svc_kit.clock import Clock
from svc_kit.errors import PortError, Timeout, Unavailable

_UNAUTHORIZED: Final = 401
_TOO_MANY: Final = 429


@dataclass(slots=True)
class _Progress:
    deadline: float
    credential: Credential
    plan: Plan
    endpoint: str
    budget: RetryBudget
    attempt: int = 0
    is_refreshed: bool = False


class ForwardAdsCall:
    """Sends a call for an advertising account to the Ads host of a region, the account's own unless another was named.

    A token is good at every host, and data are regional (Amazon Ads "Access tokens"). Raises what `ForwardCall` raises.
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
        self._endpoints = {region: url.rstrip("/") for region, url in endpoints.items()}
        self._clock = clock
        self._chance = chance
        self._budgets = {region: RetryBudget() for region in Region}

    async def __call__(self, call: Call, account: Account, region: Region, record: CallRecord) -> UpstreamAnswer:
        if not account.client_id:
            raise Unavailable("token-svc did not say for which LWA client the token was made")
        deadline = self._clock.monotonic() + call.seconds
        credential = await self._credential(call, deadline, None)
        plan = self._pacer.plan(ads_plan_key(account, call.operation, region), call.operation)
        state = _Progress(deadline, credential, plan, self._endpoints[region], self._budgets[region])
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
        bearer = ("authorization", f"Bearer {state.credential.token.reveal()}")
        headers = [*call.headers, bearer, *client_headers(account, call.path)]
        request = UpstreamRequest(call.method, state.endpoint, call.path, call.query, headers, call.body)
        try:
            answer = await self._upstream.send(request, seconds=self._left(state.deadline))
        except (NotConnectedError, AnswerLostError) as fault:
            is_safe = isinstance(fault, NotConnectedError) or call.operation.is_read
            if is_safe and await self._pause(call, state, 0.0):
                return None
            raise
        self._pacer.learn(state.plan, answer.status, None)
        if answer.status == _UNAUTHORIZED and call.is_replayable and not state.is_refreshed:
            return await self._renew(call, state, answer)
        if may_retry_status(answer.status, is_read=call.operation.is_read):
            asked_to_wait = _retry_after(answer)
            if await self._pause(call, state, asked_to_wait, is_paced=answer.status == _TOO_MANY):
                await answer.close()
                return None
        return answer

    async def _renew(self, call: Call, state: _Progress, answer: UpstreamAnswer) -> UpstreamAnswer | None:
        """After a 401: one other token, unless Amazon is not content with the profile that was named."""
        state.is_refreshed = True
        try:
            answer, text = await peek_text(answer)
            if is_about_scope(text):
                return answer
            state.credential = await self._credential(call, state.deadline, state.credential)
        except (PortError, AnswerCutError):
            return answer  # nothing better can be had now than what Amazon said
        except CallRefusedError:
            await answer.close()
            raise
        await answer.close()
        return None

    async def _pause(self, call: Call, state: _Progress, asked_to_wait: float, *, is_paced: bool = False) -> bool:
        """Wait before a retry, as long as Amazon asks; return False when there is to be none."""
        if not call.is_replayable or state.attempt >= MAX_ATTEMPTS or call.patience <= 0:
            return False
        delay = max(asked_to_wait, backoff(state.attempt, self._chance()))
        now = self._clock.monotonic()
        slot = state.plan.bucket.wait(now, state.plan.queue.ahead(call.lane))
        if now + max(delay, slot) >= state.deadline or max(asked_to_wait, slot) > call.patience:
            return False
        if not is_paced and not state.budget.take():
            return False
        await self._clock.sleep(delay)
        return True

    async def _credential(self, call: Call, deadline: float, rejected: Credential | None) -> Credential:
        need = access_need(call.account_id)
        found = self._credentials.peek(need) if rejected is None else None
        if found is not None:
            return found
        try:
            async with asyncio.timeout(self._left(deadline)):
                return await self._credentials.get(need, rejected=rejected)
        except TimeoutError:
            raise Timeout("the deadline passed while a credential was being fetched") from None

    def _left(self, deadline: float) -> float:
        left = deadline - self._clock.monotonic()
        if left <= 0:
            raise Timeout("the deadline (x-sellerport-deadline-ms) has passed")
        return left


def _retry_after(answer: UpstreamAnswer) -> float:
    text = next((value for name, value in answer.headers if name == "retry-after"), "")
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0.0  # noqa: PLR2004 - more is no wait but nonsense
