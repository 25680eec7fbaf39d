"""What account-svc tells the world about applications."""

from dataclasses import dataclass

from account_svc.domain.application import Application


@dataclass(frozen=True, slots=True)
class ApplicationSecretRotated:
    """Amazon gave the application a new client secret, which waits in the next slot; the secret is not told."""

    application: Application
