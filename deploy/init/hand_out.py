"""Makes every key and password of a composition once, and hands each part its own: one volume a part, nothing shared.

`/keys` keeps what was made, so that it survives; below `/hand-out` stands one mounted volume for each part.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sellerport_stack.state.secret_store import SecretStore
from sellerport_stack.state.service_keys import ServiceKeys

KEYS: Final = Path("/keys")
HAND_OUT: Final = Path("/hand-out")
SERVICE_USER: Final = 10001  # of every image built here
POSTGRES_USER: Final = 999  # of the official PostgreSQL image
SERVICES: Final = ("account-svc", "token-svc", "spapi-gateway", "sync-svc")
ROLES: Final = ("account_owner", "account_app", "sync_owner", "sync_app")


def parts(keys: ServiceKeys, secrets: SecretStore) -> Mapping[str, Mapping[str, str]]:
    """Return part → file name → content."""
    own = {
        service: {"service.pem": keys.key_file(service).read_text(), "directory.json": keys.directory.read_text()} for service in SERVICES
    }
    own["account-svc"] |= {
        "kek.key": secrets.key_file("kek").read_text(),
        "state-hmac.key": secrets.key_file("state-hmac").read_text(),
        "audit-hmac.key": secrets.key_file("audit-hmac").read_text(),
        "pgpass": _pgpass(secrets, "account_app"),
    }
    own["token-svc"] |= {
        "token-cache.key": secrets.key_file("token-cache").read_text(),
        "handle.key": secrets.key_file("handle").read_text(),
        "service-clients.json": secrets.service_clients_file().read_text(),
    }
    own["sync-svc"] |= {"pgpass": _pgpass(secrets, "sync_app")}
    return {
        **own,
        "account-svc-owner": {**own["account-svc"], "pgpass": _pgpass(secrets, "account_owner")},
        "sync-svc-owner": {**own["sync-svc"], "pgpass": _pgpass(secrets, "sync_owner")},
        "postgres": {f"{name}.password": secrets.password(name) for name in ("postgres", *ROLES)},
        "operator": {
            "operator.pem": keys.key_file("operator").read_text(),
            "sdk-client.password": secrets.sdk_secret(),
        },
    }


def _pgpass(secrets: SecretStore, role: str) -> str:
    """Return a password file of PostgreSQL's clients (libpq, "The Password File") for `role`."""
    return f"*:*:*:{role}:{secrets.password(role)}\n"


def hand_out(part: str, files: Mapping[str, str]) -> None:
    """Write `files` where `part` alone can read them; a part whose volume is not mounted gets nothing."""
    folder = HAND_OUT / part
    if not folder.is_dir():
        return
    user = POSTGRES_USER if part == "postgres" else SERVICE_USER
    for name, content in files.items():
        draft = folder / f".{name}"
        draft.write_text(content)
        draft.chmod(0o400)
        os.chown(draft, user, user)
        draft.replace(folder / name)


def main() -> None:
    """Make what is missing and hand everything out again."""
    keys, secrets = ServiceKeys(KEYS / "services"), SecretStore(KEYS / "secrets")
    keys.ensure()
    for part, files in parts(keys, secrets).items():
        hand_out(part, files)


if __name__ == "__main__":
    main()
