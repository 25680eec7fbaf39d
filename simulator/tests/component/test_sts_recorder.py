from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from simulator.config import Config

ROLE = "arn:aws:iam::123456789012:role/seller"
FORM = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": ROLE, "RoleSessionName": "seller-1", "ExternalId": "tenant-1"}


async def _assume(amazon: Any, *, key: str = "AKIAEXAMPLE", secret: str = "secret", **changes: str) -> Any:
    body = "&".join(f"{name}={value}" for name, value in {**FORM, **changes}.items() if value)
    request = AWSRequest("POST", "http://127.0.0.1:8706/sts", {"content-type": "application/x-www-form-urlencoded"}, body.encode())
    SigV4Auth(Credentials(key, secret), "sts", "us-east-1").add_auth(request)
    return await amazon.main.post("/sts", content=body, headers=dict(request.headers.items()))


async def test_a_role_is_assumed_with_its_own_external_id_only(amazon: Any) -> None:
    assert (await _assume(amazon)).status_code == 403
    await amazon.control("POST", "roles", role_arn=ROLE, external_id="tenant-1")
    assert (await _assume(amazon)).status_code == 200
    for external_id in ("tenant-2", ""):
        refused = await _assume(amazon, ExternalId=external_id)
        assert (refused.status_code, "<Code>AccessDenied</Code>" in refused.text) == (403, True)


@pytest.mark.parametrize("change", [{"DurationSeconds": "60"}, {"RoleSessionName": "a%20b"}, {"Action": "GetCallerIdentity"}])
async def test_bad_parameters_are_refused(amazon: Any, change: dict[str, str]) -> None:
    await amazon.control("POST", "roles", role_arn=ROLE, external_id="tenant-1")
    assert (await _assume(amazon, **change)).status_code == 400


async def test_the_caller_must_hold_the_configured_key(open_with: Any) -> None:
    amazon = open_with(Config(aws_access_key_id="AKIARIGHT", aws_secret_access_key="right"))
    await amazon.control("POST", "roles", role_arn=ROLE, external_id="tenant-1")
    assert (await _assume(amazon, key="AKIARIGHT", secret="right")).status_code == 200
    assert "InvalidClientTokenId" in (await _assume(amazon, key="AKIAWRONG", secret="right")).text
    assert "SignatureDoesNotMatch" in (await _assume(amazon, key="AKIARIGHT", secret="wrong")).text
    unsigned = await amazon.main.post("/sts", data=FORM)
    assert "MissingAuthenticationToken" in unsigned.text


async def test_the_ledger_names_role_and_session_but_no_secret(amazon: Any) -> None:
    await amazon.control("POST", "roles", role_arn=ROLE, external_id="tenant-1")
    answer = await _assume(amazon)
    (entry,) = await amazon.ledger(kind="sts")
    assert entry["query"] == {"RoleArn": ROLE, "RoleSessionName": "seller-1"}
    session_token = answer.text.split("<SessionToken>")[1].split("<")[0]
    assert session_token not in str(entry)
    assert "tenant-1" not in str(entry)
