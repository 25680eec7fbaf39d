"""What Litestar injects into the handlers."""

from dataclasses import dataclass
from typing import cast

from litestar.datastructures import State

from account_svc.application.use_cases import UseCases


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What the handlers must know of the world: the page and the callback browsers return to, and whether cookies need TLS."""

    frontend_url: str
    is_cookie_secure: bool
    callback_url: str


def provide_use_cases(state: State) -> UseCases:
    """Dependency: the use cases, there from the application's start on."""
    return cast("UseCases", state["use_cases"])


def provide_web_settings(state: State) -> WebSettings:
    """Dependency: the settings of the handlers."""
    return cast("WebSettings", state["web_settings"])
