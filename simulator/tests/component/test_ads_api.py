from typing import Any

import pytest

from simulator.config import Config

LIST = "application/vnd.listaccountsresource.v1+json"
ONE = "application/vnd.accountresource.v1+json"
REGISTER = "application/vnd.registeradsaccountresource.v1+json"
TERMS = "application/vnd.GlobalRegistrationService.TermsTokenResource.v1.0+json"


class Ads:
    """A client of the Ads hosts with the headers they want."""

    def __init__(self, amazon: Any, seller: str, token: str) -> None:
        self.amazon = amazon
        self.seller = seller
        self.token = token

    async def call(self, method: str, path: str, region: str = "NA", **how: Any) -> Any:
        headers = {"authorization": f"Bearer {self.token}", "amazon-advertising-api-clientid": Config.ads_client_id}
        headers |= how.pop("headers", {})
        return await self.amazon.regions[region].request(method, f"/ads{path}", headers=headers, **how)

    async def vendor(self, method: str, path: str, media: str, body: Any = None, region: str = "NA") -> Any:
        headers = {"accept": media} | ({"content-type": media} if method == "POST" else {})
        how = {} if body is None else {"json": body}
        return await self.call(method, path, region, headers=headers, **how)

    async def listed(self, region: str = "NA", **body: Any) -> Any:
        return (await self.vendor("POST", "/adsAccounts/list", LIST, body, region)).json()


async def _advertiser(amazon: Any, **book: Any) -> Ads:
    seller = await amazon.seller("NA", ("US", "CA"))
    await amazon.control("POST", f"sellers/{seller}/ads", **book)
    grant = await amazon.control("POST", f"sellers/{seller}/grants", client_id=Config.ads_client_id)
    answer = await amazon.lwa(
        grant_type="refresh_token",
        refresh_token=grant["refresh_token"],
        client_id=Config.ads_client_id,
        client_secret=Config.ads_client_secret,
    )
    return Ads(amazon, seller, answer.json()["access_token"])


async def test_accounts_come_in_pages_with_ids_in_separate_entries(amazon: Any) -> None:
    ads = await _advertiser(amazon)
    account = (await ads.listed())["adsAccounts"][0]
    assert (account["status"], account["countryCodes"], account["errors"]) == ("CREATED", ["US", "CA"], {})
    assert [sorted(one) for one in account["alternateIds"][:2]] == [["countryCode", "profileId"], ["countryCode", "entityId"]]
    many = [{"ads_account_id": f"amzn1.ads-account.g.{n}", "name": str(n), "country_codes": ["US"]} for n in range(5)]
    await amazon.control("POST", f"sellers/{ads.seller}/ads", accounts=many)
    first = await ads.listed(maxResults=3)
    second = await ads.listed(maxResults=3, nextToken=first["nextToken"])
    assert [account["accountName"] for account in first["adsAccounts"] + second["adsAccounts"]] == list("01234")
    assert "nextToken" not in second


async def test_a_next_token_belongs_to_its_host_and_may_not_be_altered(amazon: Any) -> None:
    many = [{"ads_account_id": f"amzn1.ads-account.g.{n}", "name": str(n), "country_codes": ["US", "DE"]} for n in range(3)]
    ads = await _advertiser(amazon, accounts=many)
    token = (await ads.listed(maxResults=1))["nextToken"]
    for wrong, region in ((token, "EU"), ("2" + token[1:], "NA"), ("x", "NA")):
        answer = await ads.listed(region, maxResults=1, nextToken=wrong)
        assert answer["errors"][0]["errorCode"] == "V2InvalidInput"


async def test_a_host_lists_its_own_countries_or_all_as_it_was_set(amazon: Any) -> None:
    account = {
        "ads_account_id": "amzn1.ads-account.g.1",
        "name": "Everywhere",
        "status": "PARTIALLY_CREATED",
        "country_codes": ["US", "UK", "JP"],
        "alternate_ids": [{"country_code": "UK", "profile_id": 3802314508801283}, {"country_code": "US", "entity_id": "ENTITY1"}],
        "errors": {"JP": [{"error_id": 1, "error_code": "X", "error_message": "not eligible"}]},
    }
    ads = await _advertiser(amazon, accounts=[account])
    eu = (await ads.listed("EU"))["adsAccounts"][0]
    assert (eu["countryCodes"], eu["alternateIds"], eu["errors"]) == (["UK"], [{"countryCode": "UK", "profileId": 3802314508801283}], {})
    await amazon.control("POST", f"sellers/{ads.seller}/ads", accounts=[account], listing="global")
    assert (await ads.listed("EU"))["adsAccounts"][0]["countryCodes"] == ["US", "UK", "JP"]


