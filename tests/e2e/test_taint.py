"""A secret that went in is found nowhere but in cipher text and with whom it is for: in nothing that the stack wrote, said or showed."""

import secrets
from contextlib import AsyncExitStack

import pytest

from harness.taint import ODD, Taint
from harness.waiting import eventually
from harness.world import Json, Person, Seller, World
from harness.written import KEEPERS, is_keeper

PARTICIPATIONS = "sellers/v1/marketplaceParticipations"
BUYERS: Json = {"method": "GET", "path": "/orders/v0/orders", "dataElements": ["buyerInfo"]}


@pytest.fixture
def taint(world: World) -> Taint:
    return Taint(world)


def by_hand(seller: Seller, token: str, **more: object) -> Json:
    """What a person sends to connect `seller` with a refresh token."""
    mine = {"selling_partner_id": seller.id, "region": seller.region, "marketplaces": seller.marketplaces}
    return {"kind": "selling_partner", **mine, "refresh_token": token, **more}


async def connected(taint: Taint, person: Person, seller: Seller, **more: object) -> str:
    token = taint.note(f"refresh token of {seller.id}", await taint.world.simulator.grant(seller.id))
    answer = await person.api.post("/api/v1/accounts", json=by_hand(seller, token, **more))
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


async def everything_lent(taint: Taint, account: str, signed: str) -> None:
    """Have every kind of short-lived credential issued, as the services that need them do."""
    here, sdk = taint.world.backend.addresses, taint.world.backend.sdk
    tokens, mine = f"{here.token_svc}/v1/tokens", taint.service("spapi-gateway", "token-svc", "tokens:issue")
    await taint.lent("access token", tokens, mine, "token", json={"kind": "access", "account_id": account})
    restricted = {"kind": "restricted", "account_id": account, "restricted_resources": [BUYERS]}
    await taint.lent("restricted token", tokens, mine, "token", json=restricted)
    grantless = {"kind": "grantless", "scope": "sellingpartnerapi::notifications"}
    await taint.lent("grantless token", tokens, mine, "token", json=grantless)
    session = {"kind": "aws_session", "account_id": signed}
    await taint.lent("AWS session", tokens, mine, "secret_access_key", "session_token", json=session)
    reader = taint.service("token-svc", "account-svc", "credentials:read")
    for each in (account, signed):
        lent = await taint.lent(
            f"credentials of {each}", f"{here.account_svc}/internal/v1/accounts/{each}/credentials", reader, "refresh_token"
        )
        taint.note("client secret of the default application", lent["application"]["client_secret"])

    issuer = taint.service("operator", "token-svc", "handles:issue")
    order = {"account_id": account, "client_id": sdk.client_id}
    handle = await taint.lent("handle", f"{here.token_svc}/v1/handles", issuer, "handle", json=order)
    client = {"client_id": sdk.client_id, "client_secret": taint.note("client secret of the SDK", sdk.client_secret)}
    redeemed = {"grant_type": "refresh_token", "refresh_token": handle["handle"], **client}
    token = await taint.lent("Sellerport token", f"{here.token_svc}/auth/o2/token", {}, "access_token", data=redeemed)
    scoped = {"grant_type": "client_credentials", "scope": "sellingpartnerapi::notifications", **client}
    await taint.lent("grantless Sellerport token", f"{here.token_svc}/auth/o2/token", {}, "access_token", data=scoped)
    door = f"{here.spapi_gateway}/tokens/2021-03-01/restrictedDataToken"
    caller = {"x-amz-access-token": token["access_token"]}
    await taint.lent("restricted handle", door, caller, "restrictedDataToken", json={"restrictedResources": [BUYERS]})


