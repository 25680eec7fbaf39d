"""The two doors to Amazon: a plain ASGI application in front of everything else this service serves.

Door (a), drop-in: any real SP-API path, a Sellerport token in `x-amz-access-token`. Door (b), explicit:
`/v1/accounts/{account_id}/spapi/{path}` with a bearer token; `…/ads/{path}` for the Ads API.
ADR 3: the hot path keeps clear of the web framework's router.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from spapi_gateway.adapters.inbound.http.ads import AdsEntrance
from spapi_gateway.adapters.inbound.http.incoming import BodyStream, Incoming, pass_over_body, read_body, read_head, read_steering
from spapi_gateway.adapters.inbound.http.principal import Principal, SellerportTokens, of_caller
from spapi_gateway.adapters.inbound.http.refusal import Refusal, refusal_of
from spapi_gateway.adapters.inbound.http.restricted_tokens import HandleAnswer, RestrictedHandles, read_resources
from spapi_gateway.application.call import Call
from spapi_gateway.application.commands.authorize_call import AuthorizeCall
from spapi_gateway.application.commands.forward_call import ForwardCall
from spapi_gateway.application.commands.lend_restricted_token import TEMPLATE, LendRestrictedToken
from spapi_gateway.application.ports.call_recorder import CallRecord, CallRecorder
from spapi_gateway.application.ports.upstream import AnswerCutError, UpstreamAnswer
from spapi_gateway.domain.catalogue import Catalogue
from spapi_gateway.domain.headers import answer_filter, request_filter
from spapi_gateway.domain.target import check_path, check_query
from svc_kit.clock import Clock
from svc_kit.errors import DomainError, PortError
from svc_kit.identity import Forbidden, TokenVerifier, Unauthenticated

_EXPLICIT: Final = re.compile(rb"/v1/accounts/([A-Za-z0-9_-]{1,64})/(spapi|ads)(/.*)?", re.DOTALL)
_DOORS: Final = {b"spapi": "explicit", b"ads": "ads"}
_SCOPES: Final = {"explicit": "spapi:call", "ads": "ads:call"}
_SOURCE: Final = b"x-sellerport-response-source"


class Doors:
    """Serves the doors and hands every other request to `rest` (health, metrics, OpenAPI, /v1/…)."""

    def __init__(
        self,
        *,
        rest: Any,
        own_segments: frozenset[bytes],
        catalogue: Catalogue,
        verifier: TokenVerifier,
        tokens: SellerportTokens,
        authorize: AuthorizeCall,
        forward: ForwardCall,
        lend: LendRestrictedToken,
        handles: RestrictedHandles,
        ads: AdsEntrance,
        recorders: Sequence[CallRecorder],
        clock: Clock,
        max_body: int,
    ) -> None:
        self._rest = rest
        self._own = own_segments
        self._catalogue = catalogue
        self._verifier = verifier
        self._tokens = tokens
        self._authorize = authorize
        self._forward = forward
        self._lend = lend
        self._handles = handles
        self._ads = ads
        self._recorders = tuple(recorders)
        self._clock = clock
        self._max_body = max_body
        self._request_filter = request_filter()
        self._answer_filter = answer_filter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        raw: bytes = scope["raw_path"]
        account: str | None = None
        door = "dropin"
        end = raw.find(b"/", 1)
        if (raw[1:end] if end > 0 else raw[1:]) in self._own:
            explicit = _EXPLICIT.fullmatch(raw)
            if explicit is None:
                await self._rest(scope, receive, send)
                return
            account, door, raw = explicit[1].decode(), _DOORS[explicit[2]], explicit[3] or b"/"
        await self._serve(scope, receive, send, raw.decode("latin-1"), account_id=account, door=door)

    async def _serve(self, scope: Any, receive: Any, send: Any, path: str, *, account_id: str | None, door: str) -> None:
        started = self._clock.monotonic()
        incoming = read_head(scope, receive, self._request_filter)
        incoming.path = path
        record = CallRecord(request_id=incoming.request_id, door=door, method=incoming.method)
        try:
            try:
                answer = await self._call(incoming, account_id, record)
                piece = await _first_piece(answer)
            except (DomainError, PortError) as error:
                await pass_over_body(incoming)
                await self._refuse(send, refusal_of(error), record)
            else:
                await self._stream(send, answer, piece, record)
        except Exception:
            record.status, record.code = 500, "internal_error"
            raise
        finally:
            record.seconds = self._clock.monotonic() - started
            for recorder in self._recorders:
                recorder.record(record)

    async def _call(self, incoming: Incoming, account_id: str | None, record: CallRecord) -> UpstreamAnswer:
        principal = await self._authenticate(incoming, account_id, record.door)
        account_id = account_id or principal.account_id or ""
        record.caller, record.account = principal.subject, account_id
        if record.door == "ads":
            return await self._ads(incoming, principal, account_id, record)
        check_path(incoming.path)
        check_query(incoming.query)
        operation = self._catalogue.match(incoming.method, incoming.path)
        record.operation = operation.name
        read_steering(incoming)
        record.lane = incoming.lane.name.lower()
        account = await self._authorize(principal.kind, principal.tenant, account_id, operation, incoming.seconds)
        record.tenant, record.region = account.tenant, account.region.value
        is_restricted_token = operation.template == TEMPLATE
        body = await read_body(incoming, self._max_body, needs_all=account.is_signed or is_restricted_token)
        if is_restricted_token and isinstance(body, bytes):
            resources = read_resources(body)
            seconds = await self._lend(account_id, resources, incoming.seconds)
            return HandleAnswer(self._handles.make(principal, account, resources, seconds), seconds)
        call = Call(
            account_id=account_id,
            operation=operation,
            method=incoming.method,
            path=incoming.path,
            query=incoming.query,
            headers=incoming.headers,
            body=aiter(body) if isinstance(body, BodyStream) else body,
            lane=incoming.lane,
            patience=incoming.patience,
            seconds=incoming.seconds,
            data_elements=incoming.data_elements,
            restricted=principal.restricted,
        )
        try:
            return await self._forward(call, account, record)
        except PortError:
            if isinstance(body, BodyStream) and body.refusal is not None:
                raise body.refusal from None
            raise

    async def _authenticate(self, incoming: Incoming, account_id: str | None, door: str) -> Principal:
        if account_id is None:
            token = incoming.special.get("x-amz-access-token")
            if not token:
                raise Unauthenticated(
                    "send a Sellerport token in x-amz-access-token, or use /v1/accounts/{account_id}/spapi/… with a bearer token"
                )
            return self._tokens.verify(token)
        scheme, _, bearer = incoming.special.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not bearer.strip():
            raise Unauthenticated("send Authorization: Bearer <token>")
        caller = await self._verifier.verify(bearer.strip())
        if caller.kind != "user" and not caller.has(_SCOPES[door]):
            raise Forbidden(f"this needs a service token with the scope {_SCOPES[door]}")
        return of_caller(caller)

    async def _stream(self, send: Any, answer: UpstreamAnswer, piece: bytes, record: CallRecord) -> None:
        record.status = answer.status
        record.source = "gateway" if isinstance(answer, HandleAnswer) else "upstream"
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": self._head(answer, record)})
            while piece and not answer.is_at_end:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await answer.read()
            await send({"type": "http.response.body", "body": piece, "more_body": False})
        except AnswerCutError:
            # Ending without the last piece makes the server break the connection: no caller takes a part for the whole.
            record.code = "amazon_answer_cut"
        finally:
            await answer.close()

    def _head(self, answer: UpstreamAnswer, record: CallRecord) -> list[tuple[bytes, bytes]]:
        fields = answer.headers
        connection = ""
        for name, value in fields:
            if name == "x-amzn-requestid":
                record.upstream_request_id = value
            elif name == "connection" and value.lower() not in {"close", "keep-alive"}:
                connection = value
        passed = self._answer_filter.apply(fields, connection)
        head = [(name.encode(), value.encode()) for name, value in passed]
        head.append((_SOURCE, record.source.encode()))
        head.append((b"x-sellerport-request-id", record.request_id.encode()))
        return head

    async def _refuse(self, send: Any, refusal: Refusal, record: CallRecord) -> None:
        record.status, record.code = refusal.status, refusal.code
        content, headers = refusal.render(record.request_id, is_dropin=record.door == "dropin")
        await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if record.method == "HEAD" else content, "more_body": False})


async def _first_piece(answer: UpstreamAnswer) -> bytes:
    """Read the first piece before anything is promised to the caller: a body that breaks at once is still a clear 502."""
    if answer.is_at_end:
        return b""
    try:
        return await answer.read()
    except AnswerCutError:
        await answer.close()
        raise
