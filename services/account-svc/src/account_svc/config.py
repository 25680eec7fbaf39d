"""The settings of account-svc."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from account_svc.application.commands.register_application import ApplicationSettings
from account_svc.application.secret_queue_settings import SecretQueueSettings
from account_svc.domain.account import AccountKind
from account_svc.domain.ads_consent import CONSENT_URLS, MANAGE_CAMPAIGNS, AdsConsent
from account_svc.domain.errors import InvalidInputError
from account_svc.domain.identifiers import DEFAULT_ADS_APPLICATION
from account_svc.domain.region import Region
from account_svc.domain.role import Role
from svc_kit.sealing.key_holders import AwsKmsKeys, KeyHolder, LocalKeys, VaultAccess, VaultTransitKeys
from svc_kit.secret import Secret
from svc_kit.settings import NATS_SCHEMES, EnvReader

CALLBACK_PATH = "/api/v1/amazon/oauth/callback"
_ADS_CONSENT = {
    Region.NA: "AMAZON_ADS_CONSENT_URL_NA",
    Region.EU: "AMAZON_ADS_CONSENT_URL_EU",
    Region.FE: "AMAZON_ADS_CONSENT_URL_FE",
}
_PATH = r"[A-Za-z0-9_./-]+"
_DATABASE_SCHEMES = ("postgresql", "postgresql+asyncpg")


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultKv:
    """A KV engine that keeps the secrets in place of the database."""

    vault: VaultAccess
    mount: str
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, checked; `application` is None when no AMAZON_… application is named."""

    http_host: str
    http_port: int
    log_level: str
    nats_url: Secret
    database_url: Secret
    service_key: Secret
    service_key_id: str
    service_directory_file: Path
    oidc_issuer: str
    oidc_audience: str
    oidc_jwks_url: str | None
    oidc_tenant_claim: str
    token_svc_url: str
    gateway_url: str
    frontend_url: str
    public_url: str
    key_holder: KeyHolder
    vault_kv: VaultKv | None
    is_cookie_secure: bool
    state_hmac_key: Secret
    audit_hmac_key: Secret
    consent_url: str | None
    application: ApplicationSettings | None
    ads_consent: AdsConsent
    ads_application: ApplicationSettings | None
    secret_queue: SecretQueueSettings | None

    @property
    def callback_url(self) -> str:
        """Return where Amazon sends browsers back to."""
        return f"{self.public_url}{CALLBACK_PATH}"

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "Config":
        """Read the settings; raise `ConfigError` with every problem at once."""
        env = EnvReader(environment)
        public_url = env.url("PUBLIC_URL")
        config = cls(
            http_host=env.text("HTTP_HOST", "127.0.0.1"),
            http_port=env.integer("HTTP_PORT", 8702, minimum=1, maximum=65535),
            log_level=env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            nats_url=env.secret_url("NATS_URL", "nats://127.0.0.1:8707", schemes=NATS_SCHEMES),
            database_url=env.secret_url("DATABASE_URL", schemes=_DATABASE_SCHEMES),
            service_key=env.secret("SERVICE_KEY"),
            service_key_id=env.text("SERVICE_KEY_ID", "account-svc-1"),
            service_directory_file=env.path("SERVICE_DIRECTORY_FILE", must_exist=True),
            oidc_issuer=env.url("OIDC_ISSUER"),
            oidc_audience=env.text("OIDC_AUDIENCE", "sellerport"),
            oidc_jwks_url=env.optional("OIDC_JWKS_URL"),
            oidc_tenant_claim=env.text("OIDC_TENANT_CLAIM", "tenant_id"),
            token_svc_url=env.url("TOKEN_SVC_URL"),
            gateway_url=env.url("GATEWAY_URL"),
            frontend_url=env.url("FRONTEND_URL"),
            public_url=public_url,
            key_holder=_key_holder(env),
            vault_kv=_vault_kv(env),
            is_cookie_secure=env.flag("COOKIE_SECURE", default=public_url.startswith("https:")),
            state_hmac_key=env.secret("STATE_HMAC_KEY"),
            audit_hmac_key=env.secret("AUDIT_HMAC_KEY"),
            consent_url=env.url("AMAZON_CONSENT_URL", "") or None,
            application=_application(env, public_url),
            ads_consent=_ads_consent(env),
            ads_application=_ads_application(env, public_url),
            secret_queue=_secret_queue(env),
        )
        env.finish()
        return config


def _secret_queue(env: EnvReader) -> SecretQueueSettings | None:
    url, has_key = env.url("AMAZON_SECRET_QUEUE_URL", ""), env.optional("AWS_ACCESS_KEY_ID") is not None
    if not url:
        return None
    return SecretQueueSettings(
        url=url,
        region=env.text("AMAZON_SQS_REGION", "us-east-1"),
        endpoint=env.url("AMAZON_SQS_ENDPOINT", "") or None,
        access_key_id=env.optional("AWS_ACCESS_KEY_ID"),
        secret_access_key=env.secret("AWS_SECRET_ACCESS_KEY") if has_key else None,
    )


