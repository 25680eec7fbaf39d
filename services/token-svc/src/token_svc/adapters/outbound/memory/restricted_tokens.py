"""The Tokens API in memory."""

import itertools
from dataclasses import dataclass, field

from svc_kit.errors import PortError
from svc_kit.secret import Secret
from token_svc.application.ports.lwa_client import LwaAnswer
from token_svc.application.ports.restricted_tokens import AccessTokenExpired, RestrictionRefused
from token_svc.domain.account import Region
from token_svc.domain.restriction import Restriction


@dataclass(slots=True)
class MemoryRestrictedTokens:
    """Accepts access tokens that are not in `expired`, for paths that are not in `refused`; `issued` maps token → coverage."""

    expired: set[str] = field(default_factory=set[str])
    refused: set[str] = field(default_factory=set[str])
    faults: list[PortError] = field(default_factory=list[PortError])
    issued: dict[str, str] = field(default_factory=dict[str, str])
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def create(self, access_token: Secret, restriction: Restriction, *, region: Region, seconds: float) -> LwaAnswer:  # noqa: ARG002 - as in the port
        if self.faults:
            raise self.faults.pop(0)
        if access_token.reveal() in self.expired:
            raise AccessTokenExpired("the access token is expired")
        if any(resource.path in self.refused for resource in restriction.resources):
            raise RestrictionRefused("the path is not a restricted operation")
        token = f"Atz.sprdt|memory-{next(self._numbers)}"
        self.issued[token] = restriction.text
        return LwaAnswer(access_token=Secret(token), expires_in=3600)
