"""Amazon opened our login page for a seller: what it said, kept by the seller's own browser until somebody has signed in."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from account_svc.domain.errors import ConnectRefusedError, InvalidInputError
from account_svc.domain.identifiers import SellingPartnerId
from svc_kit.secret import Secret

LOGIN_LIFETIME: Final = timedelta(minutes=15)
_STATE: Final = re.compile(r"[\x21-\x7e]{1,1024}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppstoreLogin:
    """Where Amazon waits for the seller (checked), its own state, who the seller says it is, and until when this holds."""

    callback_uri: str
    amazon_state: str
    selling_partner_id: SellingPartnerId
    is_beta: bool
    expires_at: datetime


def parse_amazon_state(text: str) -> str:
    """Return Amazon's state; raise `InvalidInputError` when it is no visible ASCII text of 1 to 1024."""
    if not _STATE.fullmatch(text):
        raise InvalidInputError("amazon_state_invalid", "amazon_state must be the text that Amazon sent")
    return text


@dataclass(frozen=True, slots=True)
class LoginTickets:
    """Writes a login so that the browser can carry it and nobody can change it (HMAC-SHA-256)."""

    key: Secret

    def issue(self, login: AppstoreLogin) -> Secret:
        """Return the ticket for a login."""
        fields = [login.callback_uri, login.amazon_state, login.selling_partner_id, login.is_beta, int(login.expires_at.timestamp())]
        body = base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")
        return Secret(f"{body}.{self._mark(body)}")

    def read(self, ticket: Secret, now: datetime) -> AppstoreLogin:
        """Return the login of a ticket that was issued here; refuse with `login_invalid` or `login_expired`."""
        body, _, mark = ticket.reveal().partition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(body).encode()):
            raise _invalid()
        try:
            uri, state, partner, is_beta, expires = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (ValueError, binascii.Error):
            raise _invalid() from None
        login = AppstoreLogin(
            callback_uri=uri,
            amazon_state=state,
            selling_partner_id=partner,
            is_beta=is_beta,
            expires_at=datetime.fromtimestamp(expires, UTC),
        )
        if login.expires_at <= now:
            raise ConnectRefusedError("login_expired", "Signing in took longer than fifteen minutes; start again in Amazon's Appstore.")
        return login

    def _mark(self, body: str) -> str:
        return hmac.new(self.key.reveal().encode(), f"appstore-login:{body}".encode(), hashlib.sha256).hexdigest()


def _invalid() -> ConnectRefusedError:
    return ConnectRefusedError("login_invalid", "This browser was not sent here by Amazon; start again in Amazon's Appstore.")
