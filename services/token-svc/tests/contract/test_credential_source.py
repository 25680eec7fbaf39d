"""CredentialSource: the promises of its docstrings, by the fake and by the HTTP client against a strict stand-in of account-svc."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from svc_kit.errors import Conflict, DomainError, Timeout, Unavailable
from svc_kit.http_client import ServiceClient
from svc_kit.secret import Secret
from token_svc.adapters.outbound.account.credential_source import SCOPES, HttpCredentialSource
from token_svc.adapters.outbound.memory.credential_source import MemoryCredentialSource
from token_svc.application.ports.credential_source import CredentialSource


@dataclass
class Source:
    port: CredentialSource
    stored: MemoryCredentialSource
    server: Any = None

    def fail(self) -> None:
        if self.server is None:
            self.stored.is_down = True
        else:
            self.server.is_down = True


@pytest.fixture(params=["memory", "http"])
async def source(request, make_credentials, speaking_to_account_svc) -> AsyncIterator[Source]:
    stored = MemoryCredentialSource()
    made = make_credentials("acc-1", role_arn="arn:aws:iam::1:role/r", external_id="ext")
    stored.put(replace(made, application=replace(made.application, client_secret_next=Secret("next"), kind="advertising")))
    if request.param == "memory":
        yield Source(stored, stored)
        return
    async with speaking_to_account_svc(stored) as (client, server):
        yield Source(HttpCredentialSource(client), stored, server)


async def test_an_accounts_credentials_come_whole(source):
    assert await source.port.account("acc-1") == source.stored.accounts["acc-1"]


@pytest.mark.parametrize(
    ("status", "code"), [("disconnected", "amazon_not_connected"), ("reauthorization_required", "reauthorization_required")]
)
async def test_the_secrets_of_an_unusable_account_stay_where_they_are(source, status, code):
    source.stored.set_status("acc-1", status)
    with pytest.raises(DomainError, match=code):
        await source.port.account("acc-1")


@pytest.mark.parametrize("account_id", ["acc-9", "../applications/default", "a b"])
async def test_an_unknown_account_is_refused(source, account_id):
    with pytest.raises(DomainError, match="account_not_found"):
        await source.port.account(account_id)


async def test_an_applications_credentials_come_whole(source):
    assert await source.port.application("default") == source.stored.applications["default"]
    with pytest.raises(DomainError, match="application_not_found"):
        await source.port.application("nobody")


async def test_a_rotated_token_replaces_exactly_the_expected_version(source):
    assert await source.port.replace_refresh_token("acc-1", expected_version=1, refresh_token=Secret("Atzr|2")) == 2
    with pytest.raises(Conflict):
        await source.port.replace_refresh_token("acc-1", expected_version=1, refresh_token=Secret("Atzr|3"))
    assert (await source.port.account("acc-1")).refresh_token == Secret("Atzr|2")
    with pytest.raises(DomainError, match="account_not_found"):
        await source.port.replace_refresh_token("acc-9", expected_version=1, refresh_token=Secret("Atzr|3"))


async def test_a_failure_reported_twice_is_one(source):
    for _ in range(2):
        await source.port.report_authorization_failure("acc-1", error="invalid_grant", description="revoked", refresh_token_version=1)
    assert source.stored.reports == {("acc-1", 1): "invalid_grant: revoked"}


async def test_an_account_svc_that_cannot_serve_is_unavailable(source):
    source.fail()
    with pytest.raises(Unavailable):
        await source.port.account("acc-1")


async def test_an_account_svc_that_is_not_there_is_unavailable_or_out_of_time(free_url, identities):
    issuer = identities.issuer("token-svc")
    async with ServiceClient.open(free_url, issuer=issuer, audience="account-svc", scopes=SCOPES, deadline_seconds=2) as client:
        with pytest.raises((Unavailable, Timeout)):
            await HttpCredentialSource(client).account("acc-1")