async def test_a_registered_account_is_pending_for_a_while_and_its_profile_comes_later_still(amazon: Any) -> None:
    ads = await _advertiser(amazon, accounts=[], profiles=[])
    body = {"accountName": "New", "countryCodes": ["US"], "associations": [{"amazonSeller": {"sellerCentralAccount": "MCID"}}]}
    made = await ads.vendor("POST", "/adsAccounts", REGISTER, body)
    assert (made.status_code, made.json()["adsAccount"]["status"]) == (201, "PENDING")
    path = f"/adsAccounts/{made.json()['adsAccount']['adsAccountId']}"
    amazon.world.clock.advance(11)
    assert (await ads.vendor("GET", path, ONE)).json()["adsAccount"]["status"] == "CREATED"
    assert (await ads.call("GET", "/v2/profiles")).json() == []
    amazon.world.clock.advance(5)
    assert len((await ads.call("GET", "/v2/profiles")).json()) == 1
    again = await ads.vendor("POST", "/adsAccounts", REGISTER, body)
    assert (again.status_code, list(again.json())) == (400, ["message"])


async def test_a_terms_token_opens_one_registration_once_it_was_accepted(amazon: Any) -> None:
    ads = await _advertiser(amazon, accounts=[], profiles=[])
    terms = (await ads.vendor("POST", "/termsTokens", TERMS, {})).json()["termsToken"]
    body = {"accountName": "New", "countryCodes": ["US"], "associations": [{"amazonVendor": {"vendorGroup": "1"}}], "termsToken": terms}
    assert (await ads.vendor("POST", "/adsAccounts", REGISTER, body)).status_code == 400
    await amazon.control("POST", f"sellers/{ads.seller}/ads/terms/{terms}")
    assert (await ads.vendor("POST", "/adsAccounts", REGISTER, body)).status_code == 201
    assert (await ads.vendor("GET", f"/termsTokens/{terms}", TERMS)).json()["termsTokenStatus"] == "REDEEMED"


async def test_profiles_are_a_bare_array_and_empty_on_another_regions_host(amazon: Any) -> None:
    ads = await _advertiser(amazon)
    profiles = (await ads.call("GET", "/v2/profiles")).json()
    assert [profile["countryCode"] for profile in profiles] == ["US", "CA"]
    assert profiles[0]["accountInfo"]["id"] == ads.seller
    assert profiles[0]["accountInfo"]["marketplaceStringId"] == "ATVPDKIKX0DER"
    answer = await ads.call("GET", "/v2/profiles", "EU")
    assert (answer.status_code, answer.json()) == (200, [])
    assert (await ads.call("GET", f"/v2/profiles/{profiles[0]['profileId']}")).json() == profiles[0]
    assert (await ads.call("GET", f"/v2/profiles/{profiles[0]['profileId']}", "EU")).status_code == 404
    assert (await ads.call("GET", "/v2/profiles?startIndex=0")).status_code == 400


async def test_profile_filters_and_report_only_profiles(amazon: Any) -> None:
    book = [
        {"profile_id": 1, "country_code": "US", "account_id": "ENTITY1", "type": "agency"},
        {"profile_id": 2, "country_code": "US", "account_id": "A1", "is_report_only": True},
    ]
    ads = await _advertiser(amazon, profiles=book)
    for query, found in (("", [1]), ("?profileTypeFilter=seller,vendor", []), ("?apiProgram=report&accessLevel=view", [1, 2])):
        answer = await ads.call("GET", f"/v2/profiles{query}")
        assert [profile["profileId"] for profile in answer.json()] == found


