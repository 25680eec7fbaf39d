"""endpoints.json: where everything is and how to get in (SPEC §7)."""

import json
from datetime import UTC, datetime
from typing import Any

from sellerport_stack.config import StackConfig
from sellerport_stack.demo.accounts import TENANT
from sellerport_stack.demo.seed import Seeded
from sellerport_stack.front_door.site import FrontDoor
from sellerport_stack.ports import local
from sellerport_stack.servers import nats
from sellerport_stack.state.folder import write_private
from sellerport_stack.state.secret_store import SDK_CLIENT_ID, SecretStore
from sellerport_stack.tokens import TokenDesk

_SHOWN = ("id", "tenant", "region", "marketplaces", "signing")


def endpoints(config: StackConfig, desk: TokenDesk, secrets: SecretStore, postgres_url: str, seeded: Seeded | None) -> dict[str, Any]:
    """Return the addresses and credentials of a running stack; what needs the simulator is null without it."""
    ports = config.ports
    https = f"https://localhost:{ports.sdk}"
    return {
        "front_door": config.public_url,
        "account_svc": local(ports.account_svc),
        "token_svc": local(ports.token_svc),
        "spapi_gateway": local(ports.spapi_gateway),
        "sync_svc": local(ports.sync_svc),
        "simulator": local(ports.simulator) if config.simulator else None,
        "nats": nats.url(ports.nats, secrets.password("nats")),
        "postgres": postgres_url.replace("postgresql+asyncpg://", "postgresql://"),
        "tokens": {
            "seller": seeded.seller_token if seeded else None,
            "service": desk.token("demo-service"),
            "operator": desk.token("operator", tenant=TENANT if seeded else None),
            "expire_at": datetime.fromtimestamp(desk.expires_at, UTC).isoformat(),
        },
        "accounts": [_account(account) for account in seeded.accounts] if seeded else [],
        "sdk": {
            "endpoint": https,
            "token_url": f"{https}/auth/o2/token",
            "ca_bundle": str(FrontDoor(config).ca_bundle),
            "client_id": SDK_CLIENT_ID,
            "client_secret": secrets.sdk_secret(),
            "refresh_token": seeded.sdk_handle if seeded else None,
        },
    }


def _account(account: dict[str, Any]) -> dict[str, Any]:
    return {"seller": account["selling_partner_id"], **{name: account.get(name) for name in _SHOWN}}


def write_endpoints(config: StackConfig, content: dict[str, Any]) -> None:
    """Write the file; only its owner can read it, for it holds tokens."""
    write_private(config.state.endpoints, json.dumps(content, indent=2))
