"""PATCH /api/v1/accounts/{id} and POST /api/v1/accounts/{id}/default."""

from typing import Any, Literal

import msgspec
from litestar import patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from account_svc.adapters.inbound.http.tenancy import tenant_of
from account_svc.adapters.inbound.http.views import AccountView, account_view
from account_svc.application.use_cases import UseCases
from account_svc.domain.account import Signing
from account_svc.domain.account_patch import UNCHANGED, AccountPatch
from account_svc.domain.identifiers import parse_account_id, parse_application_id
from svc_kit.identity import Caller
from svc_kit.web import user_or

_ADMIN = "accounts:admin"


class AccountPatchBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A JSON merge patch (RFC 7396): what is left out stays, null takes a value away."""

    name: str | UnsetType | None = UNSET
    marketplaces: list[str] | UnsetType = UNSET
    role_arn: str | UnsetType | None = UNSET
    external_id: str | UnsetType | None = UNSET
    signing: Literal["none", "sigv4"] | UnsetType = UNSET
    application: str | UnsetType = UNSET

    def to_patch(self) -> AccountPatch:
        """Return the patch in the domain's terms."""
        return AccountPatch(
            name=UNCHANGED if self.name is UNSET else self.name,
            marketplaces=UNCHANGED if self.marketplaces is UNSET else self.marketplaces,
            role_arn=UNCHANGED if self.role_arn is UNSET else self.role_arn,
            external_id=UNCHANGED if self.external_id is UNSET else self.external_id,
            signing=UNCHANGED if self.signing is UNSET else Signing(self.signing),
            application=UNCHANGED if self.application is UNSET else parse_application_id(self.application),
        )


@patch("/api/v1/accounts/{account_id:str}", guards=[user_or(_ADMIN)], tags=["accounts"])
async def update_account(
    account_id: FromPath[str], data: JSONBody[AccountPatchBody], caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]
) -> AccountView:
    """Change what the account is called, which marketplaces it is used for, and how it signs."""
    changed = await use_cases.accounts.update(tenant_of(caller), parse_account_id(account_id), data.to_patch())
    return account_view(changed)


@post("/api/v1/accounts/{account_id:str}/default", guards=[user_or(_ADMIN)], status_code=200, tags=["accounts"])
async def make_default(account_id: FromPath[str], caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]) -> AccountView:
    """Make the account the tenant's default of its kind; the one that was stops being it."""
    return account_view(await use_cases.accounts.make_default(tenant_of(caller), parse_account_id(account_id)))


ACCOUNT_CHANGE_ROUTES: list[Any] = [update_account, make_default]
