"""Sellerport tokens signed with this service's key."""

from collections.abc import Mapping

from svc_kit.identity import ServiceTokenIssuer
from svc_kit.secret import Secret


class EdDsaTokenSigner:
    """Implements `TokenSigner`: signs with the Ed25519 key that also names this service to others."""

    def __init__(self, issuer: ServiceTokenIssuer) -> None:
        self._issuer = issuer

    def sign(self, claims: Mapping[str, object]) -> Secret:
        return Secret(self._issuer.sign(dict(claims)))
