"""Which program gets which settings: only its own, so that no secret lies where it is not needed."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final

from sellerport_stack.config import StackConfig
from sellerport_stack.ports import local
from sellerport_stack.servers import nats
from sellerport_stack.state.secret_store import SecretStore
from sellerport_stack.state.service_keys import ServiceKeys

_EVERY: Final = ("LOG_LEVEL", "OIDC_*", "OTEL_*")
# What a service may take from the environment and `.env`; it wins over what the stack would say.
_OWN: Final[dict[str, tuple[str, ...]]] = {
    "account-svc": (
        *("AMAZON_SPAPI_APPLICATION_ID", "AMAZON_SPAPI_DRAFT", "AMAZON_LWA_CLIENT_*", "AMAZON_ROLE_ARN", "AMAZON_CONSENT_URL"),
        *("AMAZON_ADS_LWA_CLIENT_*", "AMAZON_ADS_CONSENT_URL_*", "AMAZON_ADS_SCOPE"),
        *("FRONTEND_URL", "PUBLIC_URL", "COOKIE_SECURE", "KEY_PROVIDER", "SECRET_STORE", "KEK_*", "KMS_*", "VAULT_*"),
        *("AMAZON_SECRET_QUEUE_URL", "AMAZON_SQS_*", "AWS_*"),
    ),
    "token-svc": (
        *("AMAZON_LWA_TOKEN_URL_*", "AMAZON_ADS_LWA_TOKEN_URL_*", "AMAZON_STS_*", "AMAZON_SPAPI_ENDPOINT_*", "AWS_*"),
        *("TOKEN_*_SECONDS", "LWA_*_SECONDS", "REFRESH_*_SECONDS", "NATS_REPLICAS", "HANDLE_KEY_PREVIOUS*"),
    ),
    "spapi-gateway": ("AMAZON_SPAPI_ENDPOINT_*", "AMAZON_ADS_ENDPOINT_*", "GATEWAY_*"),
    "sync-svc": ("SYNC_*", "ORDERS_*", "WORK_*", "AMAZON_SQS_ENDPOINT", "SHOPIFY_*", "SMTP_*", "IMAP_*"),
}
# Credentials of the real world, and the address without which they have nobody to go to but the simulator: they stay out.
_REAL: Final = {
    "AMAZON_LWA_TOKEN_URL_*": ("AMAZON_SPAPI_APPLICATION_ID", "AMAZON_SPAPI_DRAFT", "AMAZON_LWA_CLIENT_*", "AMAZON_ROLE_ARN"),
    "AMAZON_*LWA_TOKEN_URL_*": ("AMAZON_ADS_LWA_CLIENT_*",),
    "AMAZON_STS_ENDPOINT": ("AWS_*",),
}
_SIMULATED: Final = {
    "client_id": "amzn1.application-oa2-client.sellerport",
    "ads_client_id": "amzn1.application-oa2-client.sellerport-ads",
    "application_id": "amzn1.sp.solution.sellerport",
    "access_key": "AKIASELLERPORTDEMO",
}
# AWS credentials that are no use to a service unless it is told of something at AWS.
_AWS_USES: Final = {"account-svc": ("AMAZON_SECRET_QUEUE_URL", "KMS_*")}
# What is handed over in a file that only its owner reads: everybody who may list processes might read an environment.
_SECRET: Final = ("*_SECRET", "*_SECRET_ACCESS_KEY", "*_PASSWORD", "VAULT_TOKEN", "NATS_URL", "DATABASE_URL", "DATABASE_OWNER_URL")
DASHBOARD_CLIENT: Final = "sellerport-dashboard"
AUDIENCE: Final = "sellerport"


def passed_on(settings: Mapping[str, str], service: str, *, simulator: bool = False) -> dict[str, str]:
    """Return those of `settings` that `service` may see.

    With the `simulator` real credentials stay out, unless the address they are for is set as well.
    """
    idle: list[str] = []
    for address, credentials in _REAL.items():
        if simulator and not any(fnmatchcase(name, address) for name in settings):
            idle += credentials
    uses = _AWS_USES.get(service)
    if uses is not None and not any(_matches(name, uses) for name in settings):
        idle.append("AWS_*")
    mine = {name: value for name, value in settings.items() if _matches(name, (*_EVERY, *_OWN[service]))}
    return {name: value for name, value in mine.items() if not _matches(name, idle)}


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def service_settings(
    config: StackConfig, keys: ServiceKeys, secrets: SecretStore, service: str, *, database: str | None = None, owner: str | None = None
) -> dict[str, str]:
    """Return the settings of `service`: the stack's own, the simulator's addresses, and over both what the caller has set.

    `database` is the service's own way into its database, `owner` the one for migrations. No secret stands in a value: each
    is named by NAME_FILE.
    """
    own = {
        "NATS_URL": nats.url(config.ports.nats, secrets.password("nats")),
        "SERVICE_KEY_FILE": str(keys.key_file(service)),
        "SERVICE_KEY_ID": keys.key_id(service),
        "SERVICE_DIRECTORY_FILE": str(keys.directory),
        "OIDC_ISSUER": config.issuer,
        "OIDC_AUDIENCE": AUDIENCE,
    }
    own |= {name: url for name, url in (("DATABASE_URL", database), ("DATABASE_OWNER_URL", owner)) if url is not None}
    own |= _special(config, secrets, service)
    if config.simulator:
        own |= _simulated(config, secrets, service)
    return _in_files(secrets, service, {**own, **passed_on(config.settings, service, simulator=config.simulator)})


def _in_files(secrets: SecretStore, program: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Return `settings` with a private file in place of each secret; a file that the caller names himself stands."""
    mine = {name: value for name, value in settings.items() if _matches(name, _SECRET)}
    files = {f"{name}_FILE": str(secrets.text_file(f"{program}.{name.lower()}", value)) for name, value in mine.items()}
    return {**files, **{name: value for name, value in settings.items() if name not in mine}}


