"""Secrets of one story: planted or captured, and everything that the stack showed while it was told."""

import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import httpx

from harness import consent
from harness.answers import Answers
from harness.data_keys import data_keys
from harness.spellings import Finding, search
from harness.world import Json, Person, Seller, World
from harness.written import written

ODD = "+/=\"'&%25 "
"""Characters that the encodings spell differently; they stand early, since the beginning is what is looked for."""


@dataclass
class Taint:
    """Knows every secret by a name, and listens to the clients whose answers may hold none."""

    world: World
    answers: Answers = field(default_factory=Answers)
    secrets: dict[str, bytes] = field(default_factory=dict)

    def note(self, name: str, secret: object) -> str:
        """Remember a secret that somebody made; return it."""
        assert isinstance(secret, str), name
        assert secret, name
        self.secrets[name] = secret.encode()
        return secret

    def plant(self, name: str, prefix: str = "", odd: str = "") -> str:
        """Make a secret that exists nowhere else; return it."""
        return self.note(name, f"{prefix}p{odd}{secrets.token_hex(24)}")

    def forged_jwt(self, name: str) -> str:
        """Make a token that looks like one."""
        return self.note(name, f"eyJhbGciOiJFZERTQSIsImtpZCI6IngifQ.eyJzdWIiOiJub2JvZHkifQ.{secrets.token_hex(32)}")

    async def person(self) -> Person:
        """A new person; whatever they are answered may hold no secret."""
        person = await self.world.person()
        self.note(f"token of {person.tenant}", person.token)
        self.answers.listen(person.api)
        return person

    def outsider(self, base: str) -> httpx.AsyncClient:
        """A client that nobody vouches for; whatever it is answered may hold no secret."""
        return self.answers.listen(httpx.AsyncClient(base_url=base, timeout=60))

    def service(self, service: str, audience: str, *scopes: str) -> dict[str, str]:
        """Headers of `service` at `audience`."""
        token = self.world.backend.service_token(service, audience, scopes)
        return {"authorization": f"Bearer {self.note(f'token of {service} for {audience}, {scopes}', token)}"}

    async def lent(self, what: str, url: str, headers: dict[str, str], *names: str, **request: object) -> Json:
        """Fetch what is secret by its nature: note the fields `names` of the answer, and return it."""
        method = "POST" if request else "GET"
        answer = await self.world.http.request(method, url, headers=headers, **request)  # type: ignore[arg-type]
        assert answer.is_success, f"{what}: {answer.status_code} {answer.text}"
        body = dict(answer.json())
        for name in names:
            self.note(f"{what}, {name}", body[name])
        return body

    async def through_consent(self, person: Person, seller: Seller) -> None:
        """Connect in a browser, and come back a second time with the same code."""
        async with self.world.browser() as browser:
            url = await consent.start(browser, person.token, seller.marketplaces[0])
            self.note("state of a connection", parse_qs(urlsplit(url).query)["state"][0])
            for cookie in browser.cookies.jar:
                self.note("cookie that binds a connection to its browser", cookie.value)
            back = await consent.decide(url, seller.id)
            self.note("authorisation code", parse_qs(urlsplit(back).query)["spapi_oauth_code"][0])
            self.answers.listen(browser)
            assert consent.outcome(await browser.get(consent.path_and_query(back))) == {"amazon_connected": "true"}
            assert "amazon_error" in consent.outcome(await browser.get(consent.path_and_query(back)))

    async def findings(self) -> list[Finding]:
        """Search everything for every secret, those that the stack was started with included."""
        backend = self.world.backend
        self.secrets |= backend.secrets() | await data_keys(backend.addresses.databases[0], backend.key_encryption_keys())
        places = [place async for place in written(self.world)]
        return search(self.secrets, [*places, *self.answers.kept.items()])
