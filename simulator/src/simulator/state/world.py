"""The one state that all doors share."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from simulator.clock import MovableClock
from simulator.config import Config
from simulator.faults import FaultBoard
from simulator.ledger import Ledger
from simulator.spapi.plans import UsagePlans
from simulator.state.credentials import ACCESS_LIFE, Application, Credentials
from simulator.state.people import Role, Session, User
from simulator.state.persistence import StateFile
from simulator.state.sellers import Shop


@dataclass
class World:
    """Everything the simulated Amazon and the identity provider know."""

    config: Config
    clock: MovableClock = field(default_factory=MovableClock)
    faults: FaultBoard = field(default_factory=FaultBoard)
    shops: dict[str, Shop] = field(default_factory=dict)
    credentials: Credentials = field(default_factory=Credentials)
    users: dict[str, User] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    cursor_key: str = field(default_factory=lambda: secrets.token_hex(32))
    oidc_key_pem: str = ""
    demo_enabled: bool = False
    access_life: timedelta = ACCESS_LIFE

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.config.ledger_size)
        self.plans = UsagePlans(self.config.plan_multiplier)
        self.files = StateFile(self.config.state_file)
        self.demo_enabled = self.config.demo
        self.files.load(self)
        self.register_default_applications()

    def register_default_applications(self) -> None:
        """The applications of the settings; a secret that was rotated by control survives a restart."""
        config = self.config
        known = self._registered(config.client_id, config.client_secret)
        known.application_id = config.application_id
        known.draft = config.application_draft
        ads = self._registered(config.ads_client_id, config.ads_client_secret)
        ads.api, ads.name = "ads", "Sellerport Ads"

    def _registered(self, client_id: str, secret: str) -> Application:
        known = self.credentials.application(client_id)
        if known is None:
            known = Application(application_id=client_id, client_id=client_id, client_secret=secret)
            self.credentials.applications[client_id] = known
        if known.configured_secret != secret:  # the settings changed since the state was written
            known.client_secret = known.configured_secret = secret
        known.redirect_uris = list(self.config.redirect_uris)
        return known

    def keep_credentials(self) -> None:
        """Writes what must not be lost before it is handed out."""
        self.files.save_credentials(self)

    def shop(self, selling_partner_id: str | None) -> Shop | None:
        """A seller and its books, or None."""
        return self.shops.get(selling_partner_id) if selling_partner_id else None

    def reset(self) -> None:
        """An empty world with the configured application, the keys kept."""
        self.shops.clear()
        self.users.clear()
        self.roles.clear()
        self.sessions.clear()
        self.credentials = Credentials()
        self.faults.clear()
        self.ledger.clear()
        self.plans.reset()
        self.clock.reset()
        self.access_life = ACCESS_LIFE
        self.demo_enabled = self.config.demo
        self.register_default_applications()
        self.files.mark_changed()
        self.keep_credentials()
