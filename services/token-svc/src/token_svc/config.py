"""The settings of token-svc; nothing else reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from svc_kit.secret import Secret
from svc_kit.settings import NATS_SCHEMES, EnvReader
from token_svc.application.use_cases import Policy
from token_svc.domain.account import REGIONS, Region

_LWA: Final = "https://api.amazon.com/auth/o2/token"
_SPAPI: Final[dict[Region, str]] = {
    "NA": "https://sellingpartnerapi-na.amazon.com",
    "EU": "https://sellingpartnerapi-eu.amazon.com",
    "FE": "https://sellingpartnerapi-fe.amazon.com",
}
# Login with Amazon for the Ads API (Amazon Ads "Authorization grants"); codes and tokens of any are good at all.
_ADS_LWA: Final[dict[Region, str]] = {
    "NA": "https://api.amazon.com/auth/o2/token",
    "EU": "https://api.amazon.co.uk/auth/o2/token",
    "FE": "https://api.amazon.co.jp/auth/o2/token",
}
_SHORTEST_KEY: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings; the table in the README says what each is for."""

    http_host: str
    http_port: int
    log_level: str
    nats_url: Secret
    nats_replicas: int
    service_key: Secret
    service_key_id: str
    service_directory: Path
    account_svc_url: str
    lwa_urls: Mapping[Region, str]
    ads_lwa_urls: Mapping[Region, str]
    spapi_endpoints: Mapping[Region, str]
    sts_endpoint: str | None
    sts_region: str
    aws_access_key_id: str | None
    aws_secret_access_key: Secret | None
    cache_key: Secret
    handle_key: Secret
    handle_key_previous: Secret | None
    service_clients: Path
    deadline_seconds: float
    attempt_seconds: float
    lock_seconds: float
    recent_seconds: float

    @property
    def policy(self) -> Policy:
        """Return what the use cases go by."""
        return Policy(
            handle_key=self.handle_key,
            handle_key_previous=self.handle_key_previous,
            attempt_seconds=self.attempt_seconds,
            lock_seconds=self.lock_seconds,
            recent_seconds=self.recent_seconds,
        )

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "Config":
        """Read the settings; raise `ConfigError` with every problem at once."""
        env = EnvReader(environment)
        has_previous = any(environment.get(name) for name in ("HANDLE_KEY_PREVIOUS", "HANDLE_KEY_PREVIOUS_FILE"))
        has_aws_secret = any(environment.get(name) for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY_FILE"))
        config = cls(
            http_host=env.text("HTTP_HOST", "127.0.0.1"),
            http_port=env.integer("HTTP_PORT", 8703, minimum=1, maximum=65535),
            log_level=env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            nats_url=env.secret_url("NATS_URL", schemes=NATS_SCHEMES),
            nats_replicas=env.integer("NATS_REPLICAS", 1, minimum=1, maximum=5),
            service_key=_service_key(env),
            service_key_id=env.text("SERVICE_KEY_ID"),
            service_directory=env.path("SERVICE_DIRECTORY_FILE", must_exist=True),
            account_svc_url=env.url("ACCOUNT_SVC_URL"),
            lwa_urls={region: env.url(f"AMAZON_LWA_TOKEN_URL_{region}", _LWA) for region in REGIONS},
            ads_lwa_urls={region: env.url(*_ads_lwa(environment, region)) for region in REGIONS},
            spapi_endpoints={region: env.url(f"AMAZON_SPAPI_ENDPOINT_{region}", _SPAPI[region]) for region in REGIONS},
            sts_endpoint=env.url("AMAZON_STS_ENDPOINT", "") or None,
            sts_region=env.text("AMAZON_STS_REGION", "us-east-1"),
            aws_access_key_id=env.optional("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=env.secret("AWS_SECRET_ACCESS_KEY") if has_aws_secret else None,
            cache_key=_long(env, "TOKEN_CACHE_KEY"),
            handle_key=_long(env, "HANDLE_KEY"),
            handle_key_previous=_long(env, "HANDLE_KEY_PREVIOUS") if has_previous else None,
            service_clients=env.path("SERVICE_CLIENTS_FILE", must_exist=True),
            deadline_seconds=env.number("TOKEN_DEADLINE_SECONDS", 10, minimum=1, maximum=60),
            attempt_seconds=env.number("LWA_ATTEMPT_SECONDS", 4, minimum=0.1, maximum=30),
            lock_seconds=env.number("TOKEN_LOCK_SECONDS", 8, minimum=0.2, maximum=60),
            recent_seconds=env.number("REFRESH_USED_WITHIN_SECONDS", 3900, minimum=0),
        )
        env.finish()
        return config


def _ads_lwa(environment: Mapping[str, str], region: Region) -> tuple[str, str]:
    """Return setting and default: a token URL that was set for the region serves both APIs, Amazon's own differ."""
    return f"AMAZON_ADS_LWA_TOKEN_URL_{region}", environment.get(f"AMAZON_LWA_TOKEN_URL_{region}") or _ADS_LWA[region]


def _long(env: EnvReader, name: str) -> Secret:
    secret = env.secret(name)
    if secret and len(secret.reveal()) < _SHORTEST_KEY:
        env.problem(f"{name} must have at least {_SHORTEST_KEY} characters")
    return secret


def _service_key(env: EnvReader) -> Secret:
    path = env.path("SERVICE_KEY_FILE", must_exist=True)
    try:
        return Secret(path.read_text(encoding="utf-8"))
    except OSError:
        return Secret("")
