"""Control of faults, time, usage plans and the demo."""

from datetime import UTC, datetime, timedelta

import msgspec

from simulator.clock import stamp
from simulator.control.bodies import read
from simulator.demo.seed import seed_demo
from simulator.faults import Fault
from simulator.state.world import World
from simulator.web.request import BadRequestError, Request
from simulator.web.response import Response


class _ClockMove(msgspec.Struct, forbid_unknown_fields=True):
    advance_seconds: float | None = None
    set: datetime | None = None
    reset: bool = False


class _PlanChange(msgspec.Struct, forbid_unknown_fields=True):
    operation: str | None = None
    rate: float | None = None
    burst: float | None = None
    multiplier: float | None = None
    reset: bool = False


class _TokenChange(msgspec.Struct, forbid_unknown_fields=True):
    life_seconds: float | None = None
    expire: bool = False
    selling_partner_id: str | None = None


class _Switch(msgspec.Struct, forbid_unknown_fields=True):
    enabled: bool


class Weather:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def reset(self, request: Request) -> Response:  # noqa: ARG002 - a route takes the request
        """The world as on the first start: empty, or the demo's; the time is the machine's again."""
        self._world.reset()
        if self._world.config.demo:
            seed_demo(self._world)
        return Response.of(200, {"reset": True})

    async def add_fault(self, request: Request) -> Response:
        """Plans a fault."""
        fault = read(request, Fault)
        return Response.of(201, {"id": self._world.faults.add(fault)})

    async def faults(self, request: Request) -> Response:  # noqa: ARG002 - a route takes the request
        """The faults in force, with what is left of them."""
        return Response.of(200, {"faults": self._world.faults.listed()})

    async def clear_faults(self, request: Request) -> Response:  # noqa: ARG002 - a route takes the request
        """Ends all faults."""
        self._world.faults.clear()
        return Response(204)

    async def remove_fault(self, request: Request, fault_id: str) -> Response:  # noqa: ARG002 - a route takes the request
        """Ends one fault; 404 when it is over already."""
        return Response(204) if self._world.faults.remove(fault_id) else Response.of(404, {"error": "not_found"})

    async def move_clock(self, request: Request) -> Response:
        """Moves Amazon's clock."""
        move = read(request, _ClockMove)
        if move.reset:
            self._world.clock.reset()
        if move.set is not None:
            if move.set.tzinfo is None:
                raise BadRequestError("set needs a time with its zone")
            self._world.clock.set(move.set.astimezone(UTC))
        if move.advance_seconds is not None:
            self._world.clock.advance(move.advance_seconds)
        return await self.clock(request)

    async def clock(self, request: Request) -> Response:  # noqa: ARG002 - a route takes the request
        """Amazon's present."""
        clock = self._world.clock
        return Response.of(200, {"now": stamp(clock.now()), "offset_seconds": clock.offset_seconds})

    async def plans(self, request: Request) -> Response:
        """Sets the plan of an operation (or of all), or scales the catalogue's plans."""
        change, plans = read(request, _PlanChange), self._world.plans
        if change.reset:
            plans.reset()
        if change.multiplier is not None:
            plans.scale(change.multiplier)
        if change.rate is not None and change.burst is not None:
            plans.override(change.operation, change.rate, change.burst)
        elif change.rate is not None or change.burst is not None:
            raise BadRequestError("rate and burst come together")
        return Response.of(200, {"multiplier": plans.multiplier})

    async def tokens(self, request: Request) -> Response:
        """Sets the life of access tokens to come, or ends those there are (of one seller, or all), without moving any clock."""
        change, world = read(request, _TokenChange), self._world
        if change.life_seconds is not None:
            world.access_life = timedelta(seconds=change.life_seconds)
        expired = 0
        for token in world.credentials.access_tokens.values() if change.expire else ():
            if change.selling_partner_id in (None, token.selling_partner_id) and token.expires > world.clock.now():
                token.expires = world.clock.now()
                expired += 1
        return Response.of(200, {"life_seconds": world.access_life.total_seconds(), "expired": expired})

    async def demo(self, request: Request) -> Response:
        """Starts or stops orders and stock changes arriving by themselves."""
        self._world.demo_enabled = read(request, _Switch).enabled
        self._world.files.mark_changed()
        return Response.of(200, {"enabled": self._world.demo_enabled})
