"""A migrated database for the adapters under contract, and accounts to put into them."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.engine import make_url

from account_svc.adapters.outbound.postgres.migrate import migrate
from account_svc.domain.account import Authorization, Identity, SellingPartnerAccount
from account_svc.domain.identifiers import AccountId, ApplicationId, SellingPartnerId, TenantId
from account_svc.domain.region import Region
from account_svc.domain.sealed import Sealed
from svc_kit.database import Database
from svc_kit.ids import uuid7

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
async def migrated_urls(database_factory):
    urls = database_factory(owner="account_owner", app="account_app")
    await migrate(urls.owner_url, make_url(urls.app_url).username)
    return urls


@pytest.fixture
async def database(migrated_urls) -> AsyncIterator[Database]:
    async with Database.open(migrated_urls.app_url) as database:
        yield database


@pytest.fixture
def tenant() -> TenantId:
    """A tenant that no other test uses."""
    return TenantId(f"t-{uuid.uuid4()}")


@pytest.fixture
def make_account(tenant):
    """Make a new account: `make_account(partner="A1", marketplaces=("ATVPDKIKX0DER",))`."""

    def make(partner: str = "A1SELLER", marketplaces: tuple[str, ...] = ("ATVPDKIKX0DER",), owner: str = tenant) -> SellingPartnerAccount:
        identity = Identity(tenant=TenantId(owner), selling_partner_id=SellingPartnerId(partner), region=Region.NA)
        given = Authorization(refresh_token=Sealed(b"sealed"), application=ApplicationId("default"), marketplaces=marketplaces)
        return SellingPartnerAccount.create(AccountId(uuid7()), identity, given, NOW)

    return make
