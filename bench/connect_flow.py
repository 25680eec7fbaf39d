"""What connecting costs: `start` and `callback` through the front door, against the bare exchange of a code."""

import secrets
import statistics
import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

US = "ATVPDKIKX0DER"
ROUNDS = 40
WARM_UP = 5


def measure(endpoints: dict[str, Any]) -> dict[str, float]:
    """Return milliseconds, median and 95th percentile, of connecting one seller again and again; each round asks both sides."""
    own: list[float] = []
    bare: list[float] = []
    with httpx.Client(base_url=endpoints["simulator"], timeout=10) as simulator, httpx.Client(timeout=10) as amazon:
        token = _person(simulator)
        seller = _ask(simulator, "sellers", region="NA", marketplaces=[US])["selling_partner_id"]
        application, peer = _application(simulator)
        for round_ in range(WARM_UP + ROUNDS):
            with httpx.Client(base_url=endpoints["front_door"], timeout=30) as browser:
                begun = time.perf_counter()
                started = browser.post(
                    "/api/v1/amazon/oauth/start",
                    json={"kind": "selling_partner", "marketplace": US},
                    headers={"authorization": f"Bearer {token}"},
                )
                spent = time.perf_counter() - begun
                consent = started.raise_for_status().json()["authorization_url"]
                back = _allow(amazon, consent, seller)
                begun = time.perf_counter()
                arrived = browser.get(f"{back.path}?{back.query}")
                spent += time.perf_counter() - begun
                assert arrived.headers["location"].endswith("amazon_connected=true"), arrived.headers["location"]
            code = parse_qs(_allow(amazon, peer, seller).query)["spapi_oauth_code"][0]
            begun = time.perf_counter()
            simulator.post("/auth/o2/token", data={**application, "code": code}).raise_for_status()
            if round_ >= WARM_UP:
                own.append(spent * 1000)
                bare.append((time.perf_counter() - begun) * 1000)
    return {
        "connect flow (start + callback), median ms": statistics.median(own),
        "connect flow (start + callback), p95 ms": statistics.quantiles(own, n=20)[-1],
        "bare exchange of a code with LWA, median ms": statistics.median(bare),
        "connect flow : bare exchange": statistics.median(own) / statistics.median(bare),
    }


def _person(simulator: httpx.Client) -> str:
    tenant = f"bench-{secrets.token_hex(4)}"
    username = f"{tenant}@example.test"
    _ask(simulator, "users", username=username, password=secrets.token_urlsafe(12), tenant_id=tenant)
    return str(_ask(simulator, "users/token", username=username, tenant_id=tenant)["access_token"])


def _application(simulator: httpx.Client) -> tuple[dict[str, str], str]:
    """Return how an application of its own exchanges a code, and the address of its consent page."""
    name, secret, back = f"amzn1.sp.solution.{secrets.token_hex(8)}", secrets.token_urlsafe(24), "http://127.0.0.1:1/back"
    client_id = f"amzn1.application-oa2-client.{secrets.token_hex(8)}"
    _ask(simulator, "applications", application_id=name, client_id=client_id, client_secret=secret, redirect_uris=[back])
    form = {"grant_type": "authorization_code", "client_id": client_id, "client_secret": secret, "redirect_uri": back}
    return form, f"{simulator.base_url}/apps/authorize/consent?{urlencode({'application_id': name, 'state': 's', 'redirect_uri': back})}"


def _allow(amazon: httpx.Client, consent: str, seller: str) -> Any:
    answer = amazon.post(consent, data={"selling_partner_id": seller, "decision": "allow"})
    return urlsplit(answer.headers["location"])


def _ask(simulator: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    answer = simulator.post(f"/_sim/{path}", json=body).raise_for_status()
    return dict(answer.json()) if answer.content else {}
