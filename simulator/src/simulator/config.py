"""Settings of the simulator, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

REGIONS = ("NA", "EU", "FE")


class ConfigError(ValueError):
    """The environment does not make a configuration; the text lists every problem."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything that can be set from outside; the README's table is checked against it."""

    host: str = "127.0.0.1"
    port_main: int = 8706
    ports: dict[str, int] = field(default_factory=lambda: {"NA": 8711, "EU": 8712, "FE": 8713})
    public_url: str = "http://127.0.0.1:8706"
    state_file: Path | None = None
    demo: bool = False
    demo_interval_seconds: float = 4.0
    moto_url: str | None = None
    client_id: str = "amzn1.application-oa2-client.sellerport"
    client_secret: str = "amzn1.oa2-cs.v1.sellerport"
    application_id: str = "amzn1.sp.solution.sellerport"
    application_draft: bool = False
    ads_client_id: str = "amzn1.application-oa2-client.sellerport-ads"
    ads_client_secret: str = "amzn1.oa2-cs.v1.sellerport-ads"
    redirect_uris: tuple[str, ...] = ()
    login_uri: str | None = None
    oidc_redirect_uris: tuple[str, ...] = ()
    oidc_client_id: str = "sellerport-dashboard"
    oidc_audience: str = "sellerport"
    aws_access_key_id: str | None = None
    aws_secret_access_key: str | None = None
    order_settle_seconds: float = 0.0
    plan_multiplier: float = 1.0
    ledger_size: int = 50_000
    seed: int = 20260101

    @property
    def issuer(self) -> str:
        """The OIDC issuer's name, which is also where it answers."""
        return f"{self.public_url}/oidc"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Config":
        """Reads ``SIM_…``; raises ``ConfigError`` naming all that is wrong at once."""
        reader = _Reader(env)
        port_main = int(reader.number("SIM_PORT_MAIN", 8706))
        moto = reader.text("SIM_MOTO_URL", "").rstrip("/")
        state_file = reader.text("SIM_STATE_FILE", "")
        redirect_uris = reader.list("SIM_REDIRECT_URIS")
        config = cls(
            host=reader.text("SIM_HOST", "127.0.0.1"),
            port_main=port_main,
            ports={region: int(reader.number(f"SIM_PORT_{region}", 8711 + place)) for place, region in enumerate(REGIONS)},
            public_url=reader.text("SIM_PUBLIC_URL", f"http://127.0.0.1:{port_main}").rstrip("/"),
            state_file=Path(state_file) if state_file else None,
            demo=reader.flag("SIM_DEMO"),
            demo_interval_seconds=reader.number("SIM_DEMO_INTERVAL_SECONDS", 4.0),
            moto_url=moto or None,
            client_id=reader.text("SIM_CLIENT_ID", cls.client_id),
            client_secret=reader.secret("SIM_CLIENT_SECRET", cls.client_secret),
            application_id=reader.text("SIM_APPLICATION_ID", cls.application_id),
            application_draft=reader.flag("SIM_APPLICATION_DRAFT"),
            ads_client_id=reader.text("SIM_ADS_CLIENT_ID", cls.ads_client_id),
            ads_client_secret=reader.secret("SIM_ADS_CLIENT_SECRET", cls.ads_client_secret),
            redirect_uris=redirect_uris,
            login_uri=reader.text("SIM_LOGIN_URI", _beside(redirect_uris)) or None,
            oidc_redirect_uris=reader.list("SIM_OIDC_REDIRECT_URIS"),
            aws_access_key_id=reader.text("SIM_AWS_ACCESS_KEY_ID", "") or None,
            aws_secret_access_key=reader.secret("SIM_AWS_SECRET_ACCESS_KEY", "") or None,
            order_settle_seconds=reader.number("SIM_ORDER_SETTLE_SECONDS", 0.0),
            plan_multiplier=reader.number("SIM_PLAN_MULTIPLIER", 1.0),
            ledger_size=int(reader.number("SIM_LEDGER_SIZE", 50_000)),
            seed=int(reader.number("SIM_SEED", 20260101)),
        )
        reader.finish()
        return config


def _beside(redirect_uris: tuple[str, ...]) -> str:
    return redirect_uris[0].rpartition("/")[0] + "/login" if redirect_uris else ""


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self._env.get(name, "").strip() or default

    def secret(self, name: str, default: str) -> str:
        """NAME, or what the file holds that NAME_FILE names."""
        source = self._env.get(f"{name}_FILE", "").strip()
        if self._env.get(name, "").strip() or not source:
            return self.text(name, default)
        try:
            return Path(source).read_text(encoding="utf-8").strip() or default
        except OSError:
            self._problems.append(f"{name}_FILE names a file that cannot be read")
            return default

    def number(self, name: str, default: float) -> float:
        text = self._env.get(name, "").strip()
        try:
            value = float(text) if text else float(default)
        except ValueError:
            value = -1.0
        if value < 0:
            self._problems.append(f"{name} must be a number that is not negative")
        return value

    def flag(self, name: str) -> bool:
        text = self._env.get(name, "off").strip().lower() or "off"
        if text not in {"on", "off", "true", "false"}:
            self._problems.append(f"{name} must be on or off")
        return text in {"on", "true"}

    def list(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self._env.get(name, "").split(",") if part.strip())

    def finish(self) -> None:
        if self._problems:
            raise ConfigError("; ".join(self._problems))