async def an_application_with_both_secrets(taint: Taint) -> str:
    """Register an application and put a secret into each of its slots; return its name."""
    name = f"taint-{secrets.token_hex(4)}"
    async with taint.outsider(taint.world.backend.addresses.front_door) as api:
        api.headers.update(taint.service("operator", "account-svc", "applications:admin"))
        facts = {"name": name, "spapi_application_id": f"amzn1.sp.solution.{name}", "client_id": f"amzn1.application-oa2-client.{name}"}
        current = taint.plant("current client secret", "amzn1.oa2-cs.v1.")
        following = {"client_secret": taint.plant("next client secret", "amzn1.oa2-cs.v1."), "expires_at": "2099-01-01T00:00:00Z"}
        path = f"/api/v1/applications/{name}"
        for url, body in ((path, {**facts, "client_secret": current}), (f"{path}/next-secret", following)):
            answer = await api.put(url, json=body)
            assert answer.is_success, answer.text
        for url in ("/api/v1/applications", path):
            assert (await api.get(url)).is_success
        wrong = {**following, "client_secret": taint.plant("client secret beside a mistake"), "expires_at": "tomorrow"}
        assert (await api.put(f"{path}/next-secret", json=wrong)).status_code == 400
    return name


async def bad_callers(taint: Taint, account: str) -> None:
    """Knock at every door with credentials that are none."""
    here = taint.world.backend.addresses
    doors = {
        here.front_door: ("/api/v1/accounts", "/api/v1/sync/runs", f"/v1/accounts/{account}/spapi/{PARTICIPATIONS}"),
        here.account_svc: (f"/internal/v1/accounts/{account}/credentials", "/api/v1/applications"),
        here.token_svc: ("/v1/cache",),
        here.spapi_gateway: (f"/{PARTICIPATIONS}", f"/v1/accounts/{account}/test"),
        here.sync_svc: ("/api/v1/events",),
    }
    jwt, opaque = taint.forged_jwt("forged JWT"), taint.plant("token that is none", "Atza|")
    for base, paths in doors.items():
        async with taint.outsider(base) as api:
            for path in paths:
                for headers in ({"authorization": f"Bearer {jwt}"}, {"authorization": opaque}, {"x-amz-access-token": opaque}):
                    assert (await api.get(path, headers=headers)).status_code in {401, 403, 404}
                await api.get(path, params={"access_token": jwt, "token": opaque})
    async with taint.outsider(here.token_svc) as api:
        bodies = (
            {"grant_type": "refresh_token", "refresh_token": taint.plant("handle that is none", odd=ODD)},
            {"grant_type": taint.plant("secret in the wrong field"), "refresh_token": "x"},
        )
        client = {"client_id": "demo-service", "client_secret": taint.plant("client secret that is wrong", odd=ODD)}
        for body in bodies:
            assert (await api.post("/auth/o2/token", data={**body, **client})).status_code in {400, 401}
            assert (await api.post("/auth/o2/token", json={**body, **client})).status_code in {400, 401}
            assert (await api.post("/auth/o2/token", content=f'{{"client_secret": "{client["client_secret"]}')).status_code == 400
    async with taint.outsider(here.front_door) as api:
        query = {
            "state": taint.plant("state that is none"),
            "spapi_oauth_code": taint.plant("code that is none"),
            "selling_partner_id": "A1",
        }
        for more in ({}, {"error": "access_denied", "error_description": taint.plant("description of an error")}):
            await api.get("/api/v1/amazon/oauth/callback", params={**query, **more})
            await api.get("/api/v1/amazon/oauth/callback", params={**query, **more}, headers={"accept": "application/json"})


async def bad_input(taint: Taint, person: Person) -> None:
    """Send refresh tokens in bodies that are refused."""
    seller = await taint.world.seller(orders=0, skus=0)
    good = by_hand(seller, taint.plant("refresh token beside a mistake", "Atzr|", ODD))
    bodies: list[Json] = [
        {**good, "unknown": True},
        {**good, "region": "MOON"},
        {**good, "marketplaces": []},
        {**good, "refresh_token": [good["refresh_token"]]},
        {**good, "signing": "sigv4"},
        {**good, "refresh_token": f"{good['refresh_token']}\n"},
    ]
    for body in bodies:
        assert (await person.api.post("/api/v1/accounts", json=body)).status_code in {400, 409, 422}, body
    broken = f'{{"refresh_token": "{taint.plant("refresh token in half a body", "Atzr|")}'
    assert (await person.api.post("/api/v1/accounts", content=broken)).status_code == 400


