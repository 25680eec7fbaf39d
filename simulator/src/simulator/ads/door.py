"""One regional host of the Ads API: every check, then the operation, then the planned faults, then the ledger."""

import asyncio
import time
import uuid

from simulator.ads.call import AdsCall, AdsOperation
from simulator.ads.operations import find, shape_of
from simulator.ads.refusal import TOO_MANY, AdsRefusalError, unauthorized
from simulator.clock import stamp
from simulator.faults import ErrorShape, Fault
from simulator.ledger import Entry, fingerprint
from simulator.spapi.authorisation import known_token
from simulator.spapi.framing import check_framing
from simulator.spapi.refusal import RefusalError
from simulator.state.credentials import ADS_SCOPE, AccessToken
from simulator.state.sellers import Shop
from simulator.state.world import World
from simulator.web.request import Request
from simulator.web.response import Response

_CLIENT_HEADERS = ("amazon-advertising-api-clientid", "amazon-ads-clientid")
# Amazon publishes no figures; a client that follows 429 and Retry-After need not know these.
_RATE, _BURST = 10.0, 30.0


class AdsDoor:
    """Handles the requests of one region's Ads host."""

    def __init__(self, world: World, region: str) -> None:
        self._world = world
        self._region = region

    async def __call__(self, request: Request) -> Response:
        """The answer, recorded."""
        started = time.monotonic()
        request_id = str(uuid.uuid4())
        entry = Entry(
            kind="ads",
            time=stamp(self._world.clock.now()),
            method=request.method,
            path=request.path,
            region=self._region,
            profile_id=request.header("amazon-advertising-api-scope"),
            body_bytes=len(request.body),
            request_id=request_id,
        )
        shape = shape_of(request.path)
        try:
            check_framing(request)
            operation, values = find(request.method, request.path)
            entry.operation, shape = operation.name, operation.shape
            response = await self._answer(request, entry, operation, values)
        except RefusalError as refusal:
            response = self._refused(AdsRefusalError(400, refusal.details), shape, entry)
        except AdsRefusalError as refusal:
            response = self._refused(refusal, shape, entry)
        except _FaultError as fault:
            response = self._refused(fault.refusal, fault.shape or shape, entry)
        response.headers += [("x-amzn-requestid", request_id), ("x-amz-rid", request_id[:20].upper())]
        entry.status = response.status
        entry.duration_ms = round((time.monotonic() - started) * 1000, 2)
        self._world.ledger.record(entry)
        return response

    def _refused(self, refusal: AdsRefusalError, shape: ErrorShape, entry: Entry) -> Response:
        entry.error = refusal.code
        return refusal.response(shape, entry.request_id or "")

    async def _answer(self, request: Request, entry: Entry, operation: AdsOperation, values: dict[str, str]) -> Response:
        scheme, _, secret = (request.header("authorization") or "").partition(" ")
        token = known_token(self._world, secret) if scheme == "Bearer" and secret else None
        if token is not None:
            entry.selling_partner_id, entry.application = token.selling_partner_id, token.client_id
            entry.token_sha256 = fingerprint(secret)
        fault = self._world.faults.take("ads", (operation.name,), entry.selling_partner_id, self._region)
        if fault is not None:
            entry.fault = fault.kind
            await _before(fault)
        token, shop = self._authorised(token)
        _check_headers(request, operation, token)
        key = ("ads", token.client_id, token.selling_partner_id or "", self._region)
        if not self._world.plans.take(key, *self._world.plans.plan((f"ads/{operation.name}", "ads"), _RATE, _BURST)):
            raise AdsRefusalError(TOO_MANY, "Too Many Requests", retry_after=1)
        call = AdsCall(
            world=self._world,
            book=shop.ads,
            token=token,
            region=self._region,
            request=request,
            values=values,
            now=self._world.clock.now(),
            entry=entry,
        )
        response = operation.answer(call)
        if fault is not None and fault.kind in {"cut", "malformed"}:
            entry.ids = None  # nobody can have read them
            response.cut = fault.kind == "cut"
            response.body = response.body if response.cut else b'{"adsAccounts": [{' + response.body[:32]
        return response

    def _authorised(self, token: AccessToken | None) -> tuple[AccessToken, Shop]:
        world = self._world
        if token is None or token.family in world.credentials.revoked_families:
            raise unauthorized("Not authorized to access this resource. Please check that your access token is valid.")
        if token.expires <= world.clock.now():
            raise unauthorized("The access token has expired.")
        shop = world.shop(token.selling_partner_id)
        if shop is None or ADS_SCOPE not in (token.scope or "").split():
            raise unauthorized("The access token was not made for the Amazon Ads API.")
        return token, shop


class _FaultError(Exception):
    """A planned refusal, in the shape it was planned in."""

    def __init__(self, refusal: AdsRefusalError, shape: ErrorShape | None) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal
        self.shape = shape


async def _before(fault: Fault) -> None:
    if fault.delay_ms:
        await asyncio.sleep(fault.delay_ms / 1000)
    match fault.kind:
        case "status":
            raise _FaultError(AdsRefusalError(fault.status, "planned fault"), fault.shape)
        case "rate_limit":
            raise _FaultError(AdsRefusalError(TOO_MANY, "Too Many Requests", retry_after=fault.retry_after), fault.shape)
        case "expired_token" | "revoked":
            raise _FaultError(unauthorized("The access token has expired."), fault.shape)
        case "slow" | "cut" | "malformed":
            return


def _check_headers(request: Request, operation: AdsOperation, token: AccessToken) -> None:
    if request.header("x-amz-access-token") is not None or request.header("cookie") is not None:
        raise AdsRefusalError(400, "The request carries a header that must not reach the Ads API.")
    if request.header(_CLIENT_HEADERS[0]) is None:
        raise unauthorized("The header Amazon-Advertising-API-ClientId is missing")
    for name in _CLIENT_HEADERS:
        if any(value != token.client_id for value in request.header_values(name)):
            raise unauthorized(f"The header {name} does not name the client of the access token")
    accept = request.header("accept")
    # A classic API answers JSON whatever is accepted; a vendor media type has to be named.
    if accept != operation.accepts and (operation.accepts != "application/json" or accept not in {None, "*/*"}):
        raise AdsRefusalError(406, f"Accept must be {operation.accepts}")
    if operation.takes is not None and request.header("content-type") != operation.takes:
        raise AdsRefusalError(415, f"Content-Type must be {operation.takes}")
