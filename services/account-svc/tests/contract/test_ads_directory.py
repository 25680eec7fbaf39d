"""What an AdsDirectory promises, asked of the fake and of the client of the gateway."""

import json
from typing import Any

import pytest
from aiohttp import web

from account_svc.adapters.outbound.gateway.ads_directory import GatewayAdsDirectory
from account_svc.adapters.outbound.memory.ads_directory import MemoryAdsDirectory
from account_svc.domain.ads_registration import AdsRegistration
from account_svc.domain.errors import AdsRefusedError
from account_svc.domain.region import Region
from svc_kit.clock import SystemClock
from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.secret import Secret

LIST = "application/vnd.listaccountsresource.v1+json"
REGISTER = "application/vnd.registeradsaccountresource.v1+json"
TERMS = "application/vnd.GlobalRegistrationService.TermsTokenResource.v1.0+json"
PROFILE = 3802314508801283
WISH = AdsRegistration(name="New", country="GB", association={"amazonSeller": {"sellerCentralAccount": "MCID"}}, terms_token="t")


class Gateway:
    """The `/ads/` door: pages as Amazon does, and answers what it is told to answer next."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str, Any]] = []
        self.next: web.Response | None = None
        self.accounts = {"EU": [{"adsAccountId": f"amzn1.ads-account.g.{n}", "accountName": str(n)} for n in range(230)]}
        self.profiles: dict[str, Any] = {"EU": [{"profileId": PROFILE, "countryCode": "UK", "accountInfo": {"type": "agency"}}]}
        self.advertisers = {str(PROFILE): [{"advertiserId": 10**17 + n, "name": str(n)} for n in range(230)]}

    async def serve(self, request: web.Request) -> web.Response:
        path, region = request.match_info["path"], request.headers["x-sellerport-region"]
        body = await request.json() if request.can_read_body else None
        self.seen.append((request.method, path, region, body))
        if not request.headers["authorization"].startswith("Bearer ") or "x-sellerport-deadline-ms" not in request.headers:
            return web.Response(status=500)
        if self.next is not None:
            answer, self.next = self.next, None
            return answer
        media = {"adsAccounts/list": LIST, "adsAccounts": REGISTER, "termsTokens": TERMS}.get(path, "application/json")
        if request.headers["accept"] != media or (request.method == "POST" and request.headers["content-type"] != media):
            return said(406, {"message": "Not Acceptable"})
        return self._answer(request, path, region, body)

    def _answer(self, request: web.Request, path: str, region: str, body: Any) -> web.Response:
        if path == "adsAccounts/list":
            known, begin = self.accounts.get(region, []), int(body.get("nextToken", 0))
            page: dict[str, Any] = {"adsAccounts": known[begin : begin + body["maxResults"]], "new": 1}
            return said(200, page | ({"nextToken": str(begin + 100)} if begin + 100 < len(known) else {}))
        if path == "v2/profiles":
            return said(200, self.profiles.get(region, []))
        if path == "dsp/advertisers":
            known = self.advertisers.get(request.headers["amazon-advertising-api-scope"], [])
            start, count = int(request.query["startIndex"]), int(request.query["count"])
            return said(200, {"totalResults": len(known), "response": known[start : start + count]})
        if path == "adsAccounts":
            return said(201, {"adsAccount": {"adsAccountId": "new", "accountName": body["accountName"], "status": "PENDING"}})
        return said(200, {"termsToken": "terms-1", "termsUrl": "https://amazon.example/terms/1"})


def said(status: int, body: Any, source: str = "upstream", **headers: str) -> web.Response:
    fields = {"x-sellerport-response-source": source, **headers}
    return web.Response(status=status, text=json.dumps(body), content_type="application/json", headers=fields)


@pytest.fixture
async def gateway():
    served = Gateway()
    app = web.Application()
    app.router.add_route("*", "/v1/accounts/{account}/ads/{path:.*}", served.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield served
    await runner.cleanup()


@pytest.fixture
async def real(keyring, gateway):
    issuer = ServiceTokenIssuer(Secret(keyring.pem("account-svc")), "account-svc", "account-svc-1", SystemClock())
    async with GatewayAdsDirectory.open(gateway.url, issuer) as directory:
        yield directory


@pytest.fixture(params=["memory", "gateway"])
def directory(request):
    if request.param == "gateway":
        return request.getfixturevalue("real")
    memory = MemoryAdsDirectory()
    memory.listed[Region.EU] = [(f"amzn1.ads-account.g.{n}", {"adsAccountId": f"amzn1.ads-account.g.{n}"}) for n in range(230)]
    memory.profiled[Region.EU] = [(str(PROFILE), {"profileId": str(PROFILE)})]
    memory.advertisers[str(PROFILE)] = [(str(10**17 + n), {"name": str(n)}) for n in range(230)]
    return memory


@pytest.fixture
def account(make_account):
    return make_account("lwa-grant.default-ads", ())


async def test_all_pages_of_accounts_are_listed_each_once(directory, account):
    found = await directory.accounts(account, Region.EU)
    assert [one for one, _ in found] == [f"amzn1.ads-account.g.{n}" for n in range(230)]


async def test_a_host_that_has_nothing_is_no_error(directory, account):
    assert list(await directory.accounts(account, Region.NA)) == []
    assert list(await directory.profiles(account, Region.NA)) == []


async def test_ids_are_texts_to_the_last_digit(directory, account):
    ((found, metadata),) = await directory.profiles(account, Region.EU)
    assert (found, metadata["profileId"]) == ("3802314508801283", "3802314508801283")


async def test_all_pages_of_dsp_advertisers_are_listed_with_their_profile(directory, account):
    found = await directory.dsp_advertisers(account, Region.EU, str(PROFILE))
    assert [one for one, _ in found] == [str(10**17 + n) for n in range(230)]
    assert {metadata["profileId"] for _, metadata in found} == {str(PROFILE)}


async def test_a_registered_account_begins_as_pending_in_its_country(directory, account):
    _, metadata = await directory.register(account, Region.EU, WISH)
    assert (metadata["status"], metadata["countryCodes"]) == ("PENDING", ["UK"])


async def test_terms_have_a_token_and_a_page(directory, account):
    terms = await directory.request_terms(account, Region.EU)
    assert terms.token
    assert terms.url.startswith("https://")


async def test_registering_speaks_amazons_words(real, gateway, account):
    await real.register(account, Region.EU, WISH)
    body = {"accountName": "New", "countryCodes": ["UK"], "associations": [{"amazonSeller": {"sellerCentralAccount": "MCID"}}]}
    assert gateway.seen == [("POST", "adsAccounts", "EU", body | {"termsToken": "t"})]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"code": "INVALID", "details": "classic", "requestId": "r"}, "INVALID: classic"),
        ({"code": "425", "detail": "reporting"}, "425: reporting"),
        ({"message": "registering"}, "registering"),
        ({"errors": [{"errorCode": "V2InvalidInput", "errorId": "1", "errorMessage": "listing"}]}, "V2InvalidInput: listing"),
        ({"code": "x", "message": "unified"}, "x: unified"),
        ([{"code": "INVALID", "details": "in a list"}], "INVALID: in a list"),
        ("nonsense", "Amazon answered 400."),
        ({"errors": []}, "Amazon answered 400."),
    ],
)
async def test_all_shapes_of_errors_are_understood(real, gateway, account, body, detail):
    gateway.next = said(400, body)
    with pytest.raises(AdsRefusedError) as caught:
        await real.profiles(account, Region.EU)
    assert caught.value.detail == detail


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, RateLimited), (500, Unavailable), (502, Unavailable), (503, Unavailable), (504, Timeout), (403, AdsRefusedError)],
)
async def test_what_passes_is_told_from_what_stays(real, gateway, account, status, kind):
    gateway.next = said(status, {"code": "x", "details": "y"}, **{"retry-after": "7"})
    with pytest.raises(kind) as caught:
        await real.profiles(account, Region.EU)
    if kind in {RateLimited, Unavailable}:
        assert caught.value.retry_after == 7


async def test_a_service_token_that_is_not_taken_is_ours_to_mend(real, gateway, account):
    gateway.next = said(401, {"code": "unauthenticated", "detail": "x"}, source="gateway")
    with pytest.raises(Unavailable):
        await real.profiles(account, Region.EU)


@pytest.mark.parametrize("text", ["Advertiser ID cannot be decrypted", "ENTITY_NOT_SUPPORTED"])
async def test_no_dsp_is_an_empty_list(real, gateway, account, text):
    gateway.next = said(400, {"code": "INVALID_ARGUMENT", "details": text})
    assert list(await real.dsp_advertisers(account, Region.EU, "1")) == []


@pytest.mark.parametrize("answer", [{"profileId": 1}, [{"countryCode": "US"}], [{"profileId": 1e300}], "x"])
async def test_an_answer_that_makes_no_sense_is_unavailable(real, gateway, account, answer):
    gateway.next = said(200, answer)
    with pytest.raises(Unavailable):
        await real.profiles(account, Region.EU)


async def test_an_id_that_came_as_a_float_is_taken_only_where_no_digit_is_lost(real, gateway, account):
    gateway.next = said(200, [{"profileId": 3802314508801283.0}])
    assert [found for found, _ in await real.profiles(account, Region.EU)] == ["3802314508801283"]


async def test_a_listing_ends_with_an_empty_page_whatever_it_promises(real, gateway, account):
    gateway.next = said(200, {"adsAccounts": [], "nextToken": "more"})
    assert list(await real.accounts(account, Region.EU)) == []


async def test_no_gateway_is_unavailable(keyring, account):
    issuer = ServiceTokenIssuer(Secret(keyring.pem("account-svc")), "account-svc", "account-svc-1", SystemClock())
    async with GatewayAdsDirectory.open("http://127.0.0.1:1", issuer) as directory:
        with pytest.raises((Unavailable, Timeout)):
            await directory.profiles(account, Region.EU)
