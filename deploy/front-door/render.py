"""Writes the front door's files for a container from the template that `make up` uses: one set of rules for both.

What differs from composition to composition stays a placeholder that Caddy fills from its environment.
"""

import json
import sys
from pathlib import Path
from string import Template

TEMPLATE = Path("stack/src/sellerport_stack/front_door")
CONFIG = {
    "oidc": {
        "issuer": '{{env "OIDC_ISSUER"}}',
        "client_id": '{{env "OIDC_CLIENT_ID"}}',
        "audience": '{{env "OIDC_AUDIENCE"}}',
    }
}


def main(target: Path) -> None:
    """Write Caddyfile, config.json and placeholder.html to `target`."""
    caddyfile = Template((TEMPLATE / "Caddyfile").read_text()).substitute(
        storage="/data/caddy",
        bind="0.0.0.0",  # noqa: S104 - inside a container
        http=8080,
        https=8443,
        account="{$ACCOUNT_SVC}",
        token="{$TOKEN_SVC}",  # noqa: S106 - an address
        gateway="{$SPAPI_GATEWAY}",
        sync="{$SYNC_SVC}",
        issuer="{$OIDC_ORIGIN}",
        host="{$PUBLIC_HOST}",
        public="{$PUBLIC_URL}",
        site="/etc/caddy/site",
        page="/srv",
    )
    site = target / "site"
    site.mkdir(parents=True)
    (target / "Caddyfile").write_text(caddyfile)
    (site / "config.json").write_text(json.dumps(CONFIG).replace('\\"', '"'))
    (site / "placeholder.html").write_text((TEMPLATE / "placeholder.html").read_text())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
