"""Amazon's token endpoint, strict about who asks."""

import asyncio
import itertools
from collections import Counter
from dataclasses import dataclass, field

from svc_kit.errors import PortError, RateLimited, Timeout, Unavailable
from svc_kit.secret import Secret
from token_svc.application.ports.lwa_client import AnswerLost, ClientRejected, GrantRefused, LwaAnswer, LwaClientId, RequestRefused
from token_svc.domain.account import Region

_SCOPES = frozenset({"sellingpartnerapi::notifications", "sellingpartnerapi::client_credential:rotation", "sellingpartnerapi::migration"})


@dataclass(slots=True)
class MemoryLwaClient:
    """Knows clients, refresh tokens, codes and their verifiers; `faults` are raised one per call, `gate` holds all until set.

    `is_rotating` replaces each refresh token that is used and ends the whole authorisation when a replaced one comes back;
    `answers_to_lose` are served but never arrive.
    """

    clients: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    refresh_tokens: dict[str, str] = field(default_factory=dict[str, str])
    codes: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    verifiers: dict[str, str] = field(default_factory=dict[str, str])
    faults: list[PortError] = field(default_factory=list[PortError])
    calls: Counter[str] = field(default_factory=Counter[str])
    regions: Counter[str] = field(default_factory=Counter[str])
    gate: asyncio.Event | None = None
    expires_in: float = 3600
    is_rotating: bool = False
    answers_to_lose: int = 0
    superseded: dict[str, str] = field(default_factory=dict[str, str])
    families_revoked: int = 0
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def refresh(self, client: LwaClientId, refresh_token: Secret, *, region: Region, seconds: float) -> LwaAnswer:
        await self._served("refresh_token", client, region, seconds)
        shown = refresh_token.reveal()
        if shown in self.superseded:
            self._revoke_family(shown)
        if self.refresh_tokens.get(shown) != client.client_id:
            raise GrantRefused("The request has an invalid grant parameter : refresh_token.")
        if self.is_rotating:
            refresh_token = Secret(f"Atzr|rotated-{next(self._numbers)}")
            self.refresh_tokens[refresh_token.reveal()] = self.refresh_tokens.pop(shown)
            self.superseded[shown] = refresh_token.reveal()
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            raise AnswerLost("the connection broke", retry_after=None)
        return self._answer(refresh_token)

    def _revoke_family(self, shown: str) -> None:
        """Do what RFC 9700 section 4.14.2 asks for when a replaced refresh token comes back."""
        while shown in self.superseded:
            shown = self.superseded[shown]
        self.refresh_tokens.pop(shown, None)
        self.families_revoked += 1

    async def exchange_code(
        self, client: LwaClientId, code: Secret, redirect_uri: str, *, region: Region, seconds: float, verifier: Secret | None = None
    ) -> LwaAnswer:
        await self._served("authorization_code", client, region, seconds)
        known = self.codes.pop(code.reveal(), None)
        if known != (client.client_id, redirect_uri):
            raise GrantRefused("The request has an invalid grant parameter : code")
        if self.verifiers.get(code.reveal()) != (verifier.reveal() if verifier else None):
            raise GrantRefused("The request has an invalid grant parameter : code_verifier")
        refresh_token = f"Atzr|issued-{next(self._numbers)}"
        self.refresh_tokens[refresh_token] = client.client_id
        return self._answer(Secret(refresh_token))

    async def client_credentials(self, client: LwaClientId, scope: str, *, region: Region, seconds: float) -> LwaAnswer:
        await self._served("client_credentials", client, region, seconds)
        if scope not in _SCOPES:
            raise RequestRefused("invalid_scope: the scope is not known")
        return self._answer(None)

    async def _served(self, grant: str, client: LwaClientId, region: Region, seconds: float) -> None:
        self.calls[grant] += 1
        self.regions[region] += 1
        await asyncio.sleep(0)
        if self.gate is not None:
            try:
                async with asyncio.timeout(seconds):
                    await self.gate.wait()
            except TimeoutError:
                raise Timeout("Login with Amazon did not answer in time") from None
        if self.faults:
            raise self.faults.pop(0)
        if client.client_secret.reveal() not in self.clients.get(client.client_id, set()):
            raise ClientRejected("invalid_client: Client authentication failed")

    def _answer(self, refresh_token: Secret | None) -> LwaAnswer:
        token = Secret(f"Atza|memory-{next(self._numbers)}")
        return LwaAnswer(access_token=token, expires_in=self.expires_in, refresh_token=refresh_token)

    def storm(self, times: int) -> None:
        """Answer the next calls with 429."""
        self.faults += [RateLimited("slow down", retry_after=0.1) for _ in range(times)]

    def outage(self, times: int) -> None:
        """Answer the next calls with 503."""
        self.faults += [Unavailable("Login with Amazon cannot serve now", retry_after=None) for _ in range(times)]