def _special(config: StackConfig, secrets: SecretStore, service: str) -> dict[str, str]:
    ports = config.ports
    if service == "account-svc":
        return {
            "TOKEN_SVC_URL": local(ports.token_svc),
            "GATEWAY_URL": local(ports.spapi_gateway),
            "FRONTEND_URL": config.public_url,
            "PUBLIC_URL": config.public_url,
            "COOKIE_SECURE": "false",  # the front door of one machine speaks plain HTTP to the browser beside it
            "KEY_PROVIDER": "local",
            "KEK_FILE": str(secrets.key_encryption_file()),
            "STATE_HMAC_KEY_FILE": str(secrets.key_file("state-hmac")),
            "AUDIT_HMAC_KEY_FILE": str(secrets.key_file("audit-hmac")),
        }
    if service == "token-svc":
        return {
            "ACCOUNT_SVC_URL": local(ports.account_svc),
            "TOKEN_CACHE_KEY_FILE": str(secrets.key_file("token-cache")),
            "HANDLE_KEY_FILE": str(secrets.key_file("handle")),
            "SERVICE_CLIENTS_FILE": str(secrets.service_clients_file()),
        }
    if service == "spapi-gateway":
        return {"TOKEN_SVC_URL": local(ports.token_svc)}
    demo = {"SYNC_INTERVAL_SECONDS": "10", "SYNC_INTERVAL_FLOOR_SECONDS": "5"} if config.simulator else {}
    return {"GATEWAY_URL": local(ports.spapi_gateway), **demo}


def _simulated(config: StackConfig, secrets: SecretStore, service: str) -> dict[str, str]:
    ports = config.ports
    spapi = {f"AMAZON_SPAPI_ENDPOINT_{region}": local(port) for region, port in ports.spapi.items()}
    if service == "account-svc":
        return {
            "AMAZON_SPAPI_APPLICATION_ID": _SIMULATED["application_id"],
            "AMAZON_LWA_CLIENT_ID": _SIMULATED["client_id"],
            "AMAZON_LWA_CLIENT_SECRET": secrets.password("lwa-client"),
            "AMAZON_CONSENT_URL": local(ports.simulator),
            "AMAZON_ADS_LWA_CLIENT_ID": _SIMULATED["ads_client_id"],
            "AMAZON_ADS_LWA_CLIENT_SECRET": secrets.password("lwa-client-ads"),
            **{f"AMAZON_ADS_CONSENT_URL_{region}": f"{local(ports.simulator)}/{region.lower()}" for region in ports.spapi},
        }
    if service == "token-svc":
        return {
            **spapi,
            **{f"AMAZON_LWA_TOKEN_URL_{region}": f"{local(ports.simulator)}/auth/o2/token" for region in ports.spapi},
            "AMAZON_STS_ENDPOINT": f"{local(ports.simulator)}/sts",
            "AWS_ACCESS_KEY_ID": _SIMULATED["access_key"],
            "AWS_SECRET_ACCESS_KEY": secrets.password("aws"),
        }
    ads = {f"AMAZON_ADS_ENDPOINT_{region}": f"{local(port)}/ads" for region, port in ports.spapi.items()}
    return {**spapi, **ads} if service == "spapi-gateway" else {}


def simulator_settings(config: StackConfig, secrets: SecretStore) -> dict[str, str]:
    """Return the settings of the simulator, and over them any SIM_… of the caller."""
    ports = config.ports
    own = {
        "SIM_HOST": "127.0.0.1",
        "SIM_PORT_MAIN": str(ports.simulator),
        **{f"SIM_PORT_{region}": str(port) for region, port in ports.spapi.items()},
        "SIM_PUBLIC_URL": local(ports.simulator),
        "SIM_STATE_FILE": str(config.state.root / "simulator" / "state.json"),
        "SIM_DEMO": "on",
        # the demo asks for orders every ten seconds; Amazon's own plan for that is once in three minutes
        "SIM_PLAN_MULTIPLIER": "50",
        "SIM_MOTO_URL": local(ports.moto),
        "SIM_CLIENT_ID": _SIMULATED["client_id"],
        "SIM_CLIENT_SECRET": secrets.password("lwa-client"),
        "SIM_ADS_CLIENT_ID": _SIMULATED["ads_client_id"],
        "SIM_ADS_CLIENT_SECRET": secrets.password("lwa-client-ads"),
        "SIM_APPLICATION_ID": _SIMULATED["application_id"],
        "SIM_REDIRECT_URIS": f"{config.public_url}/api/v1/amazon/oauth/callback",
        "SIM_OIDC_REDIRECT_URIS": f"{config.public_url}/,{config.public_url}/callback,{config.public_url}/auth/callback",
        "SIM_AWS_ACCESS_KEY_ID": _SIMULATED["access_key"],
        "SIM_AWS_SECRET_ACCESS_KEY": secrets.password("aws"),
    }
    return _in_files(secrets, "simulator", {**own, **{name: value for name, value in config.settings.items() if name.startswith("SIM_")}})
