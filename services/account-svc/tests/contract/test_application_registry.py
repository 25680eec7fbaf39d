"""What an ApplicationRegistry promises, asked of the fake and of PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from account_svc.adapters.outbound.memory.application_registry import MemoryApplicationRegistry
from account_svc.adapters.outbound.postgres.application_registry import PostgresApplicationRegistry
from account_svc.adapters.outbound.postgres.tables import outbox
from account_svc.domain.account import AccountKind
from account_svc.domain.application import Application
from account_svc.domain.application_events import ApplicationSecretRotated
from account_svc.domain.errors import ApplicationNotFoundError
from account_svc.domain.identifiers import DEFAULT_ADS_APPLICATION, DEFAULT_APPLICATION, ApplicationId
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed
from svc_kit.clock import SystemClock
from svc_kit.errors import Conflict
from svc_kit.ids import SystemIds

EXPIRY = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture(params=["memory", "postgres"])
def registry(request):
    if request.param == "memory":
        return MemoryApplicationRegistry()
    return PostgresApplicationRegistry(request.getfixturevalue("database"), SystemClock(), SystemIds())


@pytest.fixture
def application(tenant) -> Application:
    return Application(
        id=ApplicationId(tenant),
        name="Test",
        spapi_application_id="amzn1.sp.solution.x",
        client_id=f"client-{tenant}",
        redirect_uri="http://door.test/callback",
        client_secret=Sealed(b"sealed"),
    )


async def test_a_registered_application_comes_back_as_it_was(registry, application):
    await registry.save(application)
    assert await registry.get(application.id) == application
    assert application in await registry.all()


async def test_a_later_version_replaces_it(registry, application):
    await registry.save(application)
    role = Role(arn="arn:aws:iam::123456789012:role/x", external_id="xyz")
    changed = replace(application, name="Other", is_draft=True, role=role, configured_secret="0" * 64, version=2).with_next_secret(
        Sealed(b"next"), expires_at=EXPIRY, current_expires_at=EXPIRY
    )
    await registry.save(replace(changed, version=2))
    assert await registry.get(application.id) == replace(changed, version=2)


async def test_any_other_version_is_a_conflict_and_changes_nothing(registry, application):
    await registry.save(application)
    for version in (1, 3):
        with pytest.raises(Conflict):
            await registry.save(replace(application, name="Late", version=version), ApplicationSecretRotated(application))
    assert await registry.get(application.id) == application


async def test_of_many_writers_exactly_one_succeeds(registry, application):
    await registry.save(application)
    writers = (registry.save(replace(application, name=f"writer {number}", version=2)) for number in range(8))
    outcomes = await asyncio.gather(*writers, return_exceptions=True)
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7


async def test_an_event_leaves_with_its_change_and_holds_no_secret(registry, application):
    await registry.save(application)
    changed = application.with_next_secret(Sealed(b"next-sealed"), expires_at=EXPIRY, current_expires_at=None)
    await registry.save(changed, ApplicationSecretRotated(changed))
    if isinstance(registry, MemoryApplicationRegistry):
        assert registry.events == [ApplicationSecretRotated(changed)]
        return
    async with registry._database.transaction() as connection:
        contents = [row.content for row in await connection.execute(select(outbox)) if application.id.encode() in row.content]
    assert len(contents) == 1
    assert b"sealed" not in contents[0]


async def test_an_application_keeps_its_kind(registry, application):
    for_ads = replace(application, kind=AccountKind.ADVERTISING)
    await registry.save(for_ads)
    assert await registry.get(application.id) == for_ads


async def test_an_unknown_application_is_refused(registry, application):
    with pytest.raises(ApplicationNotFoundError) as caught:
        await registry.get(application.id)
    assert caught.value.code == "application_not_found"


@pytest.mark.parametrize(
    ("application_id", "setting"), [(DEFAULT_APPLICATION, "AMAZON_LWA_CLIENT_ID"), (DEFAULT_ADS_APPLICATION, "AMAZON_ADS_LWA_CLIENT_ID")]
)
async def test_a_missing_default_says_what_the_operator_must_set(registry, application_id, setting):
    with pytest.raises(ApplicationNotFoundError) as caught:
        await registry.get(application_id)
    assert caught.value.code == "application_not_configured"
    assert setting in caught.value.detail
