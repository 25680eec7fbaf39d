"""What a patch does to an account."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from account_svc.domain.account import AccountStatus, Authorization, Identity, SellingPartnerAccount, Signing
from account_svc.domain.account_patch import AccountPatch
from account_svc.domain.errors import AmazonNotConnectedError, InvalidInputError
from account_svc.domain.identifiers import AccountId, ApplicationId, SellingPartnerId, TenantId
from account_svc.domain.region import Region
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ARN, OTHER_ARN = (f"arn:aws:iam::123456789012:role/{name}" for name in ("x", "y"))


def account(role: Role | None = None) -> SellingPartnerAccount:
    identity = Identity(tenant=TenantId("acme"), selling_partner_id=SellingPartnerId("A1"), region=Region.NA)
    given = Authorization(
        refresh_token=Sealed(b"one"), application=ApplicationId("default"), marketplaces=("ATVPDKIKX0DER",), name="Shop", role=role
    )
    return SellingPartnerAccount.create(AccountId("1"), identity, given, NOW)


SIGNED = account(Role(arn=ARN, external_id="ext"))


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        (AccountPatch(name="Other"), {"name": "Other"}),
        (AccountPatch(name=None), {"name": None}),
        (AccountPatch(marketplaces=["ca", "US", "CA"]), {"marketplaces": ("A2EUQ1WTGCTBG2", "ATVPDKIKX0DER")}),
        (AccountPatch(role_arn=OTHER_ARN), {"role": Role(arn=OTHER_ARN, external_id="ext")}),
        (AccountPatch(role_arn=OTHER_ARN, external_id="new"), {"role": Role(arn=OTHER_ARN, external_id="new")}),
        (AccountPatch(external_id=None), {"role": Role(arn=ARN)}),
        (AccountPatch(role_arn=None), {"role": None, "signing": Signing.NONE}),
        (AccountPatch(signing=Signing.NONE), {"signing": Signing.NONE}),
    ],
)
def test_a_patch_changes_what_it_names_and_nothing_else(patch, expected):
    changed = patch.applied_to(SIGNED, LATER)
    assert changed == replace(SIGNED, version=2, updated_at=LATER, **expected)


def test_a_role_that_is_added_signs_unless_told_otherwise():
    assert AccountPatch(role_arn=ARN).applied_to(account(), LATER).signing is Signing.SIGV4
    assert AccountPatch(role_arn=ARN, signing=Signing.NONE).applied_to(account(), LATER).signing is Signing.NONE


@pytest.mark.parametrize(
    "patch",
    [
        AccountPatch(),
        AccountPatch(name="Shop"),
        AccountPatch(marketplaces=["US"]),
        AccountPatch(role_arn=ARN),
        AccountPatch(signing=Signing.SIGV4),
    ],
)
def test_a_patch_that_changes_nothing_gives_the_same_account(patch):
    assert patch.applied_to(SIGNED, LATER) is SIGNED


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        (AccountPatch(name=" "), "name_invalid"),
        (AccountPatch(name="a\nb"), "name_invalid"),
        (AccountPatch(name="x" * 201), "name_invalid"),
        (AccountPatch(marketplaces=[]), "marketplaces_missing"),
        (AccountPatch(marketplaces=["DE"]), "marketplace_region_mismatch"),
        (AccountPatch(role_arn="role"), "role_arn_invalid"),
        (AccountPatch(external_id="x"), "external_id_invalid"),
        (AccountPatch(role_arn=None, external_id="new"), "role_missing"),
        (AccountPatch(role_arn=None, signing=Signing.SIGV4), "role_missing"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(patch, code):
    with pytest.raises(InvalidInputError) as caught:
        patch.applied_to(SIGNED, LATER)
    assert caught.value.code == code


def test_a_disconnected_account_can_be_named_but_has_no_role():
    ended = SIGNED.disconnect(NOW)
    assert AccountPatch(name="Old shop").applied_to(ended, LATER).name == "Old shop"
    with pytest.raises(AmazonNotConnectedError):
        AccountPatch(role_arn=ARN).applied_to(ended, LATER)


def test_the_default_ends_with_the_connection():
    chosen = account().make_default(LATER)
    assert (chosen.is_default, chosen.version, chosen.make_default(LATER) is chosen) == (True, 2, True)
    ended = chosen.disconnect(LATER)
    assert (ended.is_default, ended.status) == (False, AccountStatus.DISCONNECTED)
    with pytest.raises(AmazonNotConnectedError):
        ended.make_default(LATER)
    with pytest.raises(ValueError, match="nobody's default"):
        replace(ended, is_default=True)
