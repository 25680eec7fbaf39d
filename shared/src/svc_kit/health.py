"""Is the process alive, and can it do its work?"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from svc_kit.problem import PROBLEM_MEDIA_TYPE, Problem, current_request_id

_PATIENCE: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessCheck:
    """Something the service needs: `probe` returns when it answers and raises when it does not.

    A check that is not `required` is shown but does not make the service unready.
    """

    name: str
    probe: Callable[[], Awaitable[object]]
    required: bool = True


class Readiness(msgspec.Struct):
    """Each check by name: "ok" or what is wrong."""

    status: str
    checks: dict[str, str]


async def _ask(check: ReadinessCheck) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            await check.probe()
    except TimeoutError:
        return f"no answer within {_PATIENCE:g} s"
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the answer says so
        return type(error).__name__
    return "ok"


def health_routes(checks: Sequence[ReadinessCheck]) -> list[HTTPRouteHandler]:
    """Return `/health/live` (the loop turns) and `/health/ready` (503 with Retry-After while a required check fails)."""

    @get("/health/live", opt={"public": True}, tags=["operations"], sync_to_thread=False)
    def live() -> dict[str, str]:
        """Say that the process serves."""
        return {"status": "ok"}

    @get("/health/ready", opt={"public": True}, tags=["operations"])
    async def ready() -> Response[Any]:
        """Say whether all that the service needs answers."""
        results = dict(zip((c.name for c in checks), await asyncio.gather(*(_ask(c) for c in checks)), strict=True))
        broken = [c.name for c in checks if c.required and results[c.name] != "ok"]
        if not broken:
            return Response(Readiness("ok" if all(v == "ok" for v in results.values()) else "degraded", results))
        body = Problem.of(503, "not_ready", f"waiting for {', '.join(broken)}", request_id=current_request_id(), errors=[results])
        return Response(body, status_code=503, media_type=PROBLEM_MEDIA_TYPE, headers={"retry-after": "1"})

    return [live, ready]
