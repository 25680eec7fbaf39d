"""/api/v1/applications: for operators only."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from account_svc.adapters.inbound.http.provided import WebSettings
from account_svc.adapters.inbound.http.times import aware, aware_or_none
from account_svc.application.commands.offer_next_secret import NewSecret
from account_svc.application.use_cases import UseCases
from account_svc.domain.account import AccountKind
from account_svc.domain.application import Application
from account_svc.domain.application_facts import ApplicationFacts
from account_svc.domain.identifiers import parse_application_id
from account_svc.domain.role import Role
from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct
from svc_kit.web import requires

_ADMIN = "applications:admin"
_PATH = "/api/v1/applications/{application_id:str}"


class ApplicationBody(SecretStruct, kw_only=True, forbid_unknown_fields=True):
    """An application as Amazon's developer console shows it; one for the Ads API has its client id as application id too."""

    name: str
    kind: AccountKind = AccountKind.SELLING_PARTNER
    spapi_application_id: str
    client_id: str
    redirect_uri: str | None = None
    client_secret: str | None = None
    secret_expires_at: datetime | None = None
    draft: bool = False
    role_arn: str | None = None
    external_id: str | None = None

    def to_facts(self, callback_url: str) -> ApplicationFacts:
        """Return what is not secret, in the domain's terms."""
        return ApplicationFacts(
            name=self.name,
            spapi_application_id=self.spapi_application_id,
            client_id=self.client_id,
            redirect_uri=self.redirect_uri or callback_url,
            is_draft=self.draft,
            role=Role(arn=self.role_arn, external_id=self.external_id) if self.role_arn else None,
            kind=self.kind,
        )


class NextSecretBody(SecretStruct, kw_only=True, forbid_unknown_fields=True):
    """A secret that Amazon issued beside the current one."""

    client_secret: str
    expires_at: datetime
    current_expires_at: datetime | None = None


class ApplicationView(msgspec.Struct, kw_only=True):
    """An application without its secrets."""

    id: str
    name: str
    kind: str
    spapi_application_id: str
    client_id: str
    redirect_uri: str
    draft: bool
    role_arn: str | None
    secret_expires_at: datetime | None
    has_next_secret: bool
    next_secret_expires_at: datetime | None
    version: int


class ApplicationsView(msgspec.Struct, kw_only=True):
    """All applications."""

    items: list[ApplicationView]


@get("/api/v1/applications", guards=[requires(_ADMIN)], tags=["applications"])
async def list_applications(use_cases: NamedDependency[UseCases]) -> ApplicationsView:
    """List the LWA applications; no secret is shown."""
    return ApplicationsView(items=[_view(application) for application in await use_cases.applications.list()])


@get(_PATH, guards=[requires(_ADMIN)], tags=["applications"])
async def get_application(application_id: FromPath[str], use_cases: NamedDependency[UseCases]) -> ApplicationView:
    """Show one application; no secret is shown."""
    return _view(await use_cases.applications.list.one(parse_application_id(application_id)))


@put(_PATH, guards=[requires(_ADMIN)], tags=["applications"])
async def put_application(
    application_id: FromPath[str],
    data: JSONBody[ApplicationBody],
    use_cases: NamedDependency[UseCases],
    web_settings: NamedDependency[WebSettings],
) -> Response[ApplicationView]:
    """Register an application (201), or change one (200); without `client_secret` the stored one stays."""
    secret = Secret(data.client_secret) if data.client_secret is not None else None
    expires_at = aware_or_none(data.secret_expires_at, "secret_expires_at")
    facts = data.to_facts(web_settings.callback_url)
    stored, is_new = await use_cases.applications.put(parse_application_id(application_id), facts, secret, expires_at)
    return Response(_view(stored), status_code=201 if is_new else 200)


@put(f"{_PATH}/next-secret", guards=[requires(_ADMIN)], tags=["applications"])
async def offer_next_secret(
    application_id: FromPath[str], data: JSONBody[NextSecretBody], use_cases: NamedDependency[UseCases]
) -> ApplicationView:
    """Put a secret into the next slot; token-svc uses it as soon as Amazon refuses the current one."""
    new = NewSecret(
        secret=Secret(data.client_secret),
        expires_at=aware(data.expires_at, "expires_at"),
        old_expires_at=aware_or_none(data.current_expires_at, "current_expires_at"),
    )
    return _view(await use_cases.applications.offer_next_secret(parse_application_id(application_id), new))


@post(f"{_PATH}/next-secret/promotion", guards=[requires(_ADMIN)], status_code=200, tags=["applications"])
async def promote_secret(application_id: FromPath[str], use_cases: NamedDependency[UseCases]) -> ApplicationView:
    """Make the next secret the current one; it also happens by itself when the current one has expired."""
    return _view(await use_cases.applications.promote_secret(parse_application_id(application_id)))


@delete(f"{_PATH}/next-secret", guards=[requires(_ADMIN)], tags=["applications"])
async def drop_next_secret(application_id: FromPath[str], use_cases: NamedDependency[UseCases]) -> None:
    """Empty the next slot."""
    await use_cases.applications.drop_next_secret(parse_application_id(application_id))


def _view(application: Application) -> ApplicationView:
    return ApplicationView(
        id=application.id,
        name=application.name,
        kind=application.kind.value,
        spapi_application_id=application.spapi_application_id,
        client_id=application.client_id,
        redirect_uri=application.redirect_uri,
        draft=application.is_draft,
        role_arn=application.role.arn if application.role else None,
        secret_expires_at=application.secret_expires_at,
        has_next_secret=application.client_secret_next is not None,
        next_secret_expires_at=application.next_secret_expires_at,
        version=application.version,
    )


APPLICATION_ROUTES: list[Any] = [
    list_applications,
    get_application,
    put_application,
    offer_next_secret,
    promote_secret,
    drop_next_secret,
]
