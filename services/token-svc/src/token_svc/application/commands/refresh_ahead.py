"""Refreshes tokens before they run out, for accounts in use."""

from dataclasses import dataclass
from typing import Final

from svc_kit.clock import Clock
from token_svc.application.commands.issue_access_token import IssueAccessToken
from token_svc.application.ports.token_cache import TokenCache
from token_svc.application.usage import Usage

_MOST_AT_ONCE: Final = 20


@dataclass(slots=True, kw_only=True)
class RefreshAhead:
    """Looks, each time it is called, for access tokens that should be replaced soon and have lately been asked for."""

    issue: IssueAccessToken
    cache: TokenCache
    usage: Usage
    clock: Clock
    seconds: float = 10.0

    def __call__(self) -> int:
        """Start what is due and return how many refreshes that were; the next call takes what was too much for this one."""
        now = self.clock.now()
        started = 0
        for key, entry in list(self.cache.known()):
            if key.kind != "access" or entry.grant is None or now < entry.grant.refresh_at or not entry.grant.is_alive(now):
                continue
            if entry.trouble is not None and entry.trouble.is_active(now):
                continue
            if started < _MOST_AT_ONCE and self.usage.is_recent(key.owner):
                started += self.issue.refresh_ahead(key.owner, self.seconds) is not None
        return started
