import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_svc.domain.account import AccountStatus, Authorization, Failure, Identity, SellingPartnerAccount, Signing
from account_svc.domain.application import Application
from account_svc.domain.consent import consent_url
from account_svc.domain.errors import (
    AccountNotFoundError,
    AmazonNotConnectedError,
    InvalidInputError,
    ReauthorizationRequiredError,
    VersionConflictError,
)
from account_svc.domain.identifiers import (
    SYSTEM_TENANT,
    AccountId,
    ApplicationId,
    SellingPartnerId,
    TenantId,
    parse_account_id,
    parse_selling_partner_id,
    parse_tenant_id,
)
from account_svc.domain.marketplaces import MARKETPLACES, Central, find_marketplace, marketplaces_in
from account_svc.domain.oauth_state import BrowserBinding, state_hash
from account_svc.domain.refresh_token import require_refresh_token
from account_svc.domain.region import Region, parse_region
from account_svc.domain.return_path import parse_return_path
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed
from svc_kit.secret import Secret

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ROLE = Role(arn="arn:aws:iam::123456789012:role/x", external_id="ext")


def given_by(token: bytes = b"one", **changes) -> Authorization:
    fields = {"refresh_token": Sealed(token), "application": ApplicationId("default"), "marketplaces": ("ATVPDKIKX0DER",)}
    return Authorization(**{**fields, **changes})


def account(**changes) -> SellingPartnerAccount:
    identity = Identity(tenant=TenantId("acme"), selling_partner_id=SellingPartnerId("A1"), region=Region.NA)
    return replace(SellingPartnerAccount.create(AccountId("1"), identity, given_by(), NOW), **changes)


def failure() -> Failure:
    return Failure(code="invalid_grant", detail="revoked", at=LATER)


def test_a_new_account_is_active_at_version_one():
    made = account()
    assert (made.status, made.version, made.refresh_token_version, made.connected_at) == (AccountStatus.ACTIVE, 1, 1, NOW)


def test_connecting_again_keeps_id_and_history_and_renews_the_rest():
    ended = account().disconnect(LATER)
    again = ended.reconnect(given_by(b"two", marketplaces=("A2EUQ1WTGCTBG2",)), LATER)
    assert (again.id, again.created_at, again.version, again.refresh_token_version) == ("1", NOW, 3, 2)
    assert (again.status, again.refresh_token, again.disconnected_at) == (AccountStatus.ACTIVE, b"two", None)
    assert again.marketplaces == ("ATVPDKIKX0DER", "A2EUQ1WTGCTBG2")
    assert again.connected_at == LATER
    assert account().reconnect(given_by(), LATER).connected_at == NOW


def test_a_disconnected_account_has_no_secrets_and_stays_as_it_is():
    ended = account(role=ROLE, signing=Signing.SIGV4).disconnect(LATER)
    assert (ended.status, ended.refresh_token, ended.role, ended.signing) == (AccountStatus.DISCONNECTED, None, None, Signing.NONE)
    assert ended.disconnect(LATER) is ended
    with pytest.raises(AmazonNotConnectedError):
        ended.usable_refresh_token()
    with pytest.raises(AmazonNotConnectedError):
        ended.rotate_refresh_token(Sealed(b"x"), 1, LATER)
    with pytest.raises(ValueError, match="secrets"):
        replace(ended, refresh_token=Sealed(b"x"))


def test_a_rotated_token_takes_the_place_of_the_one_it_was_read_with():
    rotated = account().rotate_refresh_token(Sealed(b"two"), 1, LATER)
    assert (rotated.refresh_token, rotated.refresh_token_version, rotated.version) == (b"two", 2, 2)
    with pytest.raises(VersionConflictError):
        rotated.rotate_refresh_token(Sealed(b"three"), 1, LATER)


def test_a_refused_authorisation_is_noted_once_and_only_for_the_current_token():
    failed = account().fail_authorization(failure(), 1)
    assert (failed.status, failed.version, failed.last_failure) == (AccountStatus.REAUTHORIZATION_REQUIRED, 2, failure())
    assert failed.fail_authorization(failure(), 1) is failed
    with pytest.raises(ReauthorizationRequiredError):
        failed.usable_refresh_token()
    renewed = failed.reconnect(given_by(b"two"), LATER)
    assert renewed.last_failure is None
    assert renewed.fail_authorization(failure(), 1) is renewed


@pytest.mark.parametrize(
    ("given_signing", "given_role", "known_role", "expected"),
    [
        (None, None, None, Signing.NONE),
        (None, ROLE, None, Signing.SIGV4),
        (None, None, ROLE, Signing.SIGV4),
        (Signing.NONE, None, ROLE, Signing.NONE),
        (Signing.SIGV4, ROLE, None, Signing.SIGV4),
    ],
)
def test_an_account_signs_as_asked_else_when_it_has_a_role(given_signing, given_role, known_role, expected):
    known = account(role=known_role)
    assert known.reconnect(given_by(signing=given_signing, role=given_role), LATER).signing is expected


