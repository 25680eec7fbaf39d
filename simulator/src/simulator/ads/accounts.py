"""Account management: POST /adsAccounts/list, GET /adsAccounts/{id}, POST /adsAccounts, and the terms token."""

import secrets
import uuid
from typing import Any

import msgspec

from simulator.ads.call import AdsCall, noted
from simulator.ads.refusal import AdsRefusalError
from simulator.state.ads import PROFILE_LAG, REGISTERING, AdsAccount, AlternateId, Profile, Terms
from simulator.state.marketplaces import MARKETPLACES
from simulator.web.response import Response

LIST = "application/vnd.listaccountsresource.v1+json"
ONE = "application/vnd.accountresource.v1+json"
REGISTER = "application/vnd.registeradsaccountresource.v1+json"
TERMS = "application/vnd.GlobalRegistrationService.TermsTokenResource.v1.0+json"
_MOST = 100
_COUNTRIES = {"UK" if place.country == "GB" else place.country for place in MARKETPLACES.values()}


class _ListBody(msgspec.Struct, forbid_unknown_fields=True):
    maxResults: int = _MOST  # noqa: N815 - the model's word
    nextToken: str | None = None  # noqa: N815 - the model's word


class _Association(msgspec.Struct, forbid_unknown_fields=True):
    amazonSeller: dict[str, str] | None = None  # noqa: N815 - the model's word
    amazonVendor: dict[str, str] | None = None  # noqa: N815 - the model's word
    amazonAuthor: dict[str, str] | None = None  # noqa: N815 - the model's word
    business: dict[str, str] | None = None


class _RegisterBody(msgspec.Struct, forbid_unknown_fields=True):
    accountName: str  # noqa: N815 - the model's word
    countryCodes: list[str]  # noqa: N815 - the model's word
    associations: list[_Association]
    termsToken: str | None = None  # noqa: N815 - the model's word


def list_accounts(call: AdsCall) -> Response:
    """A page of the accounts; those of this host's countries, or all where the book says so."""
    call.query()
    wish = call.body(_ListBody)
    if not 1 <= wish.maxResults <= _MOST:
        raise AdsRefusalError(400, "maxResults must lie between 1 and 100")
    begin = 0 if wish.nextToken is None else int(call.unsealed(wish.nextToken))
    known = [account for account in (_seen(call, one) for one in call.book.accounts) if account is not None]
    page = known[begin : begin + wish.maxResults]
    noted(call, (account["adsAccountId"] for account in page))
    answer: dict[str, Any] = {"adsAccounts": page}
    if begin + wish.maxResults < len(known):
        answer["nextToken"] = call.sealed(str(begin + wish.maxResults))
    return Response.of(200, answer, LIST)


def get_account(call: AdsCall) -> Response:
    """One account."""
    call.query()
    account = next((one for one in call.book.accounts if one.ads_account_id == call.values["id"]), None)
    seen = _seen(call, account) if account is not None else None
    if seen is None:
        raise AdsRefusalError(404, "AdvertisingAccountNotFound")
    noted(call, [seen["adsAccountId"]])
    return Response.of(200, {"adsAccount": seen}, ONE)


