"""Bad input while an account is being connected: refused, explained, and no account comes of it."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlsplit

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
        (rb'{"kind": "selling_partner", "marketplace": "ATVPDKIKX0DER", "return_to": "/\\evil.example/"}', 400),
        (rb'{"kind": "selling_partner", "marketplace": "ATVPDKIKX0DER", "return_to": "/a\r\nb"}', 400),
        (b'{"marketplace": "' + b"x" * (2 << 20) + b'"}', 413),
    ],
    ids=[
        "marketplace",
        "json",
        "empty",
        "list",
        "missing",
        "kind",
        "unknown-field",
        "foreign-return",
        "foreign-return-2",
        "foreign-return-3",
        "header-in-return",
        "oversized",
    ],
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


async def test_of_callbacks_at_once_exactly_one_connects(world: World, person: Person) -> None:
    seller = await world.seller(orders=0, skus=0)
    mark = await world.simulator.mark()
    async with world.browser() as browser:
        back = consent.path_and_query(await consent.decide(await consent.start(browser, person.token, US), seller.id))
        outcomes = [consent.outcome(answer) for answer in await asyncio.gather(*(browser.get(back) for _ in range(5)))]

    assert sorted(map(str, outcomes)) == sorted(["{'amazon_connected': 'true'}"] + ["{'amazon_error': 'state_invalid'}"] * 4)
    assert len(await world.simulator.ledger(kind="lwa", operation="authorization_code", since=mark)) == 1
    (account,) = await world.accounts(person)
    assert account["version"] == 1


async def test_a_seller_who_connects_for_a_second_tenant_leaves_the_first_its_account(world: World, person: Person) -> None:
    other, seller = await world.person(), await world.seller(orders=0, skus=0)
    first = await world.connect(person, seller)
    second = await world.connect(other, seller)

    assert first["id"] != second["id"]
    assert await world.accounts(person) == [first]


@pytest.mark.parametrize("name", ["state", "spapi_oauth_code", "selling_partner_id", "error"])
async def test_no_parameter_of_the_callback_writes_a_header_or_leads_elsewhere(world: World, person: Person, name: str) -> None:
    seller = await world.seller(orders=0, skus=0)
    async with world.browser() as browser:
        back = await consent.decide(await consent.start(browser, person.token, US), seller.id)
        query = dict(parse_qsl(urlsplit(back).query))
        query[name] = query.get(name, "") + "\r\nset-cookie: planted=1\r\nlocation: https://evil.example/"
        answer = await browser.get(consent.CALLBACK, params=query)

    assert list(consent.outcome(answer)) == ["amazon_error"]
    assert urlsplit(answer.headers["location"]).netloc == urlsplit(world.backend.addresses.front_door).netloc
    assert "planted" not in str(answer.headers)
    assert await world.accounts(person) == []


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
