"""May this caller call this operation for this account?"""

import asyncio
from typing import Final

from spapi_gateway.application.commands.choose_credential import access_need
from spapi_gateway.application.commands.lend_restricted_token import TEMPLATE
from spapi_gateway.application.credential_cache import CredentialCache
from spapi_gateway.domain.accounts import Account
from spapi_gateway.domain.errors import CallRefusedError
from spapi_gateway.domain.operations import Operation
from svc_kit.errors import Timeout

_NOT_YOURS: Final = "No Amazon account of yours has this id; connect Amazon first, or check the id with GET /api/v1/accounts."


class AuthorizeCall:
    """Returns the account when the caller may call for it.

    Raises `CallRefusedError`: `amazon_not_connected` for an account of another tenant exactly as for one that does not
    exist, so that ids tell nothing; `service_only` when a user asks for an operation on the whole application; and what
    the credential's issuer refuses; `wrong_account_kind` at the door of the other API.
    """

    def __init__(self, credentials: CredentialCache) -> None:
        self._credentials = credentials

    async def __call__(self, kind: str, tenant: str | None, account_id: str, operation: Operation, seconds: float) -> Account:
        if operation.grantless_scope is not None and kind == "user":
            raise CallRefusedError("service_only", "This operation acts for the whole application; only a service may call it.")
        if operation.template == TEMPLATE and kind == "user":
            raise CallRefusedError(
                "restricted_token_by_gateway",
                "The gateway fetches restricted data tokens itself: call the restricted operation directly; for Orders v0 name the "
                "buyer data in x-sellerport-data-elements. Only a service gets a handle of its own.",
            )
        account = await self.account(tenant, account_id, seconds)
        if account.is_for_ads:
            raise CallRefusedError("wrong_account_kind", "This account is a grant of Amazon Ads; call /v1/accounts/{account_id}/ads/….")
        return account

    async def for_ads(self, tenant: str | None, account_id: str, seconds: float) -> Account:
        """Return the account when it is one of Amazon Ads and belongs to `tenant` (None: the caller may act for all)."""
        account = await self.account(tenant, account_id, seconds)
        if not account.is_for_ads:
            raise CallRefusedError("wrong_account_kind", "This account is a selling partner's; call /v1/accounts/{account_id}/spapi/….")
        return account

    async def account(self, tenant: str | None, account_id: str, seconds: float) -> Account:
        """Return the account when it belongs to `tenant` (None: the caller may act for all)."""
        need = access_need(account_id)
        credential = self._credentials.peek(need)
        if credential is None:
            try:
                async with asyncio.timeout(seconds):
                    credential = await self._credentials.get(need)
            except TimeoutError:
                raise Timeout("the deadline passed while the account was being looked up") from None
            except CallRefusedError as refusal:
                if tenant is not None and refusal.code == "account_not_found":
                    raise CallRefusedError("amazon_not_connected", _NOT_YOURS) from None
                raise
        account = credential.account
        if account is None or (tenant is not None and account.tenant != tenant):
            raise CallRefusedError("amazon_not_connected", _NOT_YOURS)
        return account
