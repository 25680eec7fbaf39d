from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

CALLBACK = "https://sellerport.example/api/v1/amazon/oauth/callback"
APPLICATION = "amzn1.sp.solution.sellerport"
STORE, MANAGE = f"/apps/store/{APPLICATION}", f"/apps/manage/{APPLICATION}"


@pytest.fixture
def with_login(amazon: Any) -> Any:
    object.__setattr__(amazon.world.config, "login_uri", "https://sellerport.example/api/v1/amazon/oauth/login")
    return amazon


async def _visit(amazon: Any, seller: str, page: str = STORE) -> dict[str, str]:
    answer = await amazon.main.post(page, data={"selling_partner_id": seller})
    assert answer.status_code == 302, answer.text
    where = urlsplit(answer.headers["location"])
    assert where.path == "/api/v1/amazon/oauth/login"
    return {name: values[0] for name, values in parse_qs(where.query).items()}


async def _confirm(amazon: Any, sent: dict[str, str], **changes: str) -> Any:
    query = {"redirect_uri": CALLBACK, "amazon_state": sent["amazon_state"], "state": "ours", **changes}
    return await amazon.main.get(urlsplit(sent["amazon_callback_uri"]).path, params=query)


async def test_authorize_now_goes_by_the_login_uri_to_a_code(with_login: Any) -> None:
    seller = await with_login.seller(name="Juniper <Goods>")
    page = await with_login.main.get(STORE)
    assert "Juniper &lt;Goods&gt;" in page.text
    sent = await _visit(with_login, seller)
    assert set(sent) == {"amazon_callback_uri", "amazon_state", "selling_partner_id"}
    answer = await _confirm(with_login, sent)
    told = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (told["state"], told["selling_partner_id"]) == (["ours"], [seller])
    redeemed = await with_login.lwa(grant_type="authorization_code", code=told["spapi_oauth_code"][0], redirect_uri=CALLBACK)
    assert redeemed.json()["refresh_token"].startswith("Atzr|")


async def test_only_who_has_authorised_can_renew(with_login: Any) -> None:
    seller, stranger = await with_login.seller(), await with_login.seller()
    await with_login.refresh_token(seller)
    assert (await with_login.main.post(MANAGE, data={"selling_partner_id": stranger})).status_code == 400
    assert (await _confirm(with_login, await _visit(with_login, seller, MANAGE))).status_code == 302


async def test_amazons_state_is_good_once_and_for_fifteen_minutes(with_login: Any) -> None:
    seller = await with_login.seller()
    sent = await _visit(with_login, seller)
    assert (await _confirm(with_login, sent)).status_code == 302
    assert "MD1000" in (await _confirm(with_login, sent)).text
    late = await _visit(with_login, seller)
    with_login.world.clock.advance(timedelta(minutes=15).total_seconds())
    assert "MD1000" in (await _confirm(with_login, late)).text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"redirect_uri": "https://evil.example/"}, "MD5101"),
        ({"state": ""}, "MD1000"),
        ({"amazon_state": "other"}, "MD1000"),
        ({"version": "beta"}, "MD1000"),
        ({"extra": "1"}, "MD1000"),
    ],
)
async def test_what_is_not_of_the_workflow_is_an_error_page(with_login: Any, change: dict[str, str], code: str) -> None:
    answer = await _confirm(with_login, await _visit(with_login, await with_login.seller()), **change)
    assert answer.status_code == 400
    assert code in answer.text
    assert "location" not in answer.headers


async def test_a_draft_application_carries_beta_all_the_way(with_login: Any) -> None:
    await with_login.control("POST", "applications/amzn1.application-oa2-client.sellerport", draft=True)
    sent = await _visit(with_login, await with_login.seller())
    assert sent["version"] == "beta"
    assert "MD1000" in (await _confirm(with_login, sent)).text
    again = await _visit(with_login, await with_login.seller())
    assert (await _confirm(with_login, again, version="beta")).status_code == 302


async def test_an_unknown_application_has_no_page(with_login: Any) -> None:
    assert (await with_login.main.get("/apps/store/amzn1.sp.solution.other")).status_code == 400