async def test_dsp_advertisers_are_seen_through_an_agencys_profile_only(amazon: Any) -> None:
    profiles = [
        {"profile_id": 1, "country_code": "US", "account_id": "ENTITY1", "type": "agency"},
        {"profile_id": 2, "country_code": "US", "account_id": "A1"},
        {"profile_id": 3, "country_code": "US", "account_id": "E3", "type": "agency", "sub_type": "AMAZON_ATTRIBUTION"},
    ]
    advertisers = [{"advertiser_id": str(n), "profile_id": 1, "name": f"Brand {n}"} for n in range(5)]
    ads = await _advertiser(amazon, profiles=profiles, advertisers=advertisers)

    async def asked(scope: str | None, query: str = "") -> Any:
        headers = {} if scope is None else {"amazon-advertising-api-scope": scope}
        return await ads.call("GET", f"/dsp/advertisers{query}", headers=headers)

    page = (await asked("1", "?startIndex=3&count=3")).json()
    assert (page["totalResults"], [one["advertiserId"] for one in page["response"]]) == (5, ["3", "4"])
    assert [(await asked(scope)).status_code for scope in (None, "9", "2", "3")] == [401, 401, 400, 400]
    assert (await asked("2")).json()["code"] == "ENTITY_NOT_SUPPORTED"
    assert [(entry["profile_id"], entry["ids"]) for entry in await amazon.ledger(kind="ads", status="200")] == [("1", ["3", "4"])]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": "Bearer Atza|unknown"}, 401),
        ({"authorization": "Basic x"}, 401),
        ({"amazon-advertising-api-clientid": "another"}, 401),
        ({"amazon-ads-clientid": "another"}, 401),
        ({"accept": "text/html"}, 406),
        ({"x-amz-access-token": "x"}, 400),
    ],
)
async def test_headers_are_checked(amazon: Any, headers: dict[str, str], status: int) -> None:
    ads = await _advertiser(amazon)
    assert (await ads.call("GET", "/v2/profiles", headers=headers)).status_code == status


async def test_media_types_are_checked(amazon: Any) -> None:
    ads = await _advertiser(amazon)
    for accept, content, status in (("application/json", LIST, 406), (LIST, "application/json", 415), (LIST, LIST, 200)):
        answer = await ads.call("POST", "/adsAccounts/list", headers={"accept": accept, "content-type": content}, content=b"{}")
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "media", "keys"),
    [
        ("GET", "/v2/profiles", "*/*", {"code", "details", "requestId"}),
        ("POST", "/reporting/reports", "*/*", {"code", "detail"}),
        ("GET", "/adsAccounts/x", ONE, {"message"}),
        ("POST", "/adsAccounts/list", LIST, {"errors"}),
        ("POST", "/adsApi/v1/query/x", "*/*", {"code", "message"}),
    ],
)
async def test_errors_come_in_the_five_shapes(amazon: Any, method: str, path: str, media: str, keys: set[str]) -> None:
    ads = await _advertiser(amazon)
    ads.token = "Atza|unknown"
    answer = await ads.vendor(method, path, media)
    assert answer.status_code in {401, 404}
    assert set(answer.json()) == keys


async def test_a_planned_error_has_the_shape_it_was_planned_in_at_the_region_it_was_planned_for(amazon: Any) -> None:
    ads = await _advertiser(amazon)
    await amazon.control("POST", "faults", target="ads", kind="status", status=500, shape="v1", region="EU", operation="listProfiles")
    assert (await ads.call("GET", "/v2/profiles")).status_code == 200
    assert set((await ads.call("GET", "/v2/profiles", "EU")).json()) == {"code", "message"}


async def test_too_many_calls_are_told_how_long_to_wait(paced_amazon: Any) -> None:
    ads = await _advertiser(paced_amazon)
    answers = [await ads.call("GET", "/v2/profiles") for _ in range(31)]
    assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "1")


async def test_the_ledger_shows_what_was_served_and_no_secret(amazon: Any) -> None:
    ads = await _advertiser(amazon)
    await ads.listed()
    answer = await amazon.main.get("/_sim/ledger", params={"kind": "ads"})
    entry = answer.json()["entries"][0]
    assert (entry["operation"], entry["region"], entry["selling_partner_id"]) == ("listAdsAccounts", "NA", ads.seller)
    assert len(entry["ids"]) == 1
    assert ads.token not in answer.text
