"""Applications, grants and tokens. Tokens are known by their SHA-256 only."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

import msgspec

ACCESS_LIFE = timedelta(hours=1)
CODE_LIFE = timedelta(minutes=5)
_REMEMBER_EXPIRED = timedelta(hours=24)
ADS_SCOPE = "advertising::campaign_management"
Api = Literal["spapi", "ads"]


class Application(msgspec.Struct, kw_only=True):
    """One developer application and its LWA client; either secret is good while both are set, a rotated one until it expires."""

    application_id: str
    client_id: str
    client_secret: str
    client_secret_next: str | None = None
    name: str = "Sellerport"
    draft: bool = False
    redirect_uris: list[str] = []
    configured_secret: str | None = None
    api: Api = "spapi"
    old_secret: str | None = None
    old_secret_expires: datetime | None = None

    def knows(self, secret: str, now: datetime) -> bool:
        """Whether ``secret`` is one that the application may use now."""
        known = [self.client_secret] if self.client_secret_next is None else [self.client_secret, self.client_secret_next]
        if self.old_secret is not None and self.old_secret_expires is not None and now < self.old_secret_expires:
            known.append(self.old_secret)
        return any(secrets.compare_digest(secret.encode(), one.encode()) for one in known)

    def rotate(self, now: datetime, overlap: timedelta) -> None:
        """Gives it a new secret; the one before works on for ``overlap``, the one before that no more."""
        self.old_secret, self.old_secret_expires = self.client_secret, now + overlap
        self.client_secret = "amzn1.oa2-cs.v1." + secrets.token_hex(32)


class Grant(msgspec.Struct, kw_only=True):
    """One refresh token. Rotated tokens of one consent share its ``family``; ``scope`` is set for Amazon Ads only."""

    client_id: str
    selling_partner_id: str
    family: str
    issued: datetime
    scope: str | None = None
    state: Literal["active", "superseded", "revoked"] = "active"


class Code(msgspec.Struct, kw_only=True):
    """One authorisation code on its way to the application; ``challenge`` is that of PKCE S256."""

    client_id: str
    selling_partner_id: str
    redirect_uri: str
    expires: datetime
    used: bool = False
    scope: str | None = None
    challenge: str | None = None


class Visit(msgspec.Struct, kw_only=True):
    """A seller on the way from the Appstore to the application's login page and back."""

    client_id: str
    selling_partner_id: str
    expires: datetime


class Resource(msgspec.Struct, kw_only=True):
    """What one entry of a restricted data token allows."""

    method: str
    path: str
    elements: list[str] = []


class AccessToken(msgspec.Struct, kw_only=True):
    """One access, grantless or Ads (``scope``), or restricted (``resources``) token."""

    client_id: str
    expires: datetime
    selling_partner_id: str | None = None
    family: str | None = None
    scope: str | None = None
    resources: list[Resource] | None = None


class Credentials(msgspec.Struct, kw_only=True):
    """Everything that must survive a crash the moment it was handed out."""

    applications: dict[str, Application] = {}
    grants: dict[str, Grant] = {}
    codes: dict[str, Code] = {}
    visits: dict[str, Visit] = {}
    access_tokens: dict[str, AccessToken] = {}
    revoked_families: set[str] = set()
    sweep_at: int = 1000

    def application(self, client_id: str) -> Application | None:
        """The application of an LWA client id."""
        return self.applications.get(client_id)

    def application_by_id(self, application_id: str) -> Application | None:
        """The application of a solution id, as consent URLs name it."""
        return next((one for one in self.applications.values() if one.application_id == application_id), None)

    def remember_visit(self, visit: Visit) -> str:
        """Amazon's state for a visit, good once."""
        state = secrets.token_urlsafe(24)
        self.visits[digest(state)] = visit
        return state

    def take_visit(self, state: str) -> Visit | None:
        """The visit of a state, which is used up by this."""
        return self.visits.pop(digest(state), None)

    def issue_code(
        self,
        *,
        application: Application,
        selling_partner_id: str,
        redirect_uri: str,
        now: datetime,
        scope: str | None = None,
        challenge: str | None = None,
    ) -> str:
        """A code, good once and for five minutes."""
        code = secrets.token_urlsafe(18)
        self.codes[digest(code)] = Code(
            client_id=application.client_id,
            selling_partner_id=selling_partner_id,
            redirect_uri=redirect_uri,
            expires=now + CODE_LIFE,
            scope=scope,
            challenge=challenge,
        )
        return code

    def issue_grant(
        self, *, client_id: str, selling_partner_id: str, now: datetime, family: str | None = None, scope: str | None = None
    ) -> str:
        """A refresh token, of a new family unless it succeeds another token."""
        token = "Atzr|" + secrets.token_urlsafe(48)
        self.grants[digest(token)] = Grant(
            client_id=client_id, selling_partner_id=selling_partner_id, issued=now, family=family or secrets.token_hex(8), scope=scope
        )
        return token

    def issue_access(self, token: AccessToken) -> str:
        """The secret of a new access token that allows what ``token`` says."""
        if len(self.access_tokens) >= self.sweep_at:
            self._forget_expired(token.expires - ACCESS_LIFE)
        kind = "Atz.sprdt|" if token.resources is not None else "Atza|"
        secret = kind + secrets.token_urlsafe(64)
        self.access_tokens[digest(secret)] = token
        return secret

    def _forget_expired(self, now: datetime) -> None:
        # what expired so long ago that nobody will ask why it is refused
        horizon = now - _REMEMBER_EXPIRED
        self.access_tokens = {key: token for key, token in self.access_tokens.items() if token.expires > horizon}
        self.codes = {key: code for key, code in self.codes.items() if code.expires > horizon}
        self.sweep_at = 2 * len(self.access_tokens) + 1000

    def revoke_family(self, family: str) -> None:
        """Ends a consent: its refresh tokens and every access token made from them."""
        self.revoked_families.add(family)
        for grant in self.grants.values():
            if grant.family == family:
                grant.state = "revoked"

    def revoke_seller(self, selling_partner_id: str, client_id: str | None = None) -> int:
        """The seller takes back every consent (of one application, or of all); returns how many."""
        families = {
            grant.family
            for grant in self.grants.values()
            if grant.selling_partner_id == selling_partner_id and client_id in (None, grant.client_id) and grant.state != "revoked"
        }
        for family in families:
            self.revoke_family(family)
        return len(families)


def digest(token: str) -> str:
    """How tokens are kept."""
    return hashlib.sha256(token.encode()).hexdigest()
