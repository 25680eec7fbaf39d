"""POST /api/v1/integrations/amazon/sync and GET /api/v1/sync/runs."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from svc_kit.identity import Caller
from sync_svc.adapters.inbound.http.access import reader, require_admin
from sync_svc.adapters.inbound.http.filters import account_filter
from sync_svc.application.use_cases import UseCases
from sync_svc.domain.run import Run


class SyncAccepted(msgspec.Struct, kw_only=True):
    """The runs that were opened, or are open already."""

    run_ids: list[str]


class RunError(msgspec.Struct, kw_only=True):
    """What stopped the run, or what it waits for."""

    code: str
    detail: str


class RunBody(msgspec.Struct, kw_only=True):
    """A run and how far it has come; `mode` is null until a worker has begun."""

    id: str
    account_id: str
    dataset: str
    trigger: str
    mode: str | None
    state: str
    pages: int
    items: int
    changed: int
    error: RunError | None
    next_attempt_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, run: Run) -> "RunBody":
        """Put the run on the wire."""
        return cls(
            id=run.id,
            account_id=run.account_id,
            dataset=run.dataset.value,
            trigger=run.trigger.value,
            mode=run.mode.value if run.mode else None,
            state=run.state.value,
            pages=run.pages,
            items=run.items,
            changed=run.changed,
            error=RunError(code=run.error_code, detail=run.error_detail or "") if run.error_code else None,
            next_attempt_at=run.not_before,
            created_at=run.created_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
        )


class RunPage(msgspec.Struct, kw_only=True):
    """A page of runs, the newest first; `next_cursor` is null on the last."""

    items: list[RunBody]
    next_cursor: str | None


def run_routes(api: Callable[[], UseCases]) -> list[HTTPRouteHandler]:
    """Return the routes; `api` gives the use cases once the service has started."""

    @post("/api/v1/integrations/amazon/sync", tags=["sync"], guards=[reader], status_code=202)
    async def start_sync(
        *,
        caller: NamedDependency[Caller],
        force: Annotated[
            bool, QueryParameter(name="force", description="Also within ten minutes of the last request; operators only.")
        ] = False,
    ) -> SyncAccepted:
        """Start a synchronisation of every dataset of the tenant's accounts now."""
        if force:
            require_admin(caller)
        return SyncAccepted(run_ids=await api().request_sync(caller.require_tenant(), is_forced=force))

    @get("/api/v1/sync/runs", tags=["sync"], guards=[reader])
    async def list_runs(
        caller: NamedDependency[Caller],
        limit: Annotated[int, QueryParameter(name="limit", ge=1, le=200)] = 50,
        cursor: Annotated[str | None, QueryParameter(name="cursor", description="`next_cursor` of the page before.")] = None,
    ) -> RunPage:
        """Return what was synchronised when, and what is under way, the newest first."""
        answer = await api().runs(caller.require_tenant(), limit=limit, before=account_filter(cursor))
        return RunPage(items=[RunBody.of(run) for run in answer.runs], next_cursor=answer.following)

    return [start_sync, list_runs]
