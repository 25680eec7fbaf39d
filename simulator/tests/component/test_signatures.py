"""Requests signed by botocore, whole and tampered with."""

from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ROLE = "arn:aws:iam::123456789012:role/seller"
HOST = "http://sellingpartnerapi.example"
PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"
STS = "http://127.0.0.1:8706/sts"


async def _session(amazon: Any) -> Credentials:
    await amazon.control("POST", "roles", role_arn=ROLE, external_id="tenant-1")
    body = f"Action=AssumeRole&Version=2011-06-15&RoleArn={ROLE}&RoleSessionName=seller-1&ExternalId=tenant-1"
    request = AWSRequest("POST", STS, {"content-type": "application/x-www-form-urlencoded"}, body.encode())
    SigV4Auth(Credentials("AKIAEXAMPLE", "secret"), "sts", "us-east-1").add_auth(request)
    answer = await amazon.main.post("/sts", content=body, headers=dict(request.headers.items()))
    assert answer.status_code == 200, answer.text
    found = {tag: answer.text.split(f"<{tag}>")[1].split(f"</{tag}>")[0] for tag in ("AccessKeyId", "SecretAccessKey", "SessionToken")}
    return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])


def _signed(
    credentials: Credentials, method: str, path: str, token: str, *, region: str = "us-east-1", body: bytes = b""
) -> dict[str, str]:
    headers = {"x-amz-access-token": token}
    if body:
        headers["content-type"] = "application/json"
    request = AWSRequest(method, HOST + path, headers, body)
    SigV4Auth(credentials, "execute-api", region).add_auth(request)
    return dict(request.headers.items())


async def _send(amazon: Any, method: str, path: str, headers: dict[str, str], body: bytes = b"", *, region: str = "NA") -> httpx.Response:
    answer: httpx.Response = await amazon.regions[region].request(method, path, headers=headers, content=body)
    return answer


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        (PARTICIPATIONS, 200),
        ("/orders/2026-01-01/orders?includedData=PROCEEDS%2CFULFILLMENT&createdAfter=2026-01-01T00%3A00%3A00%2B00%3A00", 200),
        ("/orders/2026-01-01/orders/903-1%2F1%20%C3%A9", 404),
        ("/listings/2021-08-01/items/SELLER/A%2FB?marketplaceIds=ATVPDKIKX0DER", 200),
    ],
)
async def test_what_botocore_signed_is_accepted_byte_for_byte(amazon: Any, path: str, accepted: int) -> None:
    token = await amazon.access_token(await amazon.seller())
    answer = await _send(amazon, "GET", path, _signed(await _session(amazon), "GET", path, token))
    assert answer.status_code == accepted, answer.text
    assert (await amazon.ledger(kind="spapi"))[-1]["signed"] is True


async def test_a_query_may_be_sent_in_another_spelling_than_the_one_that_is_signed(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    strict = "/orders/2026-01-01/orders?createdAfter=2026-01-01T00%3A00%3A00Z&marketplaceIds=ATVPDKIKX0DER%2CA2EUQ1WTGCTBG2"
    headers = _signed(await _session(amazon), "GET", strict, token)
    answer = await _send(amazon, "GET", strict.replace("%3A", ":").replace("%2C", ","), headers)
    assert "signature" not in answer.text


async def test_a_signed_body_is_part_of_the_signature(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    path, body = "/reports/2021-06-30/reports", b'{"reportType":"X","marketplaceIds":["ATVPDKIKX0DER"]}'
    headers = _signed(await _session(amazon), "POST", path, token, body=body)
    assert (await _send(amazon, "POST", path, headers, body)).status_code == 202
    assert (await _send(amazon, "POST", path, headers, body.replace(b"X", b"Y"))).status_code == 403


async def test_every_altered_part_breaks_the_signature(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    other = await amazon.access_token(await amazon.seller())
    good = _signed(await _session(amazon), "GET", PARTICIPATIONS, token)
    authorization = good["Authorization"]
    for change in (
        {"Authorization": authorization[:-1] + ("0" if authorization[-1] != "0" else "1")},
        {"Authorization": authorization.replace("us-east-1", "eu-west-1")},
        {"Authorization": authorization.replace("execute-api", "s3")},
        {"Authorization": authorization.replace("x-amz-access-token;", "")},
        {"Authorization": "Bearer something"},
        {"Authorization": "AWS4-HMAC-SHA256 nonsense"},
        {"x-amz-access-token": other},
        {"X-Amz-Security-Token": "another"},
        {"X-Amz-Date": "20260101T000000Z"},
        {"host": "elsewhere.example"},
        {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"},
    ):
        answer = await _send(amazon, "GET", PARTICIPATIONS, {**good, **change})
        assert answer.status_code == 403, change
    assert (await _send(amazon, "GET", PARTICIPATIONS, good)).status_code == 200


async def test_the_scope_must_be_the_ports_region(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller("EU", ("DE",)))
    session = await _session(amazon)
    for region, status in (("us-east-1", 403), ("eu-west-1", 200)):
        headers = _signed(session, "GET", PARTICIPATIONS, token, region=region)
        assert (await _send(amazon, "GET", PARTICIPATIONS, headers, region="EU")).status_code == status


async def test_keys_that_sts_did_not_issue_or_that_ran_out_are_refused(amazon: Any) -> None:
    seller = await amazon.seller()
    token = await amazon.access_token(seller)
    made_up = Credentials("ASIAMADEUP", "secret", "token")
    assert (await _send(amazon, "GET", PARTICIPATIONS, _signed(made_up, "GET", PARTICIPATIONS, token))).status_code == 403
    session = await _session(amazon)
    await amazon.control("POST", "clock", advance_seconds=3600)
    fresh = await amazon.access_token(seller)
    expired = await _send(amazon, "GET", PARTICIPATIONS, _signed(session, "GET", PARTICIPATIONS, fresh))
    assert (expired.status_code, expired.json()["errors"][0]["code"]) == (403, "ExpiredToken")


async def test_a_seller_may_insist_on_signatures(amazon: Any) -> None:
    seller = await amazon.seller(requires_signing=True)
    token = await amazon.access_token(seller)
    assert (await amazon.get(PARTICIPATIONS, token)).status_code == 403
    assert (await _send(amazon, "GET", PARTICIPATIONS, _signed(await _session(amazon), "GET", PARTICIPATIONS, token))).status_code == 200
