"""/api/v1/accounts."""

from typing import Annotated, Any, Literal

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from account_svc.adapters.inbound.http.tenancy import tenant_of
from account_svc.adapters.inbound.http.views import AccountPageView, AccountView, account_view, page_view
from account_svc.application.commands.connect_by_hand import HandMadeConnection
from account_svc.application.ports.account_repository import AccountFilter
from account_svc.application.queries.list_accounts import DEFAULT_PAGE
from account_svc.application.use_cases import UseCases
from account_svc.domain.account import AccountKind, AccountStatus, Signing
from account_svc.domain.identifiers import TenantId, parse_account_id, parse_application_id
from account_svc.domain.marketplaces import find_marketplace
from svc_kit.identity import Caller
from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct
from svc_kit.web import user_or

_ADMIN = "accounts:admin"


class AccountBody(SecretStruct, kw_only=True, forbid_unknown_fields=True):
    """A self-authorised connection: what the console of Amazon shows once.

    For `advertising`, `selling_partner_id` is a name for the grant (made from the application when left out), and no
    marketplace need be named.
    """

    region: Literal["NA", "EU", "FE"]
    refresh_token: str
    kind: Literal["selling_partner", "advertising"] = "selling_partner"
    selling_partner_id: str | None = None
    marketplaces: tuple[str, ...] = ()
    name: str | None = None
    application: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    signing: Literal["none", "sigv4"] | None = None

    def connection_of(self, tenant: TenantId) -> HandMadeConnection:
        """Return what the use case is asked for."""
        return HandMadeConnection(
            tenant=tenant,
            selling_partner_id=self.selling_partner_id,
            region=self.region,
            marketplaces=self.marketplaces,
            refresh_token=Secret(self.refresh_token),
            name=self.name,
            application=parse_application_id(self.application) if self.application is not None else None,
            kind=AccountKind(self.kind),
            role_arn=self.role_arn,
            external_id=self.external_id,
            signing=Signing(self.signing) if self.signing else None,
        )


@post("/api/v1/accounts", guards=[user_or(_ADMIN)], tags=["accounts"])
async def connect_by_hand(
    data: JSONBody[AccountBody], caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]
) -> Response[AccountView]:
    """Connect by hand; the same seller and region again renews the credentials of the account there is (200, not 201)."""
    account = await use_cases.connect_by_hand(data.connection_of(tenant_of(caller)))
    return Response(account_view(account), status_code=201 if account.version == 1 else 200)


@get("/api/v1/accounts", guards=[user_or(_ADMIN)], tags=["accounts"])
async def list_accounts(
    caller: NamedDependency[Caller],
    use_cases: NamedDependency[UseCases],
    *,
    kind: FromQuery[AccountKind | None] = None,
    account_status: Annotated[AccountStatus | None, QueryParameter(name="status")] = None,
    marketplace: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int] = DEFAULT_PAGE,
) -> AccountPageView:
    """List the tenant's accounts, oldest first."""
    wanted = AccountFilter(kind=kind, status=account_status, marketplace=find_marketplace(marketplace).id if marketplace else None)
    return page_view(await use_cases.list_accounts(tenant_of(caller), wanted, cursor=cursor, limit=limit))


@get("/api/v1/accounts/{account_id:str}", guards=[user_or(_ADMIN)], tags=["accounts"])
async def get_account(account_id: FromPath[str], caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]) -> AccountView:
    """Show one account of the tenant."""
    return account_view(await use_cases.get_account(tenant_of(caller), parse_account_id(account_id)))


@delete("/api/v1/accounts/{account_id:str}", guards=[user_or(_ADMIN)], tags=["accounts"])
async def disconnect_account(
    account_id: FromPath[str],
    caller: NamedDependency[Caller],
    use_cases: NamedDependency[UseCases],
    *,
    erase: FromQuery[bool] = False,
) -> None:
    """Disconnect an account: its secrets are erased, its row stays; with `erase` nothing of it stays, in any service."""
    if erase:
        await use_cases.accounts.erase(tenant_of(caller), parse_account_id(account_id))
    else:
        await use_cases.disconnect_account(tenant_of(caller), parse_account_id(account_id))


ACCOUNT_ROUTES: list[Any] = [connect_by_hand, list_accounts, get_account, disconnect_account]
