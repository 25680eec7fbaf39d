"""Applications as rows and back."""

from typing import Any

from sqlalchemy import Row

from account_svc.domain.account import AccountKind
from account_svc.domain.application import Application
from account_svc.domain.identifiers import ApplicationId
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed


def row_of(application: Application) -> dict[str, Any]:
    """Return the columns of an application."""
    return {
        "id": application.id,
        "name": application.name,
        "spapi_application_id": application.spapi_application_id,
        "client_id": application.client_id,
        "redirect_uri": application.redirect_uri,
        "client_secret": application.client_secret,
        "client_secret_next": application.client_secret_next,
        "secret_expires_at": application.secret_expires_at,
        "next_secret_expires_at": application.next_secret_expires_at,
        "is_draft": application.is_draft,
        "role_arn": application.role.arn if application.role else None,
        "external_id": application.role.external_id if application.role else None,
        "kind": application.kind.value,
        "configured_secret": application.configured_secret,
        "version": application.version,
    }


def application_of(row: Row[Any]) -> Application:
    """Return the application of a row."""
    return Application(
        id=ApplicationId(row.id),
        name=row.name,
        spapi_application_id=row.spapi_application_id,
        client_id=row.client_id,
        redirect_uri=row.redirect_uri,
        client_secret=Sealed(bytes(row.client_secret)),
        client_secret_next=Sealed(bytes(row.client_secret_next)) if row.client_secret_next is not None else None,
        secret_expires_at=row.secret_expires_at,
        next_secret_expires_at=row.next_secret_expires_at,
        is_draft=row.is_draft,
        role=Role(arn=row.role_arn, external_id=row.external_id) if row.role_arn else None,
        kind=AccountKind(row.kind),
        configured_secret=row.configured_secret,
        version=row.version,
    )
