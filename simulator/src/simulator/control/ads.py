"""Control of what a seller has at Amazon Ads."""

from typing import Any, Literal

import msgspec

from simulator.control.bodies import read
from simulator.state.ads import AdsAccount, AdsBook, DspAdvertiser, Profile
from simulator.state.advertising import generated_book
from simulator.state.marketplaces import marketplace_named
from simulator.state.sellers import Shop
from simulator.state.world import World
from simulator.web.request import BadRequestError, Request
from simulator.web.response import Response


class _NewBook(msgspec.Struct, forbid_unknown_fields=True):
    listing: Literal["regional", "global"] = "regional"
    accounts: list[AdsAccount] | None = None
    profiles: list[Profile] | None = None
    advertisers: list[DspAdvertiser] = []


class Advertising:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def shown(self, request: Request, seller_id: str) -> Response:  # noqa: ARG002 - a route takes the request
        """The book as it is kept."""
        return Response.of(200, _shown(self._shop(seller_id).ads))

    async def put(self, request: Request, seller_id: str) -> Response:
        """Replaces the book; accounts and profiles that are left out are made from the seller's marketplaces."""
        shop, wish = self._shop(seller_id), read(request, _NewBook)
        made = generated_book(shop.seller)
        shop.ads = AdsBook(
            listing=wish.listing,
            accounts=made.accounts if wish.accounts is None else wish.accounts,
            profiles=made.profiles if wish.profiles is None else wish.profiles,
            advertisers=wish.advertisers,
        )
        for country in {profile.country_code for profile in shop.ads.profiles}:
            if marketplace_named(country) is None:
                raise BadRequestError(f"there is no marketplace in {country}")
        self._world.files.mark_changed()
        return Response.of(200, _shown(shop.ads))

    async def accept_terms(self, request: Request, seller_id: str, token: str) -> Response:  # noqa: ARG002 - a route takes the request
        """Does what a person does on the page of ``termsUrl``."""
        terms = self._shop(seller_id).ads.terms.get(token)
        if terms is None:
            return Response.of(404, {"error": "not_found"})
        terms.status = "ACCEPTED"
        self._world.files.mark_changed()
        return Response.of(200, {"status": terms.status})

    def _shop(self, seller_id: str) -> Shop:
        shop = self._world.shop(seller_id)
        if shop is None:
            raise BadRequestError(f"there is no seller {seller_id}")
        return shop


def _shown(book: AdsBook) -> Any:
    return msgspec.to_builtins(book)
