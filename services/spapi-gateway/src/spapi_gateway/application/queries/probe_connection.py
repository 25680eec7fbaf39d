"""Walks the way of a call step by step, and says where it ends and what would mend it."""

import json
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar

from spapi_gateway.application.call import Call
from spapi_gateway.application.commands.authorize_call import AuthorizeCall
from spapi_gateway.application.commands.choose_credential import session_need
from spapi_gateway.application.commands.forward_call import ForwardCall
from spapi_gateway.application.credential_cache import CredentialCache
from spapi_gateway.application.ports.call_recorder import CallRecord
from spapi_gateway.domain.accounts import Account
from spapi_gateway.domain.catalogue import Catalogue
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.clock import Clock
from svc_kit.errors import PortError

T = TypeVar("T")
_PATH: Final = "/sellers/v1/marketplaceParticipations"
_SECONDS: Final = 10.0
_RECONNECT: Final = "The seller has to connect Amazon again (Settings → Connect Amazon)."
_LATER: Final = "Try again shortly; if it stays, look at token-svc and at Amazon's token service."
_CURES: Final = {
    401: "Amazon does not take the token; connect the account again.",
    403: "The application lacks the role for this call, or the seller withdrew it: check the roles, then authorise again.",
    429: "Only the usage plan is used up; wait and try again.",
}


@dataclass(slots=True)
class Step:
    """One step: how it went, how long it took, and when it failed why, and what cures it."""

    step: str
    status: Literal["ok", "failed", "skipped"]
    ms: float = 0.0
    cause: str | None = None
    cure: str | None = None


@dataclass(slots=True)
class Probe:
    """All steps of one account."""

    account_id: str
    ok: bool = False
    region: str | None = None
    signing: str | None = None
    steps: list[Step] = field(default_factory=list[Step])


class ProbeConnection:
    """Walks credential → token → STS session (when signed) → getMarketplaceParticipations.

    Raises `CallRefusedError` only when the account is not the caller's; everything else is a step of the answer.
    """

    def __init__(
        self, *, authorize: AuthorizeCall, credentials: CredentialCache, forward: ForwardCall, catalogue: Catalogue, clock: Clock
    ) -> None:
        self._authorize = authorize
        self._credentials = credentials
        self._forward = forward
        self._operation = catalogue.match("GET", _PATH)
        self._clock = clock

    async def __call__(self, tenant: str | None, account_id: str, request_id: str) -> Probe:
        probe = Probe(account_id)
        account = await self._token(probe, tenant)
        if account is not None and await self._session(probe, account) and await self._call(probe, account, request_id):
            probe.ok = True
        done = {step.step for step in probe.steps}
        probe.steps += [Step(name, "skipped") for name in ("credential", "token", "sts", "call") if name not in done]
        return probe

    async def _token(self, probe: Probe, tenant: str | None) -> Account | None:
        step = Step("token", "ok")
        try:
            account = await self._timed(step, self._authorize.account(tenant, probe.account_id, _SECONDS))
        except CallRefusedError as refusal:
            if refusal.code in {"amazon_not_connected", "account_not_found"}:
                raise
            probe.steps.append(Step("credential", "failed", step.ms, refusal.detail or refusal.code, _RECONNECT))
            return None
        except PortError as fault:
            step.status, step.cause, step.cure = "failed", fault.detail, _LATER
            probe.steps.append(step)
            return None
        probe.region, probe.signing = account.region.value, "sigv4" if account.is_signed else "none"
        probe.steps += [Step("credential", "ok"), step]
        return account

    async def _session(self, probe: Probe, account: Account) -> bool:
        if not account.is_signed:
            probe.steps.append(Step("sts", "skipped", cause="the account's calls are not signed"))
            return True
        step = Step("sts", "ok")
        probe.steps.append(step)
        try:
            await self._timed(step, self._credentials.get(session_need(account.id)))
        except (CallRefusedError, PortError) as fault:
            step.status, step.cause = "failed", fault.detail
            step.cure = "Check the role's ARN, its trust policy and external id; without a role set signing to none."
            return False
        return True

    async def _call(self, probe: Probe, account: Account, request_id: str) -> bool:
        step = Step("call", "ok")
        probe.steps.append(step)
        call = Call(
            account_id=account.id,
            operation=self._operation,
            method="GET",
            path=_PATH,
            query="",
            headers=[("accept", "application/json")],
            patience=_SECONDS,
            seconds=_SECONDS,
        )
        record = CallRecord(request_id=request_id, door="probe", method="GET")
        try:
            answer = await self._timed(step, self._forward(call, account, record))
            content = b""
            while piece := await answer.read():
                content += piece
            await answer.close()
        except (CallRefusedError, PortError) as fault:
            step.status, step.cause, step.cure = "failed", fault.detail, "Amazon could not be asked now; try again shortly."
            return False
        if answer.status < 400:  # noqa: PLR2004 - a success
            return True
        step.status, step.cause = "failed", f"Amazon answered {answer.status}: {_message(content)}"
        step.cure = _CURES.get(answer.status, "Amazon itself has a problem; try again later.")
        return False

    async def _timed(self, step: Step, work: Awaitable[T]) -> T:
        started = self._clock.monotonic()
        try:
            return await work
        finally:
            step.ms = round((self._clock.monotonic() - started) * 1000, 2)


def _message(content: bytes) -> str:
    try:
        return str(json.loads(content)["errors"][0]["message"])[:300]
    except (ValueError, LookupError, TypeError):
        return "no readable explanation"
