"""The token request and its answer, the same over HTTP and NATS."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from svc_kit.clock import Clock
from svc_kit.errors import DomainError
from svc_kit.identity import Caller, Forbidden
from svc_kit.secret_struct import SecretStruct
from token_svc.application.authorized import IssuedGrant
from token_svc.application.deadline import Deadline
from token_svc.application.use_cases import UseCases
from token_svc.domain.account import Account
from token_svc.domain.restriction import RestrictedResource, Restriction
from token_svc.domain.session import AwsSession

SCOPE = "tokens:issue"
_LONGEST = 60.0
_DIGITS = 9


class ResourceBody(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """One restricted resource, in the words of the Tokens API."""

    method: str
    path: str
    data_elements: list[str] = []


class TokenBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is asked for; which fields are needed depends on the kind."""

    kind: Literal["access", "restricted", "grantless", "aws_session"] = "access"
    account_id: str | None = None
    application: str | None = None
    scope: str | None = None
    restricted_resources: list[ResourceBody] = []
    rejected_token_sha256: str | None = msgspec.field(default=None)


class AccountBody(msgspec.Struct, kw_only=True):
    """The account a token is for."""

    id: str
    tenant: str
    kind: str
    region: str
    selling_partner_id: str
    marketplaces: list[str]
    signing: str
    application: str
    status: str
    version: int
    client_id: str | None = None


class TokenAnswer(SecretStruct, kw_only=True, omit_defaults=True):
    """A short-lived credential: `token`, or the three values of an AWS session."""

    kind: str
    expires_at: datetime
    account: AccountBody | None
    token: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = None
    session_token: str | None = None


class TokenDesk:
    """Takes a request to the use case that serves it."""

    def __init__(self, use_cases: UseCases, clock: Clock, *, default_seconds: float) -> None:
        self._use_cases = use_cases
        self._clock = clock
        self._default_seconds = default_seconds

    def deadline(self, milliseconds: str | None) -> Deadline:
        """Return the caller's deadline from its `x-deadline-ms` header; bounded, with a default."""
        if milliseconds is None:
            return Deadline.after(self._clock, self._default_seconds)
        if not (milliseconds.isascii() and milliseconds.isdigit()) or len(milliseconds) > _DIGITS:
            raise DomainError("invalid_request", "x-deadline-ms must be a whole number of milliseconds.")
        return Deadline.after(self._clock, min(_LONGEST, int(milliseconds) / 1000))

    async def serve(self, caller: Caller, body: TokenBody, deadline: Deadline) -> TokenAnswer:
        """Return the credential; refuses with `forbidden` and `invalid_request` beside what the use cases refuse."""
        if not caller.has(SCOPE):
            raise Forbidden(f"this needs a service token with the scope {SCOPE}")
        if body.kind == "grantless":
            return _answer(body.kind, await self._grantless(body, deadline))
        if not body.account_id:
            raise DomainError("invalid_request", f"account_id is needed for kind {body.kind}.")
        limits: dict[str, Any] = {"deadline": deadline, "tenant": caller.tenant, "rejected_sha256": body.rejected_token_sha256}
        if body.kind == "restricted":
            found = await self._use_cases.issue_restricted_token(body.account_id, _restriction(body), **limits)
        elif body.kind == "aws_session":
            found = await self._use_cases.assume_role_session(body.account_id, **limits)
        else:
            found = await self._use_cases.issue_access_token(body.account_id, **limits)
        return _answer(body.kind, found)

    async def _grantless(self, body: TokenBody, deadline: Deadline) -> IssuedGrant:
        if not body.scope:
            raise DomainError("invalid_request", "scope is needed for kind grantless.")
        return await self._use_cases.issue_grantless_token(
            body.application or "default", body.scope, deadline=deadline, rejected_sha256=body.rejected_token_sha256
        )


def _restriction(body: TokenBody) -> Restriction:
    try:
        return Restriction.of(
            [RestrictedResource(method=r.method, path=r.path, data_elements=tuple(r.data_elements)) for r in body.restricted_resources]
        )
    except ValueError as error:
        raise DomainError("invalid_request", f"restricted_resources: {error}.") from error


def _answer(kind: str, found: IssuedGrant) -> TokenAnswer:
    account = None if found.account is None else account_body(found.account)
    expires_at = found.grant.expires_at
    if kind != "aws_session":
        return TokenAnswer(kind=kind, token=found.grant.secret.reveal(), expires_at=expires_at, account=account)
    session = AwsSession.unpacked(found.grant.secret)
    return TokenAnswer(
        kind=kind,
        access_key_id=session.access_key_id,
        secret_access_key=session.secret_access_key.reveal(),
        session_token=session.session_token.reveal(),
        expires_at=expires_at,
        account=account,
    )


def account_body(account: Account) -> AccountBody:
    """Return an account as it goes over the wire."""
    return msgspec.convert(account, AccountBody, from_attributes=True)