def test_signing_needs_a_role():
    with pytest.raises(InvalidInputError):
        account().reconnect(given_by(signing=Signing.SIGV4), LATER)


def test_no_secret_shows_in_the_account():
    assert "refresh_token=" not in repr(account())
    assert "refresh_token=" not in repr(given_by())


def test_there_are_23_marketplaces_each_found_by_id_and_country():
    assert len(MARKETPLACES) == len({place.id for place in MARKETPLACES}) == 23
    for place in MARKETPLACES:
        assert find_marketplace(place.id) is find_marketplace(place.country) is place
    assert find_marketplace("GB") is find_marketplace("uk")
    assert {place.region for place in MARKETPLACES} == set(Region)


def test_marketplaces_of_an_account_lie_in_its_region():
    assert marketplaces_in(Region.EU, ["DE", "GB", "DE"]) == ("A1PA6795UKMFR9", "A1F83G8C2ARO7P")
    with pytest.raises(InvalidInputError):
        marketplaces_in(Region.EU, ["DE", "US"])
    with pytest.raises(InvalidInputError):
        marketplaces_in(Region.EU, [])
    with pytest.raises(InvalidInputError):
        parse_region("XX")


def application(**changes) -> Application:
    made = Application(
        id=ApplicationId("default"),
        name="default",
        spapi_application_id="amzn1.sp.solution.a&b",
        client_id="c",
        redirect_uri="https://door.test/cb?x=1",
        client_secret=Sealed(b"hidden"),
    )
    return replace(made, **changes)


@given(st.text(min_size=1, max_size=40))
def test_every_value_of_the_consent_url_is_encoded(text):
    url = consent_url(application(spapi_application_id=text), find_marketplace("US"), Central.SELLER, text, None)
    assert re.fullmatch(r"https://sellercentral\.amazon\.com/apps/authorize/consent\?[A-Za-z0-9%=&._~-]+", url)
    query = parse_qs(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert query == {"application_id": [text], "state": [text], "redirect_uri": ["https://door.test/cb?x=1"]}


def test_a_draft_application_asks_for_the_beta_page():
    url = consent_url(application(is_draft=True), find_marketplace("US"), Central.VENDOR, "s", "http://sim.test")
    assert url.startswith("http://sim.test/apps/authorize/consent?")
    assert url.endswith("&version=beta")


@pytest.mark.parametrize("path", ["/", "/settings", "/settings/amazon", "/a//b", "/%2e", None])
def test_a_path_of_the_page_is_a_return_path(path):
    assert parse_return_path(path) == (path or "/")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//evil",
        "///evil",
        "/\\evil",
        "\\evil",
        "http://evil",
        "javascript:x",
        "settings",
        "/a?b",
        "/a#b",
        "/a b",
        "/a\n",
        "/é",
        "/" + "a" * 600,
    ],
)
def test_anything_else_is_no_return_path(path):
    with pytest.raises(InvalidInputError):
        parse_return_path(path)


@given(st.text(max_size=30))
def test_a_return_path_never_leaves_the_page(text):
    try:
        path = parse_return_path(text)
    except InvalidInputError:
        return
    url = urlsplit(f"http://page.test{path}")
    assert (url.scheme, url.netloc, url.query, url.fragment) == ("http", "page.test", "", "")
    assert urlsplit(path).netloc == ""


def test_identifiers_of_outside_are_checked():
    assert parse_tenant_id("acme-1_x") == "acme-1_x"
    for wrong in ("", "a b", "a/b", "x" * 65, SYSTEM_TENANT, "a\n"):
        with pytest.raises(InvalidInputError):
            parse_tenant_id(wrong)
    for wrong in ("", "1", "00000000-0000-7000-8000-00000000000G", "00000000-0000-7000-8000-000000000000\n"):
        with pytest.raises(AccountNotFoundError):
            parse_account_id(wrong)
    assert parse_selling_partner_id("amzn1.vg.123") == "amzn1.vg.123"
    for wrong in ("", "a", "A1 B", "A1\n", "<b>", "../x", "A" * 65):
        with pytest.raises(InvalidInputError):
            parse_selling_partner_id(wrong)


@pytest.mark.parametrize("token", ["", "short", "with blank in it", "Atzr|x\nmore-of-it", "é" * 20, "x" * 5000])
def test_what_amazon_never_issues_is_no_refresh_token_and_is_not_quoted(token):
    with pytest.raises(InvalidInputError) as caught:
        require_refresh_token(Secret(token))
    assert not token or token not in str(caught.value)


def test_a_browsers_proof_holds_for_one_state_one_secret_and_one_key():
    binding = BrowserBinding(Secret("key"))
    proof = binding.proof(state_hash("s"), Secret("b"))
    assert proof == binding.proof(state_hash("s"), Secret("b"))
    others = {
        binding.proof(state_hash("t"), Secret("b")),
        binding.proof(state_hash("s"), Secret("c")),
        BrowserBinding(Secret("other")).proof(state_hash("s"), Secret("b")),
    }
    assert len(others | {proof}) == 4
    assert state_hash("s") != "s"
