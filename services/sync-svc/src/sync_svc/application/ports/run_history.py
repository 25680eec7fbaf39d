"""What a person sees of the runs."""

from typing import Protocol

from sync_svc.domain.run import Run


class RunHistory(Protocol):
    """The runs of a tenant as a list to leaf through."""

    async def page(self, tenant: str, *, limit: int, before: str | None) -> list[Run]:
        """Return up to `limit` runs of the tenant, the newest first, older than the run whose id is `before`.

        Raises `Unavailable` when the store is away.
        """
        ...
