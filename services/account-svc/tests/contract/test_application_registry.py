"""What an ApplicationRegistry promises, asked of the fake and of PostgreSQL."""

from dataclasses import replace

import pytest

from account_svc.adapters.outbound.memory.application_registry import MemoryApplicationRegistry
from account_svc.adapters.outbound.postgres.application_registry import PostgresApplicationRegistry
from account_svc.domain.application import Application
from account_svc.domain.errors import ApplicationNotFoundError
from account_svc.domain.identifiers import DEFAULT_APPLICATION, ApplicationId
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed


@pytest.fixture(params=["memory", "postgres"])
def registry(request):
    return MemoryApplicationRegistry() if request.param == "memory" else PostgresApplicationRegistry(request.getfixturevalue("database"))


@pytest.fixture
def application(tenant) -> Application:
    return Application(
        id=ApplicationId(tenant),
        name="Test",
        spapi_application_id="amzn1.sp.solution.x",
        client_id="client",
        redirect_uri="http://door.test/callback",
        client_secret=Sealed(b"sealed"),
    )


async def test_a_registered_application_comes_back_as_it_was(registry, application):
    await registry.put(application)
    assert await registry.get(application.id) == application


async def test_the_same_id_again_replaces_it(registry, application):
    await registry.put(application)
    role = Role(arn="arn:aws:iam::123456789012:role/x", external_id="xyz")
    changed = replace(application, client_secret=Sealed(b"new"), client_secret_next=Sealed(b"next"), is_draft=True, role=role)
    await registry.put(changed)
    await registry.put(changed)
    assert await registry.get(application.id) == changed


async def test_an_unknown_application_is_refused(registry, application):
    with pytest.raises(ApplicationNotFoundError) as caught:
        await registry.get(application.id)
    assert caught.value.code == "application_not_found"


async def test_a_missing_default_says_what_the_operator_must_set(registry):
    with pytest.raises(ApplicationNotFoundError) as caught:
        await registry.get(DEFAULT_APPLICATION)
    assert caught.value.code == "application_not_configured"
    assert "AMAZON_LWA_CLIENT_ID" in caught.value.detail
