"""People and sellers, made through the simulator's controls; each test has its own, so that tests never meet."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

US, CANADA = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a tenant of their own, who can sign in."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller that the consent page offers."""

    id: str


class Simulated:
    """Talks to `/_sim`; every answer that is not a success fails the test."""

    def __init__(self, client: httpx.Client, *, has_demo: bool) -> None:
        self._client = client
        self._has_demo = has_demo

    def person(self) -> Person:
        """A new person."""
        tenant = f"b-{secrets.token_hex(6)}"
        person = Person(f"{tenant}@example.test", "correct horse")
        self._ask("POST", "/users", json={"username": person.username, "password": person.password, "tenant_id": tenant})
        return person

    def seller(self, *, orders: int = 40, skus: int = 12, region: str = "NA", marketplaces: tuple[str, ...] = (US,)) -> Seller:
        """A new seller with a history."""
        wanted = {"region": region, "marketplaces": list(marketplaces), "orders": orders, "skus": skus, "name": "Browser test"}
        return Seller(str(self._ask("POST", "/sellers", json=wanted)["selling_partner_id"]))

    def add_orders(self, seller: Seller, count: int = 1) -> list[str]:
        """Orders that come in now; their ids."""
        made = self._ask("POST", f"/sellers/{seller.id}/orders", json={"count": count})
        return [str(order["order_id"]) for order in made["created"]]

    def grant(self, seller: Seller) -> str:
        """The refresh token of a seller who authorises an application of their own."""
        return str(self._ask("POST", f"/sellers/{seller.id}/grants", json={})["refresh_token"])

    def revoke(self, seller: Seller) -> None:
        """The seller withdraws the permission in Seller Central."""
        self._ask("POST", f"/sellers/{seller.id}/revoke", json={})

    def truth(self, seller: Seller, **period: str) -> dict[str, Any]:
        """The figures as they must be."""
        return dict(self._ask("GET", f"/sellers/{seller.id}/truth", params=period))

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Nothing happens by itself until the block ends."""
        self._ask("POST", "/demo", json={"enabled": False})
        try:
            yield
        finally:
            self._ask("POST", "/demo", json={"enabled": self._has_demo})

    def _ask(self, method: str, path: str, **content: Any) -> Any:
        answer = self._client.request(method, f"/_sim{path}", **content)
        assert answer.is_success, f"{method} /_sim{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}
