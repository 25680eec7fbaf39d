"""What can be set about a stack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sellerport_stack.environment import merged
from sellerport_stack.ports import HIGHEST_BASE, Ports, local
from sellerport_stack.state.folder import StateFolder

PROJECT: Final = Path(__file__).resolve().parents[3]
_LOWEST_BASE: Final = 1024
_SWITCH: Final = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False}


class ConfigError(ValueError):
    """The settings cannot be used; the message lists every problem with its cure."""


@dataclass(frozen=True, kw_only=True)
class StackConfig:
    """One stack: where it listens, where it keeps its state, whether the simulator stands in for Amazon.

    `settings` is the environment with the project's `.env` beneath it; services get from it what is theirs.
    """

    port_base: int
    state: StateFolder
    simulator: bool = True
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    project: Path = PROJECT

    @property
    def ports(self) -> Ports:
        """The ports of this stack."""
        return Ports(self.port_base)

    @property
    def public_url(self) -> str:
        """The one address a browser uses; cookies and redirects are bound to it."""
        return local(self.port_base)

    @property
    def issuer(self) -> str:
        """Who signs end users in."""
        return self.settings.get("OIDC_ISSUER") or f"{local(self.ports.simulator)}/oidc"

    def require_sign_in(self) -> None:
        """Raise `ConfigError` when nobody would sign users in."""
        if not self.simulator and not self.settings.get("OIDC_ISSUER"):
            raise ConfigError(
                "  - OIDC_ISSUER is not set: without the simulator nobody signs users in; "
                "set it to your identity provider (and OIDC_AUDIENCE, OIDC_CLIENT_ID as registered there) in .env"
            )

    @classmethod
    def from_env(cls, environment: Mapping[str, str], *, project: Path = PROJECT) -> "StackConfig":
        """Read PORT_BASE, STATE_DIR, SIMULATOR and what is passed on; raises `ConfigError` naming all that is wrong."""
        settings = merged(environment, project / ".env")
        problems: list[str] = []
        base = _port_base(settings.get("PORT_BASE", "8700"), problems)
        switch = settings.get("SIMULATOR", "on").lower()
        if switch not in _SWITCH:
            problems.append("SIMULATOR must be on or off")
        if problems:
            raise ConfigError("\n".join(f"  - {problem}" for problem in problems))
        state = (project / settings.get("STATE_DIR", ".stack")).resolve()
        return cls(port_base=base, state=StateFolder(state), simulator=_SWITCH[switch], settings=settings, project=project)


def _port_base(text: str, problems: list[str]) -> int:
    if not text.isdigit() or not _LOWEST_BASE <= int(text) <= HIGHEST_BASE:
        problems.append(f"PORT_BASE must be a number between {_LOWEST_BASE} and {HIGHEST_BASE} (fifteen ports from there are used)")
        return 8700
    return int(text)
