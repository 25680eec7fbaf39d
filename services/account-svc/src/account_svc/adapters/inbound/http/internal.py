"""/internal/v1: for token-svc only; the one place where open secrets leave."""

from typing import Any, Final

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from account_svc.adapters.inbound.http.views import AccountReference, reference
from account_svc.application.queries.read_application_credentials import ApplicationCredentials, Reader
from account_svc.application.queries.read_credentials import AccountCredentials
from account_svc.application.use_cases import UseCases
from account_svc.domain.identifiers import parse_account_id, parse_application_id
from svc_kit.identity import Caller
from svc_kit.problem import current_request_id
from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct
from svc_kit.web import requires

_UNCACHED: Final = {"cache-control": "no-store"}


class ApplicationSecrets(SecretStruct, kw_only=True):
    """An application's credentials within an account's."""

    id: str
    client_id: str
    client_secret: str
    client_secret_next: str | None
    kind: str


class ApplicationCredentialsView(ApplicationSecrets, kw_only=True):
    """An application's credentials."""

    role_arn: str | None


class CredentialsView(SecretStruct, kw_only=True):
    """An account's credentials."""

    account: AccountReference
    application: ApplicationSecrets
    refresh_token: str
    refresh_token_version: int
    rotates_refresh_tokens: bool
    role_arn: str | None
    external_id: str | None


class RefreshTokenBody(SecretStruct, kw_only=True, forbid_unknown_fields=True):
    """A rotated refresh token, and the version it takes the place of."""

    expected_version: int
    refresh_token: str


class RefreshTokenVersion(msgspec.Struct, kw_only=True):
    """The version that is stored now."""

    refresh_token_version: int


class FailureBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What LWA answered to a refresh token of which version."""

    error: str
    error_description: str | None = None
    refresh_token_version: int


@get("/internal/v1/accounts/{account_id:str}/credentials", guards=[requires("credentials:read")], tags=["internal"])
async def read_credentials(
    account_id: FromPath[str], caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]
) -> Response[CredentialsView]:
    """Hand out an account's credentials; every time is written down."""
    found = await use_cases.read_credentials(parse_account_id(account_id), _reader(caller))
    return Response(_credentials_view(found), headers=_UNCACHED)


@put("/internal/v1/accounts/{account_id:str}/refresh-token", guards=[requires("credentials:write")], tags=["internal"])
async def replace_refresh_token(
    account_id: FromPath[str], data: JSONBody[RefreshTokenBody], use_cases: NamedDependency[UseCases]
) -> RefreshTokenVersion:
    """Store a rotated refresh token unless another was first (409 version_conflict)."""
    version = await use_cases.replace_refresh_token(parse_account_id(account_id), data.expected_version, Secret(data.refresh_token))
    return RefreshTokenVersion(refresh_token_version=version)


@post(
    "/internal/v1/accounts/{account_id:str}/authorization-failures",
    guards=[requires("credentials:write")],
    status_code=204,
    tags=["internal"],
)
async def record_authorization_failure(
    account_id: FromPath[str], data: JSONBody[FailureBody], use_cases: NamedDependency[UseCases]
) -> None:
    """Note that Amazon refused an account's refresh token; told again, nothing more happens."""
    await use_cases.record_authorization_failure(
        parse_account_id(account_id), data.error, data.error_description or "", data.refresh_token_version
    )


@get("/internal/v1/applications/{application_id:str}/credentials", guards=[requires("credentials:read")], tags=["internal"])
async def read_application_credentials(
    application_id: FromPath[str], caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]
) -> Response[ApplicationCredentialsView]:
    """Hand out an application's credentials; every time is written down."""
    found = await use_cases.read_application_credentials(parse_application_id(application_id), _reader(caller))
    role = found.application.role
    return Response(ApplicationCredentialsView(**_secrets(found), role_arn=role.arn if role else None), headers=_UNCACHED)


def _reader(caller: Caller) -> Reader:
    return Reader(caller=caller.subject, request_id=current_request_id())


def _credentials_view(found: AccountCredentials) -> CredentialsView:
    role = found.account.role
    return CredentialsView(
        account=reference(found.account),
        application=ApplicationSecrets(**_secrets(found.application)),
        refresh_token=found.refresh_token.reveal(),
        refresh_token_version=found.account.refresh_token_version,
        rotates_refresh_tokens=found.account.rotates_refresh_tokens,
        role_arn=role.arn if role else None,
        external_id=role.external_id if role else None,
    )


def _secrets(found: ApplicationCredentials) -> dict[str, Any]:
    return {
        "id": found.application.id,
        "client_id": found.application.client_id,
        "kind": found.application.kind.value,
        "client_secret": found.client_secret.reveal(),
        "client_secret_next": found.client_secret_next.reveal() if found.client_secret_next else None,
    }


INTERNAL_ROUTES: list[Any] = [read_credentials, replace_refresh_token, record_authorization_failure, read_application_credentials]
