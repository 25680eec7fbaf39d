"""The code of a consent becomes a refresh token."""

from dataclasses import dataclass

from svc_kit.errors import DomainError
from svc_kit.secret import Secret
from token_svc.application.deadline import Deadline
from token_svc.application.lending import borrowed
from token_svc.application.ports.credential_source import CredentialSource
from token_svc.application.ports.lwa_client import GrantRefused, LwaAnswer, LwaClient, RequestRefused
from token_svc.application.secret_slots import SecretSlots
from token_svc.domain import errors
from token_svc.domain.account import Region


@dataclass(slots=True, kw_only=True)
class ExchangeAuthorizationCode:
    """Exchanges the code for account-svc; nothing of it is cached."""

    source: CredentialSource
    lwa: LwaClient
    slots: SecretSlots

    async def __call__(
        self, application_id: str, code: Secret, redirect_uri: str, *, region: Region, deadline: Deadline, verifier: Secret | None = None
    ) -> LwaAnswer:
        """Return refresh and access token; `verifier` proves that the consent was asked for here (PKCE).

        Refuses with `authorization_code_rejected` when Amazon does not accept the code, `application_not_found`,
        `application_credentials_rejected`, `lwa_unavailable` or `account_service_unavailable`.
        """
        application = await borrowed(self.source.application(application_id))
        try:
            answer = await self.slots.ask(
                application,
                lambda client, seconds: self.lwa.exchange_code(
                    client, code, redirect_uri, region=region, seconds=seconds, verifier=verifier
                ),
                deadline,
            )
        except (GrantRefused, RequestRefused) as error:
            detail = f"Amazon refused the code ({error.detail}); codes live five minutes, work once and only for their redirect URI."
            raise DomainError("authorization_code_rejected", detail) from error
        if answer.refresh_token is None:
            raise errors.lwa_unavailable()
        return answer
