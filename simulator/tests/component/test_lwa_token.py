from typing import Any

CLIENT_ID = "amzn1.application-oa2-client.sellerport"
REVOKED = "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission."


async def test_refresh_token_buys_an_access_token_for_an_hour(amazon: Any) -> None:
    seller = await amazon.seller()
    refresh_token = await amazon.refresh_token(seller)
    answer = await amazon.lwa(grant_type="refresh_token", refresh_token=refresh_token)
    assert answer.status_code == 200
    content = answer.json()
    assert content["access_token"].startswith("Atza|")
    assert (content["token_type"], content["expires_in"], content["refresh_token"]) == ("bearer", 3600, refresh_token)
    assert answer.headers["cache-control"] == "no-store"


async def test_a_json_body_is_as_good_as_a_form(amazon: Any) -> None:
    refresh_token = await amazon.refresh_token(await amazon.seller())
    body = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": CLIENT_ID,
        "client_secret": amazon.world.config.client_secret,
    }
    answer = await amazon.main.post("/auth/o2/token", json=body)
    assert answer.status_code == 200


async def test_a_wrong_secret_is_an_invalid_client(amazon: Any) -> None:
    answer = await amazon.lwa(grant_type="refresh_token", refresh_token="Atzr|x", client_secret="wrong")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_revoked_grant_is_refused_in_amazons_words_and_its_access_token_dies(amazon: Any) -> None:
    seller = await amazon.seller()
    refresh_token = await amazon.refresh_token(seller)
    access_token = (await amazon.lwa(grant_type="refresh_token", refresh_token=refresh_token)).json()["access_token"]
    await amazon.control("POST", f"sellers/{seller}/revoke")
    answer = await amazon.lwa(grant_type="refresh_token", refresh_token=refresh_token)
    assert (answer.status_code, answer.json()["error"], answer.json()["error_description"]) == (400, "invalid_grant", REVOKED)
    assert (await amazon.get("/sellers/v1/marketplaceParticipations", access_token)).status_code == 403


async def test_a_grant_of_another_application_is_refused(amazon: Any) -> None:
    seller = await amazon.seller()
    other = {"application_id": "amzn1.sp.solution.other", "client_id": "amzn1.other", "client_secret": "other-secret"}
    await amazon.control("POST", "applications", **other)
    refresh_token = await amazon.refresh_token(seller)
    answer = await amazon.lwa(
        grant_type="refresh_token", refresh_token=refresh_token, client_id="amzn1.other", client_secret="other-secret"
    )
    assert answer.json()["error"] == "invalid_grant"


async def test_both_secrets_are_good_while_a_rotation_runs_and_the_old_one_ends(amazon: Any) -> None:
    refresh_token = await amazon.refresh_token(await amazon.seller())
    await amazon.control("POST", f"applications/{CLIENT_ID}", client_secret_next="the-next-secret")

    async def status(secret: str) -> int:
        return int((await amazon.lwa(grant_type="refresh_token", refresh_token=refresh_token, client_secret=secret)).status_code)

    old = amazon.world.config.client_secret
    assert [await status(old), await status("the-next-secret")] == [200, 200]
    await amazon.control("POST", f"applications/{CLIENT_ID}", client_secret="the-next-secret", client_secret_next=None)
    assert [await status(old), await status("the-next-secret")] == [401, 200]


async def test_a_rotated_secret_works_beside_the_new_one_until_it_expires(amazon: Any) -> None:
    refresh_token = await amazon.refresh_token(await amazon.seller())
    old = amazon.world.config.client_secret
    shown = await amazon.control("POST", f"applications/{CLIENT_ID}/rotation", overlap_seconds=60)
    new = amazon.world.credentials.applications[CLIENT_ID].client_secret
    assert new != old
    assert new not in str(shown)

    async def tried(secret: str) -> int:
        return int((await amazon.lwa(grant_type="refresh_token", refresh_token=refresh_token, client_secret=secret)).status_code)

    assert (await tried(old), await tried(new)) == (200, 200)
    await amazon.control("POST", "clock", advance_seconds=60)
    assert (await tried(old), await tried(new)) == (401, 200)


async def test_a_rotating_grant_answers_a_new_refresh_token_and_reuse_of_the_old_one_ends_it(amazon: Any) -> None:
    seller = await amazon.seller()
    await amazon.control("POST", f"sellers/{seller}/rotation", enabled=True)
    first = await amazon.refresh_token(seller)
    second = (await amazon.lwa(grant_type="refresh_token", refresh_token=first)).json()["refresh_token"]
    assert second != first
    assert (await amazon.lwa(grant_type="refresh_token", refresh_token=first)).json()["error"] == "invalid_grant"
    assert (await amazon.lwa(grant_type="refresh_token", refresh_token=second)).json()["error"] == "invalid_grant"


async def test_a_grantless_token_needs_a_known_scope(amazon: Any) -> None:
    good = await amazon.lwa(grant_type="client_credentials", scope="sellingpartnerapi::notifications")
    assert "refresh_token" not in good.json()
    bad = await amazon.lwa(grant_type="client_credentials", scope="sellingpartnerapi::migration")
    assert (bad.status_code, bad.json()["error"]) == (400, "invalid_scope")


async def test_malformed_requests_are_told_apart(amazon: Any) -> None:
    assert (await amazon.lwa(grant_type="password")).json()["error"] == "unsupported_grant_type"
    assert (await amazon.lwa()).json()["error"] == "invalid_request"
    assert (await amazon.lwa(grant_type="refresh_token")).json()["error"] == "invalid_request"
    plain = await amazon.main.post("/auth/o2/token", content=b"grant_type=refresh_token", headers={"content-type": "text/plain"})
    assert plain.json()["error_description"] == "Malformed request"
    twice = await amazon.main.post(
        "/auth/o2/token",
        content=b"grant_type=refresh_token&grant_type=refresh_token",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert twice.json()["error"] == "invalid_request"


async def test_the_ledger_shows_every_call_and_no_secret(amazon: Any) -> None:
    seller = await amazon.seller()
    refresh_token = await amazon.refresh_token(seller)
    access_token = (await amazon.lwa(grant_type="refresh_token", refresh_token=refresh_token)).json()["access_token"]
    await amazon.get("/sellers/v1/marketplaceParticipations", access_token)
    answer = await amazon.main.get("/_sim/ledger")
    assert [(entry["kind"], entry["selling_partner_id"]) for entry in answer.json()["entries"]] == [("lwa", seller), ("spapi", seller)]
    first, second = answer.json()["entries"]
    assert first["token_sha256"] == second["token_sha256"]
    for secret in (refresh_token, access_token, amazon.world.config.client_secret):
        assert secret not in answer.text