def register_account(call: AdsCall) -> Response:
    """A new account, PENDING for a while; one for each selling partner."""
    call.query()
    wish = call.body(_RegisterBody)
    if len(wish.countryCodes) != 1 or wish.countryCodes[0] not in _COUNTRIES or not wish.accountName.strip():
        raise AdsRefusalError(400, "accountName and exactly one known countryCode are required")
    if not call.is_here(wish.countryCodes[0]):
        raise AdsRefusalError(400, "The country does not belong to this host's region")
    owner = _owner(wish.associations)
    if owner in call.book.registered_sellers:
        raise AdsRefusalError(400, "The selling account has an ads account already")
    _redeem(call, wish.termsToken)
    account = AdsAccount(
        ads_account_id=f"amzn1.ads-account.g.{secrets.token_hex(10)}",
        name=wish.accountName,
        status="PENDING",
        country_codes=list(wish.countryCodes),
        ready_at=call.now + REGISTERING,
    )
    call.book.registered_sellers.add(owner)
    profile_id = 10**15 + secrets.randbelow(8 * 10**15)
    country = wish.countryCodes[0]
    account.alternate_ids = [
        AlternateId(country_code=country, profile_id=profile_id),
        AlternateId(country_code=country, entity_id="ENTITY" + secrets.token_hex(6).upper()),
    ]
    call.book.accounts.append(account)
    seller = call.token.selling_partner_id or ""
    call.book.profiles.append(
        Profile(
            profile_id=profile_id,
            country_code=country,
            account_id=seller,
            name=wish.accountName,
            visible_from=call.now + REGISTERING + PROFILE_LAG,
        )
    )
    call.world.files.mark_changed()
    noted(call, [account.ads_account_id])
    shown = {"accountName": account.name, "adsAccountId": account.ads_account_id, "status": account.status}
    return Response.of(201, {"adsAccount": shown}, REGISTER)


def create_terms(call: AdsCall) -> Response:
    """A token for the terms, and where a person accepts them (here: ``POST /_sim/sellers/{id}/ads/terms``)."""
    call.query()
    terms = Terms(token=str(uuid.uuid4()))
    call.book.terms[terms.token] = terms
    call.world.files.mark_changed()
    url = f"{call.world.config.public_url}/ads-terms/{terms.token}"
    return Response.of(200, {"termsToken": terms.token, "termsUrl": url}, TERMS)


def get_terms(call: AdsCall) -> Response:
    """Whether the terms were accepted."""
    call.query()
    terms = call.book.terms.get(call.values["token"])
    if terms is None:
        raise AdsRefusalError(404, "TermsTokenNotFound")
    return Response.of(200, {"termsTokenStatus": terms.status, "termsType": "ADSP"}, TERMS)


def _redeem(call: AdsCall, token: str | None) -> None:
    if token is None:
        return
    terms = call.book.terms.get(token)
    if terms is None or terms.status != "ACCEPTED":
        raise AdsRefusalError(400, f"The terms token is {terms.status if terms else 'unknown'}")
    terms.status = "REDEEMED"


def _owner(associations: list[_Association]) -> str:
    if len(associations) != 1:
        raise AdsRefusalError(400, "exactly one association is required")
    fields = msgspec.structs.asdict(associations[0])
    named = {name: value for name, value in fields.items() if value}
    if len(named) != 1:
        raise AdsRefusalError(400, "an association names exactly one of amazonSeller, amazonVendor, amazonAuthor, business")
    kind, details = named.popitem()
    expected = {"amazonSeller": "sellerCentralAccount", "amazonVendor": "vendorGroup", "amazonAuthor": "email", "business": "name"}[kind]
    if not details.get(expected):
        raise AdsRefusalError(400, f"{kind} needs {expected}")
    return f"{kind}:{details[expected]}"


def _seen(call: AdsCall, account: AdsAccount) -> dict[str, Any] | None:
    """The account as this host shows it; None when none of its countries lie here."""
    account.settled(call.now)
    everywhere = call.book.listing == "global"
    countries = [country for country in account.country_codes if everywhere or call.is_here(country)]
    if not countries and account.country_codes:
        return None
    alternates = [
        {"countryCode": one.country_code}
        | ({"profileId": one.profile_id} if one.profile_id is not None else {})
        | ({"entityId": one.entity_id} if one.entity_id is not None else {})
        for one in account.alternate_ids
        if account.status != "PENDING" and (everywhere or call.is_here(one.country_code))
    ]
    errors = {
        country: [{"errorId": one.error_id, "errorCode": one.error_code, "errorMessage": one.error_message} for one in found]
        for country, found in account.errors.items()
        if everywhere or call.is_here(country)
    }
    shown = {"adsAccountId": account.ads_account_id, "accountName": account.name, "status": account.status}
    return shown | {"countryCodes": countries, "alternateIds": alternates, "errors": errors}
