"""Connecting an account as a seller does in a browser: start, Amazon's consent page, callback."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from harness.forms import forms

Json = dict[str, Any]
CALLBACK = "/api/v1/amazon/oauth/callback"


async def start(browser: httpx.AsyncClient, token: str, marketplace: str, **more: str) -> str:
    """Begin to connect; the browser keeps the cookie. Return Amazon's address."""
    answer = await browser.post(
        "/api/v1/amazon/oauth/start",
        json={"kind": "selling_partner", "marketplace": marketplace, **more},
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["authorization_url"])


async def decide(authorization_url: str, seller: str, decision: str = "allow") -> str:
    """Open the consent page, choose `seller` and decide; return where Amazon sends the browser."""
    async with httpx.AsyncClient(timeout=60) as amazon:
        page = await amazon.get(authorization_url)
        assert page.status_code == 200, page.text
        form = next(form for form in forms(str(page.url), page.text) if form.method == "POST")
        answer = await amazon.post(form.action, data={**form.fields, "selling_partner_id": seller, "decision": decision})
        assert answer.is_redirect, answer.text
        return str(answer.headers["location"])


def path_and_query(url: str) -> str:
    """Return `url` without its host, for a client that knows the host."""
    where = urlsplit(url)
    return f"{where.path}?{where.query}"


def outcome(answer: httpx.Response) -> dict[str, str]:
    """Return what the callback told the page in the query of its redirect."""
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))