def _application(env: EnvReader, public_url: str) -> ApplicationSettings | None:
    names = ("AMAZON_SPAPI_APPLICATION_ID", "AMAZON_LWA_CLIENT_ID")
    is_draft = env.flag("AMAZON_SPAPI_DRAFT")
    if not any(env.optional(name) for name in names):
        return None
    role_arn = env.optional("AMAZON_ROLE_ARN")
    try:
        _ = Role(arn=role_arn) if role_arn else None
    except InvalidInputError as error:
        env.problem(f"AMAZON_ROLE_ARN: {error.detail}")
    return ApplicationSettings(
        spapi_application_id=env.text(names[0]),
        client_id=env.text(names[1]),
        client_secret=env.secret("AMAZON_LWA_CLIENT_SECRET"),
        redirect_uri=f"{public_url}{CALLBACK_PATH}",
        is_draft=is_draft,
        role_arn=role_arn,
    )


def _ads_consent(env: EnvReader) -> AdsConsent:
    elsewhere = env.url("AMAZON_CONSENT_URL", "")
    urls = {region: env.url(name, elsewhere or CONSENT_URLS[region]) for region, name in _ADS_CONSENT.items()}
    return AdsConsent(urls=urls, scope=env.text("AMAZON_ADS_SCOPE", MANAGE_CAMPAIGNS))


def _ads_application(env: EnvReader, public_url: str) -> ApplicationSettings | None:
    client_id = env.optional("AMAZON_ADS_LWA_CLIENT_ID")
    if client_id is None:
        return None
    return ApplicationSettings(
        spapi_application_id=client_id,
        client_id=client_id,
        client_secret=env.secret("AMAZON_ADS_LWA_CLIENT_SECRET"),
        redirect_uri=f"{public_url}{CALLBACK_PATH}",
        id=DEFAULT_ADS_APPLICATION,
        kind=AccountKind.ADVERTISING,
    )


def _key_holder(env: EnvReader) -> KeyHolder:
    match env.choice("KEY_PROVIDER", ("local", "aws-kms", "vault-transit"), "local"):
        case "aws-kms":
            access_key_id = env.optional("KMS_ACCESS_KEY_ID")
            return AwsKmsKeys(
                key=env.text("KMS_KEY_ID"),
                region=env.text("KMS_REGION"),
                endpoint=env.url("KMS_ENDPOINT", "") or None,
                access_key_id=access_key_id,
                secret_access_key=env.secret("KMS_SECRET_ACCESS_KEY") if access_key_id else None,
            )
        case "vault-transit":
            return VaultTransitKeys(
                vault=_vault(env),
                mount=env.text("VAULT_TRANSIT_MOUNT", "transit", pattern=_PATH).strip("/"),
                key=env.text("VAULT_TRANSIT_KEY", "account-svc", pattern=_PATH),
            )
        case _:
            return LocalKeys(file=env.path("KEK_FILE"))


def _vault_kv(env: EnvReader) -> VaultKv | None:
    if env.choice("SECRET_STORE", ("database", "vault-kv"), "database") == "database":
        return None
    return VaultKv(
        vault=_vault(env),
        mount=env.text("VAULT_KV_MOUNT", "secret", pattern=_PATH).strip("/"),
        prefix=env.text("VAULT_KV_PREFIX", "account-svc", pattern=_PATH).strip("/"),
    )


def _vault(env: EnvReader) -> VaultAccess:
    token, file = env.optional("VAULT_TOKEN"), env.optional("VAULT_TOKEN_FILE")
    if token is None and file is None:
        env.problem("VAULT_TOKEN (or VAULT_TOKEN_FILE) is not set")
    return VaultAccess(
        address=env.url("VAULT_ADDR"), token=Path(file) if file else Secret(token or ""), namespace=env.optional("VAULT_NAMESPACE")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysConfig:
    """What the commands on keys need."""

    database_url: Secret
    key_holder: KeyHolder
    vault_kv: VaultKv | None
    log_level: str

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "KeysConfig":
        """Read the settings; raise `ConfigError` with every problem at once."""
        env = EnvReader(environment)
        config = cls(
            database_url=env.secret_url("DATABASE_URL", schemes=_DATABASE_SCHEMES),
            key_holder=_key_holder(env),
            vault_kv=_vault_kv(env),
            log_level=env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
        )
        env.finish()
        return config


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationConfig:
    """What `migrate` needs: the owner's way into the database, and the role that the service will use."""

    owner_url: Secret
    app_role: str
    audit_hmac_key: Secret | None
    log_level: str

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "MigrationConfig":
        """Read the settings; the app role is the user of DATABASE_URL, `account_app` when that is not set."""
        env = EnvReader(environment)
        app_role = "account_app"
        app_url = env.secret("DATABASE_URL", "")
        if app_url:
            try:
                app_role = make_url(app_url.reveal()).username or app_role
            except ArgumentError:
                env.problem("DATABASE_URL must be a URL (postgresql://user:password@host/database)")
        config = cls(
            owner_url=env.secret_url("DATABASE_OWNER_URL", schemes=_DATABASE_SCHEMES),
            app_role=app_role,
            audit_hmac_key=env.secret("AUDIT_HMAC_KEY", "") or None,
            log_level=env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
        )
        env.finish()
        return config


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditConfig:
    """What `audit verify` needs: the owner's way into the database, and the key of the chains."""

    owner_url: Secret
    audit_hmac_key: Secret

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "AuditConfig":
        """Read the settings; raise `ConfigError` with every problem at once."""
        env = EnvReader(environment)
        config = cls(owner_url=env.secret_url("DATABASE_OWNER_URL", schemes=_DATABASE_SCHEMES), audit_hmac_key=env.secret("AUDIT_HMAC_KEY"))
        env.finish()
        return config
