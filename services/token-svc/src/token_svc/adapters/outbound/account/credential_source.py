"""Credentials from account-svc over HTTP."""

import re
from dataclasses import replace
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec

from svc_kit.errors import Conflict, Unavailable
from svc_kit.http_client import RefusedError, ServiceClient
from svc_kit.logs import get_logger
from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct
from token_svc.domain import errors
from token_svc.domain.account import Account
from token_svc.domain.credentials import AccountCredentials, ApplicationCredentials

SCOPES: Final = ("credentials:read", "credentials:write")
T = TypeVar("T")
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class _Application(SecretStruct):
    id: str
    client_id: str
    client_secret: str
    client_secret_next: str | None = None
    role_arn: str | None = None
    kind: str = "selling_partner"

    def to_domain(self) -> ApplicationCredentials:
        following = Secret(self.client_secret_next) if self.client_secret_next else None
        return ApplicationCredentials(
            id=self.id,
            client_id=self.client_id,
            client_secret=Secret(self.client_secret),
            client_secret_next=following,
            role_arn=self.role_arn,
            kind=self.kind,
        )


class _Credentials(SecretStruct):
    account: Account
    application: _Application
    refresh_token: str
    refresh_token_version: int
    rotates_refresh_tokens: bool = False
    role_arn: str | None = None
    external_id: str | None = None


class _Version(msgspec.Struct):
    refresh_token_version: int


class HttpCredentialSource:
    """Speaks to `/internal/v1` of account-svc with a service token; nothing is kept here."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def account(self, account_id: str) -> AccountCredentials:
        content = await self._call("GET", f"{_path(account_id)}/credentials")
        found = _decoded(content, _Credentials)
        return AccountCredentials(
            account=replace(found.account, client_id=found.application.client_id),
            application=found.application.to_domain(),
            refresh_token=Secret(found.refresh_token),
            refresh_token_version=found.refresh_token_version,
            rotates_refresh_tokens=found.rotates_refresh_tokens,
            role_arn=found.role_arn,
            external_id=found.external_id,
        )

    async def application(self, application_id: str) -> ApplicationCredentials:
        content = await self._call("GET", f"/internal/v1/applications/{quote(application_id, safe='')}/credentials")
        return _decoded(content, _Application).to_domain()

    async def replace_refresh_token(self, account_id: str, *, expected_version: int, refresh_token: Secret) -> int:
        body = {"expected_version": expected_version, "refresh_token": refresh_token.reveal()}
        content = await self._call("PUT", f"{_path(account_id)}/refresh-token", body)
        return _decoded(content, _Version).refresh_token_version

    async def report_authorization_failure(self, account_id: str, *, error: str, description: str, refresh_token_version: int) -> None:
        body = {"error": error, "error_description": description, "refresh_token_version": refresh_token_version}
        await self._call("POST", f"{_path(account_id)}/authorization-failures", body)

    async def _call(self, method: str, path: str, body: Any = None) -> bytes:
        try:
            return await self._client.call(method, path, body=body)
        except RefusedError as refusal:
            code = refusal.problem.code
            if code == "version_conflict":
                raise Conflict("account-svc holds another version") from refusal
            if code == "account_not_found":
                raise errors.account_not_found() from refusal
            if code in {"application_not_found", "application_not_configured", "application_invalid"}:
                raise errors.application_not_found() from refusal
            if code in _KNOWN_STATES:
                refused = _KNOWN_STATES[code]
                raise refused() from refusal
            get_logger().error("account_svc_refused", status=refusal.problem.status, code=code)
            raise Unavailable(f"account-svc answered {refusal.problem.status} {code}", retry_after=refusal.retry_after or 1) from refusal


_KNOWN_STATES: Final = {"amazon_not_connected": errors.not_connected, "reauthorization_required": errors.reauthorization_required}


def _path(account_id: str) -> str:
    """Return the account's path; what cannot be an id is not asked for, so that no id reaches another path."""
    if not _ID.fullmatch(account_id):
        raise errors.account_not_found()
    return f"/internal/v1/accounts/{account_id}"


def _decoded(content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError:
        raise Unavailable("account-svc sent an answer that is none") from None
