"""GET /api/v1/events."""

from collections.abc import Callable
from typing import Annotated, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter, QueryParameter
from litestar.response import Stream

from svc_kit.identity import Caller
from sync_svc.adapters.inbound.http.access import reader
from sync_svc.adapters.inbound.sse.hub import LiveHub
from sync_svc.domain.errors import InvalidParameterError

_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}
_DIGITS: Final = 18


def event_routes(hub: Callable[[], LiveHub]) -> list[HTTPRouteHandler]:
    """Return the route; `hub` gives the live feed once the service has started."""

    @get("/api/v1/events", tags=["events"], guards=[reader], media_type="text/event-stream")
    async def events(
        caller: NamedDependency[Caller],
        last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID", description="Go on after this id.")] = None,
        after: Annotated[
            str | None, QueryParameter(name="last_event_id", description="The same, for clients that cannot set headers.")
        ] = None,
    ) -> Stream:
        """Stream order.changed, inventory.changed, sync.progress, sync.completed and account.changed of the tenant as they happen.

        `reset` says that the id is too old: read the figures anew. A comment comes at least every fifteen seconds.
        """
        stream = await hub().open(caller.require_tenant(), _place(last_event_id or after))
        return Stream(stream, media_type="text/event-stream", headers=_HEADERS)

    return [events]


def _place(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise InvalidParameterError("Last-Event-ID must be the id of an event that this service has sent.")
    return int(text)