async def refusals_of_amazon(taint: Taint, person: Person, account: str, seller: Seller, signed: str) -> None:
    """Have Amazon refuse, fail and answer nonsense."""
    world = taint.world
    refused = await world.seller(orders=0, skus=0)
    unknown = by_hand(refused, taint.plant("refresh token that Amazon refuses", "Atzr|"))
    broken = (await person.api.post("/api/v1/accounts", json=unknown)).json()["id"]
    assert (await person.api.get(f"/v1/accounts/{broken}/spapi/{PARTICIPATIONS}")).status_code in {403, 409, 503}

    async def call(which: str) -> None:
        await person.api.get(f"/v1/accounts/{which}/test")
        headers = {"x-amz-access-token": taint.plant("token of a caller for Amazon", "Atza|"), "x-sellerport-deadline-ms": "1500"}
        await person.api.get(f"/v1/accounts/{which}/spapi/{PARTICIPATIONS}", headers=headers)

    operator = world.operator("token-svc", "cache:clear")
    for target, kinds in {
        "lwa": ("status", "cut", "malformed"),
        "spapi": ("status", "cut", "malformed"),
        "sts": ("status", "malformed"),
    }.items():
        for kind in kinds:
            # No faults for strangers: other than STS, which knows no seller, a fault is this seller's own.
            mine = {} if target == "sts" else {"selling_partner_id": seller.id}
            async with world.simulator.fault(target, kind, times=6, **mine, **({"status": 500} if kind == "status" else {})):
                for which in (account, signed) if target == "sts" else (account,):
                    await world.http.delete(f"{world.backend.addresses.token_svc}/v1/cache/{which}", headers=operator)
                    await call(which)


async def stores_away(taint: Taint, person: Person, account: str) -> None:
    """Send and ask for secrets while PostgreSQL, then NATS, is away."""
    world = taint.world
    seller = await world.seller(orders=0, skus=0)
    for part in ("postgres", "nats"):
        body = by_hand(seller, taint.plant(f"refresh token while {part} is away", "Atzr|"))
        async with AsyncExitStack() as back:
            world.backend.kill(part)
            back.callback(world.backend.start, part)
            await person.api.post("/api/v1/accounts", json=body)
            await person.api.get(f"/v1/accounts/{account}/spapi/{PARTICIPATIONS}")
            await person.api.get("/api/v1/sync/runs")

        async def served() -> int:
            return (await person.api.get("/api/v1/accounts")).status_code

        await eventually(served, lambda status: status == 200, within=60)


async def test_no_secret_is_found_outside_cipher_text(taint: Taint) -> None:
    world = taint.world
    person = await taint.person()
    seller, other, third = await world.seller(orders=3, skus=2), await world.seller(orders=1, skus=1), await world.seller(region="EU")
    role, external_id = f"arn:aws:iam::123456789012:role/seller-{secrets.token_hex(4)}", secrets.token_hex(8)
    await world.simulator.add_role(role_arn=role, external_id=external_id)

    account = await connected(taint, person, seller)
    await world.synced(person, seller)
    signed = await connected(taint, person, third, role_arn=role, external_id=external_id, signing="sigv4")
    await taint.through_consent(person, other)
    await world.simulator.rotate_refresh_tokens(other.id)
    for which in (account, signed):
        assert (await person.api.get(f"/v1/accounts/{which}/spapi/{PARTICIPATIONS}")).status_code == 200
    await everything_lent(taint, account, signed)
    await an_application_with_both_secrets(taint)
    await bad_callers(taint, account)
    await bad_input(taint, person)
    await refusals_of_amazon(taint, person, account, seller, signed)
    await stores_away(taint, person, account)
    for path in ("/api/v1/accounts", "/api/v1/amazon/connection", f"/api/v1/accounts/{account}", f"/api/v1/accounts/{account}/health"):
        assert (await person.api.get(path)).status_code == 200

    assert await taint.findings() == []
    assert {400, 401, 403, 503} <= set(taint.answers.statuses()), "the search must have seen refusals"


async def test_files_that_hold_secrets_are_their_owners_alone(world: World) -> None:
    files = world.backend.files()
    modes = {name: file.stat().st_mode & 0o777 for name, file in files.items() if is_keeper(name)}
    assert modes == dict.fromkeys(modes, 0o600)
    assert not files or {next(name for name in modes if name.startswith(pattern.rstrip("*"))) for pattern in KEEPERS}
