"""One call that passed every check, on its way to its operation."""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from simulator.ads.refusal import AdsRefusalError
from simulator.faults import ErrorShape
from simulator.ledger import Entry
from simulator.state.ads import AdsBook
from simulator.state.credentials import AccessToken
from simulator.state.marketplaces import marketplace_named
from simulator.state.world import World
from simulator.web.request import BadRequestError, Request
from simulator.web.response import Response

_T = TypeVar("_T")
JSON = "application/json"


@dataclass(slots=True, kw_only=True)
class AdsCall:
    """What an operation needs; ``book`` is what the person who consented has at Amazon Ads."""

    world: World
    book: AdsBook
    token: AccessToken
    region: str
    request: Request
    values: dict[str, str]
    now: datetime
    entry: Entry

    def body(self, shape: type[_T]) -> _T:
        """The body as ``shape``; unknown fields are refused, an empty body is ``{}``."""
        try:
            return msgspec.json.decode(self.request.body or b"{}", type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise AdsRefusalError(400, str(error)) from None

    def query(self, *allowed: str) -> dict[str, str]:
        """The query's parameters; Amazon passes over unknown ones, this refuses them."""
        try:
            given = self.request.query_fields
        except BadRequestError as error:
            raise AdsRefusalError(400, str(error)) from None
        if set(given) - set(allowed):
            raise AdsRefusalError(400, f"Unknown parameters: {', '.join(sorted(set(given) - set(allowed)))}")
        self.entry.query = given or None
        return given

    def is_here(self, country: str) -> bool:
        """Whether a country's data lie on this host."""
        place = marketplace_named(country)
        return place is not None and place.region == self.region

    def sealed(self, text: str) -> str:
        """``text`` with a mark that only this person's and application's calls at this host can have been given."""
        owner = f"{self.token.selling_partner_id}:{self.token.client_id}:{self.region}:{text}"
        return f"{text}.{hmac.new(self.world.cursor_key.encode(), owner.encode(), hashlib.sha256).hexdigest()[:24]}"

    def unsealed(self, token: str) -> str:
        """What ``sealed`` was given; 400 for anything else."""
        text, _, _ = token.rpartition(".")
        if not hmac.compare_digest(self.sealed(text).encode(), token.encode()):
            raise AdsRefusalError(400, "nextToken is invalid")
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsOperation:
    """How one operation is called: its media types, whether it needs a profile, how it words errors."""

    name: str
    method: str
    path: str
    answer: Callable[[AdsCall], Response]
    accepts: str = JSON
    takes: str | None = None
    shape: ErrorShape = "classic"
    template: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "template", tuple(self.path.strip("/").split("/")))


def noted(call: AdsCall, ids: Iterable[Any]) -> None:
    """Writes down what a page held."""
    call.entry.ids = [str(one) for one in ids]
