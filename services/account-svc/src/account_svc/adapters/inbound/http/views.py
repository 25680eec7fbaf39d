"""What leaves account-svc over HTTP; the public shapes hold no secret, sealed or open."""

from datetime import datetime

import msgspec

from account_svc.application.queries.connection_status import Connection
from account_svc.application.queries.list_accounts import AccountPage
from account_svc.domain.account import Failure, SellingPartnerAccount


class FailureView(msgspec.Struct, kw_only=True):
    """Why an account stopped working."""

    code: str
    detail: str
    at: datetime


class AccountReference(msgspec.Struct, kw_only=True):
    """An account as the other services know it."""

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


class AccountView(AccountReference, kw_only=True):
    """An account as its tenant sees it."""

    name: str | None
    role_arn: str | None
    has_refresh_token: bool
    is_default: bool
    connected_at: datetime
    disconnected_at: datetime | None
    last_error: FailureView | None
    created_at: datetime
    updated_at: datetime


class AccountPageView(msgspec.Struct, kw_only=True):
    """Some accounts; `next_cursor` asks for the rest."""

    items: list[AccountView]
    next_cursor: str | None


class ConnectionView(msgspec.Struct, kw_only=True):
    """Whether the tenant's Amazon is connected."""

    connected: bool
    status: str
    account: AccountView | None
    connected_since: datetime | None
    marketplaces: list[str]
    last_error: FailureView | None


class StartedView(msgspec.Struct, kw_only=True):
    """Where to send the browser, and until when it must be back."""

    authorization_url: str
    expires_at: datetime


class ConnectedView(msgspec.Struct, kw_only=True):
    """The end of a connection for callers that want JSON."""

    connected: bool
    account: AccountView


def reference(account: SellingPartnerAccount) -> AccountReference:
    """Return the account as other services know it."""
    return AccountReference(
        id=account.id,
        tenant=account.identity.tenant,
        kind=account.identity.kind.value,
        region=account.identity.region.value,
        selling_partner_id=account.identity.selling_partner_id,
        marketplaces=list(account.marketplaces),
        signing=account.signing.value,
        application=account.application,
        status=account.status.value,
        version=account.version,
    )


def account_view(account: SellingPartnerAccount) -> AccountView:
    """Return the account as its tenant sees it."""
    known = reference(account)
    return AccountView(
        **{name: getattr(known, name) for name in known.__struct_fields__},
        name=account.name,
        role_arn=account.role.arn if account.role else None,
        has_refresh_token=account.refresh_token is not None,
        is_default=account.is_default,
        connected_at=account.connected_at,
        disconnected_at=account.disconnected_at,
        last_error=failure_view(account.last_failure),
        created_at=account.created_at,
        updated_at=account.updated_at,
    )


def page_view(page: AccountPage) -> AccountPageView:
    """Return a page of accounts."""
    return AccountPageView(items=[account_view(account) for account in page.accounts], next_cursor=page.next_cursor)


def connection_view(connection: Connection) -> ConnectionView:
    """Return the tenant's connection; one that never was has the status `not_connected`."""
    return ConnectionView(
        connected=connection.is_connected,
        status=connection.status.value if connection.status else "not_connected",
        account=account_view(connection.account) if connection.account else None,
        connected_since=connection.connected_since,
        marketplaces=list(connection.marketplaces),
        last_error=failure_view(connection.last_failure),
    )


def failure_view(failure: Failure | None) -> FailureView | None:
    """Return why an account stopped working; None stays None."""
    return FailureView(code=failure.code, detail=failure.detail, at=failure.at) if failure else None
