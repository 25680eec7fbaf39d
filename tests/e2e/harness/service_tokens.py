"""Tokens of services, for tests that speak as one."""

from sellerport_stack.state.service_keys import ServiceKeys
from svc_kit.clock import SystemClock
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.secret import Secret


class ServiceTokens:
    """Signs as whichever service is asked for, with the keys of this stack."""

    def __init__(self, keys: ServiceKeys) -> None:
        self._keys = keys
        self._issuers: dict[str, ServiceTokenIssuer] = {}

    def token(self, service: str, audience: str, scopes: tuple[str, ...], tenant: str | None) -> str:
        """Return a token of `service` for `audience`."""
        issuer = self._issuers.get(service)
        if issuer is None:
            pem = Secret(self._keys.key_file(service).read_text())
            issuer = self._issuers[service] = ServiceTokenIssuer(pem, service, self._keys.key_id(service), SystemClock())
        return issuer.token(audience, scopes, tenant)
