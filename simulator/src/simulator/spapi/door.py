"""One regional endpoint of the SP-API: every check in Amazon's order, then the operation, then the planned faults, then the ledger."""

import asyncio
import time
import uuid
from datetime import datetime

from simulator.clock import stamp
from simulator.faults import Fault
from simulator.ledger import Entry, fingerprint
from simulator.spapi.authorisation import authorise, known_token
from simulator.spapi.call import Call, Value
from simulator.spapi.catalogue import Operation, catalogue
from simulator.spapi.framing import check_framing
from simulator.spapi.marketplace_rules import check_marketplaces
from simulator.spapi.operations import answer
from simulator.spapi.refusal import EXPIRED, REVOKED, RefusalError, missing_token, quota_exceeded, unauthorized
from simulator.spapi.rules import check_headers, check_path, read_body, read_query
from simulator.spapi.signature import bad_signature, check_signature, is_signed
from simulator.state.credentials import AccessToken
from simulator.state.world import World
from simulator.web.request import Request
from simulator.web.response import Response


class SpApiDoor:
    """Handles the requests of one region's port."""

    def __init__(self, world: World, region: str) -> None:
        self._world = world
        self._region = region
        self._catalogue = catalogue()

    async def __call__(self, request: Request) -> Response:
        """The answer, recorded."""
        started = time.monotonic()
        secret = request.header("x-amz-access-token")
        entry = Entry(
            kind="spapi",
            time=stamp(self._world.clock.now()),
            method=request.method,
            path=request.path,
            region=self._region,
            signed=is_signed(request),
            token_sha256=fingerprint(secret) if secret else None,
            body_bytes=len(request.body),
            request_id=str(uuid.uuid4()),
        )
        try:
            response = await self._answer(request, entry, secret)
        except RefusalError as refusal:
            response = refusal.response()
            entry.error = refusal.code
        if entry.request_id:
            response.headers.append(("x-amzn-requestid", entry.request_id))
        entry.status = response.status
        entry.duration_ms = round((time.monotonic() - started) * 1000, 2)
        self._world.ledger.record(entry)
        return response

    async def _answer(self, request: Request, entry: Entry, secret: str | None) -> Response:
        check_framing(request)
        found = self._catalogue.find(request.method, request.path)
        if found is None:
            raise missing_token("There is no operation at this path.")
        operation, path_values = found
        entry.operation, entry.api = operation.operation_id, operation.api_name
        if not secret:
            raise missing_token("Access token is missing in the request header.")
        token = known_token(self._world, secret)
        if token is not None:
            entry.selling_partner_id, entry.application = token.selling_partner_id, token.client_id
            entry.restricted = token.resources is not None
        fault = self._world.faults.take("spapi", operation.names, entry.selling_partner_id)
        if fault is not None:
            entry.fault = fault.kind
            await _before(fault)
        response = self._serve(request, entry, operation, path_values, token)
        return response if fault is None else _spoil(fault, response, entry)

    def _serve(
        self, request: Request, entry: Entry, operation: Operation, path_values: dict[str, str], token: AccessToken | None
    ) -> Response:
        world, now = self._world, self._world.clock.now()
        shop = authorise(world, token, operation, region=self._region, path=request.path, now=now)
        if token is None:
            raise unauthorized(REVOKED)
        if entry.signed:
            check_signature(world, request, self._region)
        elif request.header("authorization") is not None:
            raise bad_signature("The Authorization header is not of AWS4-HMAC-SHA256.")
        elif shop is not None and shop.seller.requires_signing:
            raise unauthorized("This selling partner's calls must be signed with SigV4.")
        rate, burst = world.plans.plan(operation.names, operation.rate, operation.burst)
        limit = ("x-amzn-ratelimit-limit", str(float(rate)))
        key = (token.client_id, token.selling_partner_id or "", self._region, operation.method, operation.path)
        try:
            if not world.plans.take(key, rate, burst):
                raise quota_exceeded()
            check_path(operation, path_values)
            check_headers(operation, request)
            query = read_query(operation, request.query)
            entry.query = {name: _shown(value) for name, value in query.items()}
            call = Call(
                world=world,
                operation=operation,
                region=self._region,
                token=token,
                shop=shop,
                path_values=path_values,
                query=query,
                body=read_body(operation, request),
                now=now,
                entry=entry,
            )
            check_marketplaces(call)
            response = answer(call)
        except RefusalError as refusal:
            response = refusal.response()
            entry.error = refusal.code
        response.headers.append(limit)
        return response


async def _before(fault: Fault) -> None:
    if fault.delay_ms:
        await asyncio.sleep(fault.delay_ms / 1000)
    if fault.kind == "status":
        code = "InternalFailure" if fault.status >= 500 else "InvalidInput"  # noqa: PLR2004 - the classes of HTTP
        raise RefusalError(fault.status, code, "We encountered an internal error. Please try again.", "planned fault")
    if fault.kind == "rate_limit":
        raise quota_exceeded()
    if fault.kind == "expired_token":
        raise unauthorized(EXPIRED)
    if fault.kind == "revoked":
        raise unauthorized(REVOKED)


def _shown(value: Value) -> str:
    if isinstance(value, datetime):
        return stamp(value)
    return ",".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)


def _spoil(fault: Fault, response: Response, entry: Entry) -> Response:
    if fault.kind in {"cut", "malformed"}:
        entry.ids = None  # nobody can have read them
    if fault.kind == "cut":
        response.cut = True
    elif fault.kind == "malformed":
        response.body = b'{"payload": {"truncated": tru' + response.body[:64]
    return response
