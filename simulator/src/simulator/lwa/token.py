"""POST /auth/o2/token: the three grants of Login with Amazon, with Amazon's words for what goes wrong."""

import asyncio
import time
import uuid

from simulator.clock import stamp
from simulator.faults import Fault
from simulator.ledger import Entry, fingerprint
from simulator.lwa.pkce import proves
from simulator.state.credentials import AccessToken, Application, Grant, digest
from simulator.state.world import World
from simulator.web.request import BadRequestError, Request
from simulator.web.response import Response

_SCOPES = {"sellingpartnerapi::notifications", "sellingpartnerapi::client_credential:rotation"}
_INVALID_REFRESH = "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission."
_INVALID_VERIFIER = "The request has an invalid grant parameter : code_verifier"
_INVALID_CODE = "The request has an invalid grant parameter : code"


class LwaError(Exception):
    """The request ends here with one of Login with Amazon's errors."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


class LwaToken:
    """The token endpoint."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __call__(self, request: Request) -> Response:
        """The answer, recorded; no answer may be cached."""
        started = time.monotonic()
        now = self._world.clock.now()
        entry = Entry(kind="lwa", time=stamp(now), method=request.method, path=request.path, body_bytes=len(request.body))
        entry.request_id = str(uuid.uuid4())
        try:
            response = await self._answer(request, entry)
        except LwaError as error:
            content = {"error": error.error, "error_description": error.description, "request_id": entry.request_id}
            response = Response.of(error.status, content)
            entry.error = error.error
        response.headers += [("cache-control", "no-store"), ("pragma", "no-cache"), ("x-amzn-requestid", entry.request_id)]
        entry.status = response.status
        entry.duration_ms = round((time.monotonic() - started) * 1000, 2)
        self._world.ledger.record(entry)
        return response

    async def _answer(self, request: Request, entry: Entry) -> Response:
        if request.query:
            raise LwaError("invalid_request", "Malformed request")  # credentials do not belong in a URL
        try:
            fields = request.fields()
        except BadRequestError:
            raise LwaError("invalid_request", "Malformed request") from None
        entry.operation = fields.get("grant_type", "")[:40]
        entry.application = fields.get("client_id", "")[:120] or None
        grant = self._world.credentials.grants.get(digest(fields.get("refresh_token", "")))
        code = self._world.credentials.codes.get(digest(fields.get("code", "")))
        known = grant or code
        entry.selling_partner_id = known.selling_partner_id if known else None
        fault = self._world.faults.take("lwa", (entry.operation,), entry.selling_partner_id)
        if fault is not None:
            entry.fault = fault.kind
            await _before(fault)
        content = self._grant(fields, grant)
        if fault is not None and fault.kind == "late":
            await asyncio.sleep(fault.delay_ms / 1000)
        entry.token_sha256 = fingerprint(str(content["access_token"]))
        response = Response.of(200, content)
        if fault is not None and fault.kind == "cut":
            response.cut = True
        elif fault is not None and fault.kind == "malformed":
            response.body = b'{"access_token": tru'
        return response

    def _grant(self, fields: dict[str, str], grant: Grant | None) -> dict[str, str | int]:
        for name in ("grant_type", "client_id", "client_secret"):
            if not fields.get(name):
                raise LwaError("invalid_request", f"The request is missing a required parameter : {name}")
        application = self._world.credentials.application(fields["client_id"])
        if application is None or not application.knows(fields["client_secret"], self._world.clock.now()):
            raise LwaError("invalid_client", "Client authentication failed", 401)
        match fields["grant_type"]:
            case "refresh_token":
                return self._refresh(application, grant, fields)
            case "authorization_code":
                return self._code(application, fields)
            case "client_credentials":
                return self._grantless(application, fields)
        raise LwaError("unsupported_grant_type", "The authorization grant type is not supported by the authorization server")

    def _refresh(self, application: Application, grant: Grant | None, fields: dict[str, str]) -> dict[str, str | int]:
        if not fields.get("refresh_token"):
            raise LwaError("invalid_request", "The request is missing a required parameter : refresh_token")
        credentials = self._world.credentials
        if grant is not None and grant.state == "superseded":
            credentials.revoke_family(grant.family)  # a rotated token came back: somebody has a copy
            self._world.keep_credentials()
        if grant is None or grant.client_id != application.client_id or grant.state != "active":
            raise LwaError("invalid_grant", _INVALID_REFRESH)
        refresh_token = fields["refresh_token"]
        shop = self._world.shop(grant.selling_partner_id)
        if shop is not None and shop.seller.rotates_refresh_tokens:
            grant.state = "superseded"
            refresh_token = credentials.issue_grant(
                client_id=grant.client_id,
                selling_partner_id=grant.selling_partner_id,
                now=self._world.clock.now(),
                family=grant.family,
                scope=grant.scope,
            )
            self._world.keep_credentials()
        return self._access(application, selling_partner_id=grant.selling_partner_id, family=grant.family, scope=grant.scope) | {
            "refresh_token": refresh_token
        }

    def _code(self, application: Application, fields: dict[str, str]) -> dict[str, str | int]:
        for name in ("code", "redirect_uri"):
            if not fields.get(name):
                raise LwaError("invalid_request", f"The request is missing a required parameter : {name}")
        now = self._world.clock.now()
        code = self._world.credentials.codes.get(digest(fields["code"]))
        if (
            code is None
            or code.used
            or code.expires <= now
            or (code.client_id, code.redirect_uri) != (application.client_id, fields["redirect_uri"])
        ):
            raise LwaError("invalid_grant", _INVALID_CODE)
        code.used = True  # by this try, whatever the verifier says
        if not proves(fields.get("code_verifier"), code.challenge):
            raise LwaError("invalid_grant", _INVALID_VERIFIER)
        refresh_token = self._world.credentials.issue_grant(
            client_id=application.client_id, selling_partner_id=code.selling_partner_id, now=now, scope=code.scope
        )
        grant = self._world.credentials.grants[digest(refresh_token)]
        answer = self._access(application, selling_partner_id=code.selling_partner_id, family=grant.family, scope=code.scope)
        self._world.keep_credentials()
        return answer | {"refresh_token": refresh_token}

    def _grantless(self, application: Application, fields: dict[str, str]) -> dict[str, str | int]:
        if application.api != "spapi":
            raise LwaError("unauthorized_client", "The client is not authorized to request an access token using this method.")
        if fields.get("scope") not in _SCOPES:
            raise LwaError("invalid_scope", "The requested scope is invalid, unknown or malformed.")
        return self._access(application, scope=fields["scope"]) | {"scope": fields["scope"]}

    def _access(
        self, application: Application, *, selling_partner_id: str | None = None, family: str | None = None, scope: str | None = None
    ) -> dict[str, str | int]:
        now = self._world.clock.now()
        token = self._world.credentials.issue_access(
            AccessToken(
                client_id=application.client_id,
                selling_partner_id=selling_partner_id,
                family=family,
                scope=scope,
                expires=now + self._world.access_life,
            )
        )
        self._world.files.mark_credentials_changed()
        return {"access_token": token, "token_type": "bearer", "expires_in": int(self._world.access_life.total_seconds())}


async def _before(fault: Fault) -> None:
    if fault.delay_ms and fault.kind != "late":
        await asyncio.sleep(fault.delay_ms / 1000)
    if fault.kind == "status":
        error = "server_error" if fault.status >= 500 else "invalid_request"  # noqa: PLR2004 - the classes of HTTP
        raise LwaError(error, "The authorization server encountered an unexpected condition.", fault.status)
    if fault.kind == "rate_limit":
        raise LwaError("temporarily_unavailable", "Too many requests.", 429)
    if fault.kind in {"revoked", "expired_token"}:
        raise LwaError("invalid_grant", _INVALID_REFRESH)
