"""token-svc in memory."""

from account_svc.domain.errors import ConnectRefusedError
from account_svc.domain.identifiers import ApplicationId
from account_svc.domain.pkce import challenge_of
from account_svc.domain.region import Region
from svc_kit.errors import PortError
from svc_kit.secret import Secret


class MemoryAuthorizationExchange:
    """Knows codes and the refresh tokens they stand for, each once (`challenges`: with PKCE); `fault` is raised instead."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.challenges: dict[str, str] = {}
        self.asked: list[tuple[ApplicationId, str, Region]] = []
        self.fault: PortError | None = None
        self.is_refusing_application = False

    async def exchange(
        self, application: ApplicationId, code: Secret, redirect_uri: str, region: Region, verifier: Secret | None = None
    ) -> Secret:
        self.asked.append((application, redirect_uri, region))
        if self.fault is not None:
            raise self.fault
        if self.is_refusing_application:
            raise ConnectRefusedError("application_credentials_rejected", "Amazon refused the application's credentials.")
        if self.challenges.pop(code.reveal(), None) != (challenge_of(verifier) if verifier else None):
            self.codes.pop(code.reveal(), None)
        try:
            return Secret(self.codes.pop(code.reveal()))
        except KeyError:
            raise ConnectRefusedError("authorization_code_rejected", "Amazon did not accept the code; start connecting again.") from None
