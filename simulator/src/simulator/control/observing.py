"""Control that only looks: the ledger and the truth."""

from simulator.control.truth import truth_of
from simulator.state.world import World
from simulator.web.request import BadRequestError, Request
from simulator.web.response import Response


class Observing:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ledger(self, request: Request) -> Response:
        """The entries that match, oldest first; ``count`` counts all that match, whatever the limit."""
        query = request.query_fields
        unknown = set(query) - {"kind", "operation", "selling_partner_id", "since", "limit", "status"}
        if unknown:
            raise BadRequestError(f"unknown filters: {', '.join(sorted(unknown))}")
        limit, status = query.get("limit", ""), query.get("status", "")
        entries, count = self._world.ledger.find(
            kind=query.get("kind"),
            operation=query.get("operation"),
            selling_partner_id=query.get("selling_partner_id"),
            status=int(status) if status.isdigit() else None,
            since=query.get("since"),
            limit=int(limit) if limit.isdigit() else None,
        )
        return Response.of(200, {"entries": entries, "count": count, "last": self._world.ledger.last})

    async def clear_ledger(self, request: Request) -> Response:  # noqa: ARG002 - a route takes the request
        """Forgets the entries."""
        self._world.ledger.clear()
        return Response(204)

    async def truth(self, request: Request, seller_id: str) -> Response:
        """The KPIs as a dashboard must show them."""
        shop = self._world.shop(seller_id)
        if shop is None:
            return Response.of(404, {"error": "not_found"})
        return Response.of(200, truth_of(shop, request.query_fields))
