"""token-svc's requests, answers and refusals as JSON, the same over NATS and HTTP."""

from datetime import datetime
from typing import Any

import msgspec

from spapi_gateway.application.ports.credential_source import CredentialUnavailableError
from spapi_gateway.domain.accounts import Account, AccountId, Region
from spapi_gateway.domain.credentials import Credential, CredentialKind, CredentialNeed
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.errors import DomainError, PortError
from svc_kit.problem import Problem
from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct

# What no later try of the same call can change; "forbidden" and the like are our own fault and not among them.
_REFUSALS = frozenset(
    {
        "account_not_found",
        "amazon_not_connected",
        "reauthorization_required",
        "application_not_found",
        "account_has_no_role",
        "restricted_token_rejected",
        "role_refused",
        "scope_rejected",
    }
)


class AccountRef(msgspec.Struct):
    """The account of a reply; unknown fields are tolerated."""

    id: str
    tenant: str
    region: str
    selling_partner_id: str
    application: str
    marketplaces: list[str] = []
    signing: str = "none"
    status: str = "active"
    version: int = 0
    kind: str = "selling_partner"
    client_id: str | None = None

    def to_account(self) -> Account:
        return Account(
            id=AccountId(self.id),
            tenant=self.tenant,
            region=Region(self.region),
            selling_partner_id=self.selling_partner_id,
            marketplaces=tuple(self.marketplaces),
            is_signed=self.signing == "sigv4",
            application=self.application,
            status=self.status,
            version=self.version,
            is_for_ads=self.kind == "advertising",
            client_id=self.client_id or "",
        )


class _Reply(SecretStruct):
    kind: CredentialKind
    expires_at: datetime | float
    token: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""
    session_token: str = ""
    account: AccountRef | None = None


def request_of(need: CredentialNeed, rejected_sha256: str | None) -> dict[str, Any]:
    """Return the request body for `need`."""
    body: dict[str, Any] = {"kind": need.kind.value}
    optional = {
        "account_id": need.account_id,
        "application": need.application,
        "scope": need.scope,
        "rejected_token_sha256": rejected_sha256,
    }
    body |= {name: value for name, value in optional.items() if value is not None}
    if need.resources:
        body["restricted_resources"] = [
            {"method": item.method, "path": item.path, **({"dataElements": list(item.data_elements)} if item.data_elements else {})}
            for item in need.resources
        ]
    return body


def credential_of(content: bytes) -> Credential:
    """Read an answer; raises `CredentialUnavailableError` when it is none."""
    try:
        reply = msgspec.json.decode(content, type=_Reply)
        account = reply.account.to_account() if reply.account else None
    except (msgspec.MsgspecError, ValueError, DomainError) as error:
        raise CredentialUnavailableError("token-svc sent an answer that cannot be read") from error
    expires = reply.expires_at.timestamp() if isinstance(reply.expires_at, datetime) else float(reply.expires_at)
    return Credential(
        kind=reply.kind,
        token=Secret(reply.session_token or reply.token),
        expires_at=expires,
        account=account,
        access_key_id=reply.access_key_id,
        secret_access_key=Secret(reply.secret_access_key),
    )


def refusal_of(problem: Problem, retry_after: float | None) -> CallRefusedError | PortError:
    """Return what a problem document of token-svc means here."""
    if problem.code in _REFUSALS:
        return CallRefusedError(problem.code, problem.detail)
    if problem.status in {400, 422}:
        return CallRefusedError("credential_refused", problem.detail or "token-svc cannot make the credential this operation needs.")
    return CredentialUnavailableError(problem.detail or f"token-svc refused ({problem.code})", retry_after=retry_after or 5.0)
