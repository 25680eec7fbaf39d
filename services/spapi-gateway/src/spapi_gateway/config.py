"""The settings of spapi-gateway."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spapi_gateway.domain.accounts import Region
from svc_kit.secret import Secret
from svc_kit.settings import NATS_SCHEMES, EnvReader

_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, checked; the defaults are right for real Amazon."""

    http_host: str
    http_port: int
    log_level: str
    nats_url: Secret
    service_key: Secret
    service_key_id: str
    service_directory_file: Path
    oidc_issuer: str
    oidc_audience: str
    oidc_jwks_url: str | None
    oidc_tenant_claim: str
    token_svc_url: str
    endpoints: Mapping[Region, str]
    ads_endpoints: Mapping[Region, str]
    max_body_bytes: int
    is_unknown_allowed: bool

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "Config":
        """Read the settings; raise `ConfigError` with every problem at once."""
        env = EnvReader(environment)
        config = cls(
            http_host=env.text("HTTP_HOST", "127.0.0.1"),
            http_port=env.integer("HTTP_PORT", 8704, minimum=1, maximum=65535),
            log_level=env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            nats_url=env.secret_url("NATS_URL", "nats://127.0.0.1:8707", schemes=NATS_SCHEMES),
            service_key=env.secret("SERVICE_KEY"),
            service_key_id=env.text("SERVICE_KEY_ID", "spapi-gateway-1"),
            service_directory_file=env.path("SERVICE_DIRECTORY_FILE", must_exist=True),
            oidc_issuer=env.url("OIDC_ISSUER"),
            oidc_audience=env.text("OIDC_AUDIENCE", "sellerport"),
            oidc_jwks_url=env.optional("OIDC_JWKS_URL"),
            oidc_tenant_claim=env.text("OIDC_TENANT_CLAIM", "tenant_id"),
            token_svc_url=env.url("TOKEN_SVC_URL"),
            endpoints={
                Region.NA: env.url("AMAZON_SPAPI_ENDPOINT_NA", "https://sellingpartnerapi-na.amazon.com"),
                Region.EU: env.url("AMAZON_SPAPI_ENDPOINT_EU", "https://sellingpartnerapi-eu.amazon.com"),
                Region.FE: env.url("AMAZON_SPAPI_ENDPOINT_FE", "https://sellingpartnerapi-fe.amazon.com"),
            },
            ads_endpoints={
                Region.NA: env.url("AMAZON_ADS_ENDPOINT_NA", "https://advertising-api.amazon.com"),
                Region.EU: env.url("AMAZON_ADS_ENDPOINT_EU", "https://advertising-api-eu.amazon.com"),
                Region.FE: env.url("AMAZON_ADS_ENDPOINT_FE", "https://advertising-api-fe.amazon.com"),
            },
            max_body_bytes=env.integer("GATEWAY_MAX_BODY_BYTES", 10 * _MEBIBYTE, minimum=1024),
            is_unknown_allowed=env.flag("GATEWAY_ALLOW_UNKNOWN_OPERATIONS"),
        )
        env.finish()
        return config
