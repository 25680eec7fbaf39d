"""The files Caddy is started with: its configuration, the page's settings, and what is shown before the page is built."""

import json
import shutil
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from sellerport_stack.config import StackConfig
from sellerport_stack.servers.ports import LOCALHOST
from sellerport_stack.settings import AUDIENCE, DASHBOARD_CLIENT

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class FrontDoor:
    """Everything the front door keeps in the state folder."""

    config: StackConfig

    @property
    def folder(self) -> Path:
        """The front door's own folder."""
        return self.config.state.root / "front-door"

    @property
    def caddyfile(self) -> Path:
        """Caddy's configuration."""
        return self.folder / "Caddyfile"

    @property
    def ca_bundle(self) -> Path:
        """The certificate of the local authority; made by Caddy at its first start."""
        return self.folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def write(self) -> None:
        """Write all files anew from the settings."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        (self.folder / "config.json").write_text(json.dumps({"oidc": self._oidc()}, indent=2))
        shutil.copyfile(_HERE / "placeholder.html", self.folder / "placeholder.html")
        self.caddyfile.write_text(self._caddyfile())

    def _oidc(self) -> dict[str, str]:
        settings = self.config.settings
        oidc = {"issuer": self.config.issuer, "client_id": settings.get("OIDC_CLIENT_ID", DASHBOARD_CLIENT)}
        audience = settings.get("OIDC_AUDIENCE", AUDIENCE if self.config.simulator else "")
        return {**oidc, "audience": audience} if audience else oidc

    def _caddyfile(self) -> str:
        ports = self.config.ports
        issuer = urllib.parse.urlsplit(self.config.issuer)
        template = Template((_HERE / "Caddyfile").read_text())
        return template.substitute(
            storage=self.folder / "caddy",
            bind=LOCALHOST,
            http=ports.front_door,
            https=ports.sdk,
            account=f"{LOCALHOST}:{ports.account_svc}",
            token=f"{LOCALHOST}:{ports.token_svc}",
            gateway=f"{LOCALHOST}:{ports.spapi_gateway}",
            sync=f"{LOCALHOST}:{ports.sync_svc}",
            issuer=f"{issuer.scheme}://{issuer.netloc}",
            host=f"{LOCALHOST}:{ports.front_door}",
            public=self.config.public_url,
            site=self.folder,
            page=self.config.project / "dashboard" / "dist",
        )
