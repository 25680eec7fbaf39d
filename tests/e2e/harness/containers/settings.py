"""The settings of each container: names inside the network, files below /run/sellerport."""

from collections.abc import Mapping
from dataclasses import dataclass

SECRETS = "/run/sellerport"
REGION_PORTS = {"NA": 8711, "EU": 8712, "FE": 8713}
HTTP = 8080
SIMULATOR_PORT = 8706


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the containers are told; `public` and `simulator` are addresses that a browser on this machine can open."""

    public: str
    simulator: str
    passwords: Mapping[str, str]

    def of(self, service: str, **more: str) -> dict[str, str]:
        """Return the environment of `service`."""
        special = {
            "account-svc": self._account,
            "token-svc": self._token,
            "spapi-gateway": self._gateway,
            "sync-svc": self._sync,
        }[service]()
        return {**self._common(service), **special, **more}

    def _common(self, service: str) -> dict[str, str]:
        return {
            "NATS_URL": "nats://nats:4222",
            "SERVICE_KEY_FILE": f"{SECRETS}/service.pem",
            "SERVICE_KEY_ID": f"{service}-1",
            "SERVICE_DIRECTORY_FILE": f"{SECRETS}/directory.json",
            "OIDC_ISSUER": f"{self.simulator}/oidc",
            "OIDC_AUDIENCE": "sellerport",
            "OIDC_JWKS_URL": f"http://simulator:{SIMULATOR_PORT}/oidc/jwks",
        }

    def _database(self, name: str, role: str) -> dict[str, str]:
        return {
            f"DATABASE_{kind}URL": f"postgresql://{role}_{user}:{self.passwords[f'{role}_{user}']}@postgres:5432/{name}"
            for kind, user in (("", "app"), ("OWNER_", "owner"))
        }

    def _account(self) -> dict[str, str]:
        return {
            **self._database("account_svc", "account"),
            "TOKEN_SVC_URL": f"http://token-svc:{HTTP}",
            "GATEWAY_URL": f"http://spapi-gateway:{HTTP}",
            "PUBLIC_URL": self.public,
            "FRONTEND_URL": self.public,
            "COOKIE_SECURE": "false",
            "KEY_PROVIDER": "local",
            "KEK_FILE": f"{SECRETS}/kek.key",
            "STATE_HMAC_KEY_FILE": f"{SECRETS}/state-hmac.key",
            "AUDIT_HMAC_KEY_FILE": f"{SECRETS}/audit-hmac.key",
            "AMAZON_SPAPI_APPLICATION_ID": "amzn1.sp.solution.sellerport",
            "AMAZON_LWA_CLIENT_ID": "amzn1.application-oa2-client.sellerport",
            "AMAZON_LWA_CLIENT_SECRET": self.passwords["lwa-client"],
            "AMAZON_CONSENT_URL": self.simulator,
            "AMAZON_SECRET_QUEUE_URL": "http://moto:5000/123456789012/client-secrets",
            "AMAZON_SQS_ENDPOINT": "http://moto:5000",
            "AWS_ACCESS_KEY_ID": "AKIAE2E",
            "AWS_SECRET_ACCESS_KEY": self.passwords["aws"],
            "AMAZON_ADS_LWA_CLIENT_ID": "amzn1.application-oa2-client.sellerport-ads",
            "AMAZON_ADS_LWA_CLIENT_SECRET": self.passwords["lwa-client-ads"],
            **{f"AMAZON_ADS_CONSENT_URL_{region}": f"{self.simulator}/{region.lower()}" for region in REGION_PORTS},
        }

    def _token(self) -> dict[str, str]:
        return {
            **self._spapi(),
            **{f"AMAZON_LWA_TOKEN_URL_{region}": f"http://simulator:{SIMULATOR_PORT}/auth/o2/token" for region in REGION_PORTS},
            "ACCOUNT_SVC_URL": f"http://account-svc:{HTTP}",
            "AMAZON_STS_ENDPOINT": f"http://simulator:{SIMULATOR_PORT}/sts",
            "AWS_ACCESS_KEY_ID": "AKIAE2E",
            "AWS_SECRET_ACCESS_KEY": self.passwords["aws"],
            "TOKEN_CACHE_KEY_FILE": f"{SECRETS}/token-cache.key",
            "HANDLE_KEY_FILE": f"{SECRETS}/handle.key",
            "SERVICE_CLIENTS_FILE": f"{SECRETS}/service-clients.json",
        }

    def _gateway(self) -> dict[str, str]:
        ads = {f"AMAZON_ADS_ENDPOINT_{region}": f"http://simulator:{port}/ads" for region, port in REGION_PORTS.items()}
        return {**self._spapi(), **ads, "TOKEN_SVC_URL": f"http://token-svc:{HTTP}"}

    def _sync(self) -> dict[str, str]:
        return {
            **self._database("sync_svc", "sync"),
            "GATEWAY_URL": f"http://spapi-gateway:{HTTP}",
            "SYNC_INTERVAL_SECONDS": "3",
            "SYNC_INTERVAL_FLOOR_SECONDS": "1",
            "WORK_ACK_WAIT_SECONDS": "6",
        }

    def _spapi(self) -> dict[str, str]:
        return {f"AMAZON_SPAPI_ENDPOINT_{region}": f"http://simulator:{port}" for region, port in REGION_PORTS.items()}

    def simulated(self) -> dict[str, str]:
        """Return the environment of the simulator."""
        return {
            "SIM_PUBLIC_URL": self.simulator,
            "SIM_MOTO_URL": "http://moto:5000",
            "SIM_DEMO": "off",
            "SIM_PLAN_MULTIPLIER": "50",
            "SIM_CLIENT_SECRET": self.passwords["lwa-client"],
            "SIM_ADS_CLIENT_SECRET": self.passwords["lwa-client-ads"],
            "SIM_REDIRECT_URIS": f"{self.public}/api/v1/amazon/oauth/callback",
            "SIM_OIDC_REDIRECT_URIS": f"{self.public}/",
            "SIM_AWS_ACCESS_KEY_ID": "AKIAE2E",
            "SIM_AWS_SECRET_ACCESS_KEY": self.passwords["aws"],
        }
