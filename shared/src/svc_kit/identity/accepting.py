"""Who a service accepts, from its settings."""

from pathlib import Path
from typing import Protocol

from svc_kit.clock import Clock
from svc_kit.identity.directory_file import DirectoryFile
from svc_kit.identity.oidc import OidcVerifier
from svc_kit.identity.verifier import TokenVerifier


class IdentitySettings(Protocol):
    """The settings that name the issuer of end users' tokens and the services' keys."""

    @property
    def oidc_issuer(self) -> str: ...
    @property
    def oidc_audience(self) -> str: ...
    @property
    def oidc_jwks_url(self) -> str | None: ...
    @property
    def oidc_tenant_claim(self) -> str: ...
    @property
    def service_directory_file(self) -> Path: ...


def users_and_services(service: str, settings: IdentitySettings, clock: Clock) -> TokenVerifier:
    """Return the verifier of a service that end users and other services call."""
    oidc = OidcVerifier(
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        jwks_url=settings.oidc_jwks_url,
        tenant_claim=settings.oidc_tenant_claim,
        clock=clock,
    )
    return TokenVerifier(service, DirectoryFile(settings.service_directory_file, clock), oidc, clock)
