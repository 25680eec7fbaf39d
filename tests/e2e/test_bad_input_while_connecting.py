"""Bad input while an account is being connected: refused, explained, and no account comes of it."""

from typing import Any

import httpx
import pytest

from harness import consent
from harness.world import US, Person, World


def _problem(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    problem = dict(answer.json())
    assert problem["status"] == answer.status_code
    assert problem["detail"]
    assert problem["request_id"]
    return problem


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"kind": "selling_partner", "marketplace": "NOWHERE"}', 400),
        (b'{"kind": "selling_partner", "marketplace": "ATVPDKIKX0DER"', 400),
        (b"", 400),
        (b"[]", 400),
        (b'{"kind": "selling_partner"}', 400),
        (b'{"kind": "wholesale", "marketplace": "ATVPDKIKX0DER"}', 400),
        (b'{"kind": "selling_partner", "marketplace": "ATVPDKIKX0DER", "extra": 1}', 400),
        (b'{"kind": "selling_partner", "marketplace": "ATVPDKIKX0DER", "return_to": "https://evil.example/"}', 400),
        (b'{"kind": "selling_partner", "marketplace": "ATVPDKIKX0DER", "return_to": "//evil.example/"}', 400),
        (b'{"marketplace": "' + b"x" * (2 << 20) + b'"}', 413),
    ],
    ids=["marketplace", "json", "empty", "list", "missing", "kind", "unknown-field", "foreign-return", "foreign-return-2", "oversized"],
)
async def test_a_start_that_makes_no_sense_is_refused(world: World, body: bytes, status: int) -> None:
    person = await world.person()

    answer = await person.api.post("/api/v1/amazon/oauth/start", content=body, headers={"content-type": "application/json"})

    assert (answer.status_code == status) or (status == 400 and answer.status_code == 422), answer.text
    _problem(answer)


@pytest.fixture
async def person(world: World) -> Person:
    return await world.person()


async def _callback(browser: httpx.AsyncClient, path: str) -> str:
    """The slug with which the callback refuses."""
    answer = await browser.get(path)
    outcome = consent.outcome(answer)
    assert list(outcome) == ["amazon_error"], outcome
    return outcome["amazon_error"]


async def test_a_replayed_callback_is_refused(world: World, person: Person) -> None:
    seller = await world.seller(orders=0, skus=0)
    async with world.browser() as browser:
        back = consent.path_and_query(await consent.decide(await consent.start(browser, person.token, US), seller.id))
        first = consent.outcome(await browser.get(back))
        mark = await world.simulator.mark()
        await _callback(browser, back)

    assert first == {"amazon_connected": "true"}
    assert len(await world.accounts(person)) == 1
    assert await world.simulator.ledger(kind="lwa", operation="authorization_code", since=mark) == []


async def test_a_callback_from_another_browser_is_refused(world: World, person: Person) -> None:
    seller = await world.seller(orders=0, skus=0)
    async with world.browser() as attacker, world.browser() as victim:
        back = consent.path_and_query(await consent.decide(await consent.start(attacker, person.token, US), seller.id))
        await _callback(victim, back)

    assert await world.accounts(person) == []


async def test_a_callback_with_somebody_elses_cookie_is_refused(world: World, person: Person) -> None:
    other, seller = await world.person(), await world.seller(orders=0, skus=0)
    async with world.browser() as attacker, world.browser() as victim:
        back = consent.path_and_query(await consent.decide(await consent.start(attacker, person.token, US), seller.id))
        await consent.start(victim, other.token, US)
        await _callback(victim, back)

    assert await world.accounts(person) == []
    assert await world.accounts(other) == []


@pytest.mark.parametrize("query", ["", "state=unknown", "spapi_oauth_code=c&selling_partner_id=A1&state=unknown", "state=%00&error=x"])
async def test_a_callback_without_a_known_state_is_refused(world: World, person: Person, query: str) -> None:
    async with world.browser() as browser:
        await consent.start(browser, person.token, US)
        answer = await browser.get(f"{consent.CALLBACK}?{query}")

    if answer.status_code == 302:
        assert list(consent.outcome(answer)) == ["amazon_error"]
    else:
        assert 400 <= answer.status_code < 500
        _problem(answer)
    assert await world.accounts(person) == []


async def test_an_account_by_hand_that_makes_no_sense_is_refused(world: World, person: Person) -> None:
    good = {
        "kind": "selling_partner",
        "selling_partner_id": "A1EXAMPLE",
        "region": "NA",
        "marketplaces": [US],
        "refresh_token": "Atzr|x",
    }
    bad: list[dict[str, Any]] = [
        {"region": "MARS"},
        {"marketplaces": ["NOWHERE"]},
        {"marketplaces": ["A1PA6795UKMFR9"]},
        {"refresh_token": ""},
    ]

    answers = [await person.api.post("/api/v1/accounts", json={**good, **change}) for change in bad]

    assert [answer.status_code in {400, 422} for answer in answers] == [True] * len(bad), [answer.text for answer in answers]
    for answer in answers:
        _problem(answer)
    assert await world.accounts(person) == []
