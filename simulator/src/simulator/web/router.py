"""Routes of the main door: literal segments and `{name}` segments."""

from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from simulator.web.request import BadRequestError, Request
from simulator.web.response import Response

Route = Callable[..., Awaitable[Response]]


class Router:
    """Finds the handler by method and path; path parameters arrive as keyword arguments, decoded."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, tuple[str, ...], Route]] = []

    def add(self, method: str, template: str, route: Route) -> None:
        """Registers ``route``; the first match wins."""
        self._routes.append((method, tuple(template.strip("/").split("/")), route))

    async def __call__(self, request: Request) -> Response:
        """Answers with the route's answer, 404, 405, or 400 for what the route could not read."""
        segments = request.path.strip("/").split("/")
        known = False
        for method, template, route in self._routes:
            found = _match(template, segments)
            if found is None:
                continue
            known = True
            if method != request.method:
                continue
            try:
                return await route(request, **found)
            except BadRequestError as error:
                return Response.of(400, {"error": "invalid_request", "error_description": str(error)})
        return Response.of(405 if known else 404, {"error": "not_allowed" if known else "not_found", "path": request.path})


def _match(template: tuple[str, ...], segments: list[str]) -> dict[str, str] | None:
    if len(template) != len(segments):
        return None
    found = {}
    for wanted, given in zip(template, segments, strict=True):
        if wanted.startswith("{"):
            found[wanted[1:-1]] = unquote(given)
        elif wanted != given:
            return None
    return found
