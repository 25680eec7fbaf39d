"""Query: what was synchronised when, and what is under way."""

from dataclasses import dataclass

from sync_svc.application.ports.run_history import RunHistory
from sync_svc.domain.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsAnswer:
    """One page of runs, the newest first; `following` is where the next page starts, None on the last."""

    runs: list[Run]
    following: str | None


class ListRuns:
    """Answers straight from the store."""

    def __init__(self, history: RunHistory) -> None:
        self._history = history

    async def __call__(self, tenant: str, *, limit: int, before: str | None) -> RunsAnswer:
        """Return up to `limit` runs. Raises `Unavailable` when the store is away."""
        found = await self._history.page(tenant, limit=limit + 1, before=before)
        page = found[:limit]
        return RunsAnswer(runs=page, following=page[-1].id if len(found) > limit else None)
