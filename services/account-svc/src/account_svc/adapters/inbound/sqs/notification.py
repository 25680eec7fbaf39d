"""Amazon's notifications: one envelope in two casings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from account_svc.application.commands.offer_next_secret import NewSecret
from svc_kit.secret import Secret

NEW_SECRET: Final = "APPLICATION_OAUTH_CLIENT_NEW_SECRET"  # noqa: S105 - a notification type
EXPIRY: Final = "APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY"


class NotUnderstoodError(ValueError):
    """The message is none of Amazon's; the text says why, and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification's type, id and payload; the names of its fields are in lower case, however they were sent."""

    type: str
    id: str
    payload: Mapping[str, Any]

    @classmethod
    def read(cls, body: str) -> "Notification":
        """Return what a message holds; raise `NotUnderstoodError`."""
        try:
            content = _lower(msgspec.json.decode(body))
            metadata = content.get("notificationmetadata") or {}
            return cls(str(content["notificationtype"]), str(metadata.get("notificationid", "")), content.get("payload") or {})
        except (msgspec.MsgspecError, KeyError, AttributeError):
            raise NotUnderstoodError("not a notification of the Selling Partner API") from None

    def new_secret(self) -> tuple[str, NewSecret]:
        """Return the LWA client id and its new secret; raise `NotUnderstoodError`."""
        try:
            told = self.payload["applicationoauthclientnewsecret"]
            old = told.get("oldclientsecretexpirytime")
            return str(told["clientid"]), NewSecret(
                secret=Secret(str(told["newclientsecret"])),
                expires_at=_time(told["newclientsecretexpirytime"]),
                old_expires_at=_time(old) if old else None,
            )
        except (KeyError, AttributeError, TypeError, ValueError):
            raise NotUnderstoodError(f"a {NEW_SECRET} without its fields") from None


def _time(text: object) -> datetime:
    moment = msgspec.convert(text, datetime)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


def _lower(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name).lower(): _lower(inner) for name, inner in value.items()}
    return [_lower(inner) for inner in value] if isinstance(value, list) else value
