"""POST /sts: AssumeRole, checked, passed on to moto, and remembered, so that later signatures can be verified."""

import asyncio
import hmac
import re
import secrets
import time
import uuid
from datetime import datetime, timedelta
from html import escape

import httpx
from botocore.auth import SigV4Auth
from botocore.credentials import Credentials

from simulator.clock import stamp
from simulator.faults import Fault
from simulator.ledger import Entry
from simulator.spapi.refusal import RefusalError
from simulator.spapi.signature import expected_signature
from simulator.state.people import Session
from simulator.state.world import World
from simulator.web.request import BadRequestError, Request
from simulator.web.response import Response

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,\s]+)/\d{8}/(?P<region>[a-z0-9-]+)/sts/aws4_request,\s*"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_SHORTEST, _LONGEST = 900, 43_200


class StsError(Exception):
    """The request ends here with one of STS's errors."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class StsRecorder:
    """The recorder. Without a moto server it issues the credentials itself."""

    def __init__(self, world: World, client: httpx.AsyncClient | None) -> None:
        self._world = world
        self._client = client

    async def __call__(self, request: Request) -> Response:
        """The answer, recorded."""
        entry = Entry(kind="sts", time=stamp(self._world.clock.now()), method=request.method, path=request.path, signed=True)
        entry.request_id = str(uuid.uuid4())
        entry.body_bytes = len(request.body)
        started = time.monotonic()
        try:
            response = await self._answer(request, entry)
        except StsError as error:
            entry.error = error.code
            response = _xml(
                error.status,
                f"<Error><Type>Sender</Type><Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error>",
                "ErrorResponse",
            )
        entry.status = response.status
        entry.duration_ms = round((time.monotonic() - started) * 1000, 2)
        self._world.ledger.record(entry)
        return response

    async def _answer(self, request: Request, entry: Entry) -> Response:
        try:
            fields = request.fields()
        except BadRequestError as error:
            raise StsError(400, "InvalidParameterCombination", str(error)) from None
        entry.operation = fields.get("Action", "")[:40]
        fault = await self._fault(entry)
        entry.access_key_id = self._check_caller(request)
        if entry.operation != "AssumeRole":
            raise StsError(400, "InvalidAction", "Only AssumeRole is served here.")
        entry.query = {name: fields[name] for name in ("RoleArn", "RoleSessionName", "DurationSeconds") if name in fields}
        duration = self._check_role(fields)
        expires = self._world.clock.now() + timedelta(seconds=duration)
        response = await self._pass_on(request, fields["RoleArn"], expires) if self._client is not None else self._issue(fields, expires)
        if fault is not None and fault.kind == "cut":
            response.cut = True
        elif fault is not None and fault.kind == "malformed":
            response.body = b"<AssumeRoleResponse><Assume"
        return response

    def _issue(self, fields: dict[str, str], expires: datetime) -> Response:
        session = Session(
            secret_access_key=secrets.token_urlsafe(30),
            session_token=secrets.token_urlsafe(120),
            expires=expires,
            role_arn=fields["RoleArn"],
        )
        key = "ASIA" + secrets.token_hex(8).upper()
        self._remember(key, session)
        return _xml(200, _result(key, session, fields), "AssumeRoleResponse")

    async def _fault(self, entry: Entry) -> Fault | None:
        fault = self._world.faults.take("sts", (entry.operation,), None)
        if fault is None:
            return None
        entry.fault = fault.kind
        if fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault.kind == "status":
            raise StsError(fault.status, "InternalFailure", "planned fault")
        if fault.kind == "rate_limit":
            raise StsError(400, "Throttling", "Rate exceeded")
        if fault.kind in {"expired_token", "revoked"}:
            raise StsError(403, "AccessDenied", "The role may no longer be assumed.")
        return fault

    def _check_caller(self, request: Request) -> str:
        parsed = _AUTHORIZATION.fullmatch((request.header("authorization") or "").strip())
        if parsed is None:
            raise StsError(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
        config = self._world.config
        if config.aws_access_key_id is not None and parsed["key"] != config.aws_access_key_id:
            raise StsError(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
        if config.aws_secret_access_key is not None:
            signer = SigV4Auth(Credentials(parsed["key"], config.aws_secret_access_key), "sts", parsed["region"])
            try:
                expected = expected_signature(signer, request, parsed["headers"].split(";"), request.header("x-amz-date") or "")
            except RefusalError as refusal:
                raise StsError(403, "SignatureDoesNotMatch", refusal.details) from None
            if not hmac.compare_digest(expected, parsed["signature"]):
                raise StsError(
                    403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."
                )
        return parsed["key"]

    def _check_role(self, fields: dict[str, str]) -> int:
        role = self._world.roles.get(fields.get("RoleArn", ""))
        denied = f"User is not authorized to perform: sts:AssumeRole on resource: {fields.get('RoleArn', '')}"
        if role is None or role.external_id != (fields.get("ExternalId") or None):
            raise StsError(403, "AccessDenied", denied)
        if not re.fullmatch(r"[\w+=,.@-]{2,64}", fields.get("RoleSessionName", "")):
            raise StsError(400, "ValidationError", "RoleSessionName must have 2 to 64 characters of [\\w+=,.@-].")
        duration = fields.get("DurationSeconds", "3600")
        if not duration.isdigit() or not _SHORTEST <= int(duration) <= _LONGEST:
            raise StsError(400, "ValidationError", f"DurationSeconds must lie between {_SHORTEST} and {_LONGEST}.")
        return int(duration)

    async def _pass_on(self, request: Request, role_arn: str, expires: datetime) -> Response:
        if self._client is None:
            raise StsError(503, "ServiceUnavailable", "There is no STS behind the recorder.")
        headers = [(name, value) for name, value in request.headers if name in {"authorization", "content-type", "x-amz-date"}]
        try:
            answer = await self._client.post("/", content=request.body, headers=headers)
        except httpx.HTTPError as error:
            raise StsError(503, "ServiceUnavailable", f"The STS behind the recorder cannot be reached: {error}") from None
        if answer.is_success:
            found = {tag: re.search(f"<{tag}>([^<]+)</{tag}>", answer.text) for tag in ("AccessKeyId", "SecretAccessKey", "SessionToken")}
            key, secret, token = (match[1] if match else "" for match in found.values())
            self._remember(key, Session(secret_access_key=secret, session_token=token, expires=expires, role_arn=role_arn))
        return Response(answer.status_code, answer.content, [("content-type", answer.headers.get("content-type", "text/xml"))])

    def _remember(self, key: str, session: Session) -> None:
        now = self._world.clock.now()
        self._world.sessions = {known: kept for known, kept in self._world.sessions.items() if kept.expires > now - timedelta(hours=1)}
        self._world.sessions[key] = session
        self._world.keep_credentials()


def _result(key: str, session: Session, fields: dict[str, str]) -> str:
    return (
        "<AssumeRoleResult><Credentials>"
        f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{session.secret_access_key}</SecretAccessKey>"
        f"<SessionToken>{session.session_token}</SessionToken><Expiration>{stamp(session.expires)}</Expiration></Credentials>"
        f"<AssumedRoleUser><Arn>{escape(fields['RoleArn'])}/{escape(fields['RoleSessionName'])}</Arn>"
        f"<AssumedRoleId>AROASIMULATED:{escape(fields['RoleSessionName'])}</AssumedRoleId></AssumedRoleUser></AssumeRoleResult>"
    )


def _xml(status: int, content: str, root: str) -> Response:
    request_id = uuid.uuid4()
    metadata = (
        f"<RequestId>{request_id}</RequestId>"
        if root == "ErrorResponse"
        else f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    )
    text = f'<{root} xmlns="https://sts.amazonaws.com/doc/2011-06-15/">{content}{metadata}</{root}>'
    return Response(status, text.encode(), [("content-type", "text/xml")])
