# ruff: noqa: E501 - published figures stand on one line each
"""Signature Version 4 against AWS's published examples and against botocore."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from spapi_gateway.domain.credentials import Credential, CredentialKind
from spapi_gateway.domain.sigv4 import SigV4Signer, canonical_path, canonical_query
from svc_kit.secret import Secret

AT = datetime(2015, 8, 30, 12, 36, 0, tzinfo=UTC)
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
KEY_ID = "AKIDEXAMPLE"


def credential(token: str = "") -> Credential:
    return Credential(
        kind=CredentialKind.AWS_SESSION, token=Secret(token), expires_at=0, access_key_id=KEY_ID, secret_access_key=Secret(SECRET)
    )


def signature(headers: list[tuple[str, str]]) -> str:
    found = re.search(r"Signature=([0-9a-f]{64})$", dict(headers)["authorization"])
    assert found
    return found[1]


# Names and signatures of AWS's SigV4 test suite (service "service", us-east-1).
VECTORS = [
    ("get-vanilla", "GET", "/", "", [], b"", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ("get-vanilla-query-order-key-case", "GET", "/", "Param2=value2&Param1=value1", [], b"", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    ("get-vanilla-query-unreserved", "GET", "/", "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", [], b"", "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
    ("get-vanilla-utf8-query", "GET", "/", "%E1%88%B4=bar", [], b"", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
    ("get-header-value-trim", "GET", "/", "", [("my-header1", " value1"), ("my-header2", ' "a   b   c"')], b"", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
    ("post-vanilla", "POST", "/", "", [], b"", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    ("post-x-www-form-urlencoded", "POST", "/", "", [("content-type", "application/x-www-form-urlencoded")], b"Param1=value1", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "method", "path", "query", "headers", "body", "expected"), VECTORS, ids=[v[0] for v in VECTORS])
def test_aws_published_examples(*, name, method, path, query, headers, body, expected):
    signed = SigV4Signer("service").sign(
        method=method,
        host="example.amazonaws.com",
        path=path,
        query=query,
        body=body,
        headers=headers,
        credential=credential(),
        region="us-east-1",
        at=AT,
    )
    assert signature(signed) == expected


segment = st.text(min_size=1, max_size=12).map(lambda text: quote(text, safe="")).filter(lambda text: text not in {".", ".."})
value = st.text(max_size=12).map(lambda text: quote(text, safe="-_.~"))


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    segments=st.lists(segment, min_size=1, max_size=4),
    pairs=st.lists(st.tuples(value, value), max_size=4),
    body=st.binary(max_size=50),
    at=st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the bounds have no zone
    region=st.sampled_from(["us-east-1", "eu-west-1", "us-west-2"]),
)
def test_the_same_as_botocore(*, method, segments, pairs, body, at, region):
    at = at.replace(microsecond=0)
    path = "/" + "/".join(segments)
    query = "&".join(f"{name}={text}" for name, text in pairs)
    host = "sellingpartnerapi-eu.amazon.com"
    ours = SigV4Signer().sign(
        method=method,
        host=host,
        path=path,
        query=query,
        body=body,
        headers=[("x-amz-access-token", "Atza|abc")],
        credential=credential("session"),
        region=region,
        at=at,
    )
    request = AWSRequest(method=method, url=f"https://{host}{path}" + (f"?{query}" if query else ""), data=body)
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    request.context["timestamp"] = stamp
    for name, text in [("x-amz-access-token", "Atza|abc"), ("x-amz-date", stamp), ("x-amz-security-token", "session")]:
        request.headers[name] = text
    signer = SigV4Auth(Credentials(KEY_ID, SECRET, "session"), "execute-api", region)
    theirs = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    assert signature(ours) == theirs
    assert dict(ours)["x-amz-date"] == stamp


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("t=2026-01-01T00:00:00Z", "t=2026-01-01T00%3A00%3A00Z"),
        ("t=%2d%61", "t=-a"),
        ("a=%c3%a9", "a=%C3%A9"),
        ("b=1&a=2&a=1", "a=1&a=2&b=1"),
        ("a&b=", "a=&b="),
        ("a=b=c", "a=b%3Dc"),
        ("a='x'", "a=%27x%27"),
    ],
)
def test_a_query_is_signed_in_its_strict_form_whatever_form_it_came_in(query, canonical):
    assert canonical_query(query) == canonical


def test_a_path_is_signed_encoded_once_more():
    assert canonical_path("/a%2Fb/c d:e") == "/a%252Fb/c%20d%3Ae"


def test_a_new_day_a_new_region_and_a_new_key_give_new_signatures():
    signer = SigV4Signer()

    def sign(at=AT, region="us-east-1", key=KEY_ID, secret=SECRET):
        session = Credential(
            kind=CredentialKind.AWS_SESSION, token=Secret("t"), expires_at=0, access_key_id=key, secret_access_key=Secret(secret)
        )
        return signature(
            signer.sign(method="GET", host="h", path="/", query="", body=b"", headers=[], credential=session, region=region, at=at)
        )

    first = sign()
    assert len({first, sign(at=AT.replace(day=31)), sign(region="eu-west-1"), sign(key="OTHER", secret="other")}) == 4
    assert sign() == first
