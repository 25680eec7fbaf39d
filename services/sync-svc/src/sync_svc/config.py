"""The settings of sync-svc."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from svc_kit.secret import Secret
from svc_kit.settings import NATS_SCHEMES, EnvReader
from sync_svc.application.use_cases import Pace

ROLES: Final = ("api", "worker", "scheduler")
_FLOOR: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateConfig:
    """What `migrate` needs; the role that gets the app's rights is the user of DATABASE_URL."""

    owner_url: Secret
    app_role: str

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "MigrateConfig":
        """Read the settings; raise `ConfigError` with every problem at once."""
        env = EnvReader(environment)
        app_url = env.secret("DATABASE_URL", "postgresql://sync_app@localhost/sync_svc")
        config = cls(owner_url=env.secret("DATABASE_OWNER_URL"), app_role=urlsplit(app_url.reveal()).username or "")
        if not config.app_role:
            env.problem("DATABASE_URL must name a user")
        env.finish()
        return config


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings of a running process, checked; times are in seconds."""

    http_host: str
    http_port: int
    log_level: str
    roles: frozenset[str]
    database_url: Secret
    nats_url: Secret
    gateway_url: str | None
    service_key: Secret
    service_key_id: str
    service_directory_file: Path
    oidc_issuer: str
    oidc_audience: str
    oidc_jwks_url: str | None
    oidc_tenant_claim: str
    orders_api: str
    sync_interval_seconds: int
    work_ack_wait_seconds: float
    work_concurrency: int
    orders_backfill_days: int
    orders_overlap_seconds: int

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "Config":
        """Read the settings; raise `ConfigError` with every problem at once."""
        env = EnvReader(environment)
        roles = frozenset(env.words("ROLES", ",".join(ROLES)))
        for role in sorted(roles - set(ROLES)):
            env.problem(f"ROLES names {role}; there are {', '.join(ROLES)}")
        floor = env.integer("SYNC_INTERVAL_FLOOR_SECONDS", _FLOOR, minimum=1, maximum=86_400)
        config = cls(
            http_host=env.text("HTTP_HOST", "127.0.0.1"),
            http_port=env.integer("HTTP_PORT", 8705, minimum=1, maximum=65535),
            log_level=env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            roles=roles,
            database_url=env.secret("DATABASE_URL"),
            nats_url=env.secret_url("NATS_URL", "nats://127.0.0.1:8707", schemes=NATS_SCHEMES),
            gateway_url=env.url("GATEWAY_URL") if "worker" in roles else env.optional("GATEWAY_URL"),
            service_key=env.secret("SERVICE_KEY"),
            service_key_id=env.text("SERVICE_KEY_ID", "sync-svc-1"),
            service_directory_file=env.path("SERVICE_DIRECTORY_FILE", must_exist=True),
            oidc_issuer=env.url("OIDC_ISSUER"),
            oidc_audience=env.text("OIDC_AUDIENCE", "sellerport"),
            oidc_jwks_url=env.optional("OIDC_JWKS_URL"),
            oidc_tenant_claim=env.text("OIDC_TENANT_CLAIM", "tenant_id"),
            orders_api=env.choice("ORDERS_API", ("2026-01-01", "v0"), "2026-01-01"),
            sync_interval_seconds=env.integer("SYNC_INTERVAL_SECONDS", max(900, floor), minimum=floor, maximum=86_400),
            work_ack_wait_seconds=env.number("WORK_ACK_WAIT_SECONDS", 30, minimum=1, maximum=600),
            work_concurrency=env.integer("WORK_CONCURRENCY", 4, minimum=1, maximum=64),
            orders_backfill_days=env.integer("ORDERS_BACKFILL_DAYS", 729, minimum=1, maximum=3650),
            orders_overlap_seconds=env.integer("ORDERS_OVERLAP_SECONDS", 300, minimum=120, maximum=86_400),
        )
        env.finish()
        return config

    @property
    def pace(self) -> Pace:
        """How often, how long and how far back, in the application's terms."""
        return Pace(
            interval=timedelta(seconds=self.sync_interval_seconds),
            lease=timedelta(seconds=self.work_ack_wait_seconds),
            backfill=timedelta(days=self.orders_backfill_days),
            overlap=timedelta(seconds=self.orders_overlap_seconds),
        )
