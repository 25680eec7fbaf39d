"""What an SDK takes for Login with Amazon."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from svc_kit.clock import Clock
from svc_kit.errors import DomainError
from svc_kit.ids import IdFactory
from svc_kit.secret import Secret
from token_svc.application.account_lookup import AccountLookup
from token_svc.application.ports.service_clients import ServiceClients
from token_svc.application.ports.token_signer import TokenSigner
from token_svc.domain.handle import Handle

LIFETIME: Final = timedelta(hours=1)
AUDIENCE: Final = "spapi-gateway"


@dataclass(slots=True, kw_only=True)
class RedeemHandle:
    """Turns a client's credentials and its handle into a Sellerport token: an hour, one service, one account.

    Amazon is not asked: the gateway takes the access token when the first call comes.
    """

    accounts: AccountLookup
    clients: ServiceClients
    signer: TokenSigner
    clock: Clock
    ids: IdFactory
    keys: tuple[Secret, ...]

    async def __call__(self, client_id: str, client_secret: Secret, handle: Secret) -> Secret:
        """Return the token.

        Refuses with `invalid_client` when id and secret do not belong together, with `invalid_grant` when the handle
        is not this client's or its account cannot be used, with `account_service_unavailable`.
        """
        service = self.authenticate(client_id, client_secret)
        try:
            opened = Handle.opened(handle.reveal(), *self.keys)
        except DomainError as error:
            raise _refused(error.detail) from error
        if opened.client_id != client_id:
            raise _refused("The handle was made for another client.")
        try:
            account = await self.accounts(opened.account_id)
            account.require_usable()
        except DomainError as error:
            if error.code == "account_service_unavailable":
                raise
            raise _refused(f"{error.code}: {error.detail}") from error
        return self._signed(service, account_id=account.id, tenant=account.tenant)

    def grantless(self, client_id: str, client_secret: Secret, scope: str) -> Secret:
        """Return a token without an account, for grantless operations of `scope`; refuses with `invalid_client`."""
        service = self.authenticate(client_id, client_secret)
        return self._signed(service, scope=scope)

    def authenticate(self, client_id: str, client_secret: Secret) -> str:
        """Return the service that the client stands for; refuse with `invalid_client`."""
        service = self.clients.service_of(client_id, client_secret)
        if service is None:
            raise DomainError("invalid_client", "Client authentication failed.")
        return service

    def _signed(self, service: str, **claims: str) -> Secret:
        now = self.clock.now()
        return self.signer.sign(
            {
                "iss": "token-svc",
                "sub": service,
                "aud": AUDIENCE,
                "use": "spapi",
                "iat": int(now.timestamp()),
                "exp": int((now + LIFETIME).timestamp()),
                "jti": self.ids.new(),
                **claims,
            }
        )


def _refused(detail: str) -> DomainError:
    return DomainError("invalid_grant", detail)
