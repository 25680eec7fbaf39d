"""What an AuthorizationExchange promises, asked of the fake and of the client of token-svc."""

import pytest
from aiohttp import web

from account_svc.adapters.outbound.memory.authorization_exchange import MemoryAuthorizationExchange
from account_svc.adapters.outbound.token_svc.authorization_exchange import TokenSvcAuthorizationExchange
from account_svc.domain.errors import ConnectRefusedError
from account_svc.domain.identifiers import ApplicationId
from account_svc.domain.pkce import challenge_of
from account_svc.domain.region import Region
from svc_kit.clock import SystemClock
from svc_kit.errors import Timeout, Unavailable
from svc_kit.http_client import ServiceClient
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.secret import Secret

_FIELDS = {"application", "code", "redirect_uri", "region"}
VERIFIER = Secret("v" * 43)
VERIFIERS = {"proven": VERIFIER.reveal()}
PROBLEMS = {
    "bad": (400, "authorization_code_rejected"),
    "ours": (503, "application_credentials_rejected"),
    "away": (503, "lwa_unavailable"),
    "bug": (500, "internal_error"),
    "forbidden": (403, "forbidden"),
}


async def answer(request: web.Request) -> web.Response:
    body = await request.json()
    if request.headers.get("authorization", "")[:7] != "Bearer " or set(body) - {"code_verifier"} != _FIELDS:
        return web.Response(status=500)
    code = body["code"]
    if body.get("code_verifier") != VERIFIERS.get(code):
        code = "bad"
    if code in PROBLEMS:
        status, slug = PROBLEMS[code]
        problem = {"type": f"urn:sellerport:problem:{slug}", "title": "x", "status": status, "code": slug, "detail": "x"}
        return web.json_response(problem, status=status, headers={"retry-after": "7"}, content_type="application/problem+json")
    return web.json_response({"nonsense": 1} if code == "nonsense" else {"refresh_token": "Atzr|new", "expires_in": 3600})


@pytest.fixture
async def url():
    app = web.Application()
    app.add_routes([web.post("/v1/authorizations", answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def client(keyring, url):
    issuer = ServiceTokenIssuer(Secret(keyring.pem("account-svc")), "account-svc", "account-svc-1", SystemClock())
    async with ServiceClient.open(url, issuer=issuer, audience="token-svc", scopes=("authorizations:exchange",)) as client:
        yield client


@pytest.fixture(params=["memory", "token_svc"])
def exchange(request):
    if request.param == "token_svc":
        return TokenSvcAuthorizationExchange(request.getfixturevalue("client"))
    memory = MemoryAuthorizationExchange()
    memory.codes |= {"good": "Atzr|new", "proven": "Atzr|new"}
    memory.challenges["proven"] = challenge_of(VERIFIER)
    return memory


async def ask(exchange, code: str, verifier: Secret | None = None) -> Secret:
    return await exchange.exchange(ApplicationId("default"), Secret(code), "http://door.test/callback", Region.NA, verifier)


async def test_a_code_stands_for_a_refresh_token(exchange):
    assert await ask(exchange, "good") == Secret("Atzr|new")


async def test_a_code_with_a_challenge_needs_its_verifier(exchange):
    assert await ask(exchange, "proven", VERIFIER) == Secret("Atzr|new")


@pytest.mark.parametrize(("code", "verifier"), [("proven", None), ("proven", Secret("w" * 43)), ("good", VERIFIER)])
async def test_a_wrong_verifier_is_refused(exchange, code, verifier):
    with pytest.raises(ConnectRefusedError) as caught:
        await ask(exchange, code, verifier)
    assert caught.value.code == "authorization_code_rejected"


async def test_a_refused_code_is_the_sellers_to_renew(exchange):
    with pytest.raises(ConnectRefusedError) as caught:
        await ask(exchange, "bad")
    assert caught.value.code == "authorization_code_rejected"


async def test_refused_application_credentials_are_told_apart(exchange):
    if isinstance(exchange, MemoryAuthorizationExchange):
        exchange.is_refusing_application = True
    with pytest.raises(ConnectRefusedError) as caught:
        await ask(exchange, "ours")
    assert caught.value.code == "application_credentials_rejected"


async def test_when_amazon_is_away_it_is_unavailable(exchange):
    if isinstance(exchange, MemoryAuthorizationExchange):
        exchange.fault = Unavailable("away", retry_after=7)
    with pytest.raises(Unavailable) as caught:
        await ask(exchange, "away")
    assert caught.value.retry_after == 7


@pytest.mark.parametrize("code", ["bug", "forbidden", "nonsense"])
async def test_an_answer_that_makes_no_sense_is_unavailable(client, code):
    with pytest.raises(Unavailable):
        await ask(TokenSvcAuthorizationExchange(client), code)


async def test_no_token_svc_is_unavailable(keyring):
    issuer = ServiceTokenIssuer(Secret(keyring.pem("account-svc")), "account-svc", "account-svc-1", SystemClock())
    async with ServiceClient.open("http://127.0.0.1:1", issuer=issuer, audience="token-svc", scopes=()) as client:
        with pytest.raises((Unavailable, Timeout)):
            await ask(TokenSvcAuthorizationExchange(client), "good")
