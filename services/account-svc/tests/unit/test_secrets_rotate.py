"""Secrets of applications: what the settings say, what Amazon sends, and what the watch does about the days."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from account_svc.adapters.inbound.background.secret_watch import ClientSecretExpiresSoonError, SecretWatch
from account_svc.adapters.inbound.sqs.notification import Notification, NotUnderstoodError
from account_svc.adapters.outbound.memory.application_registry import MemoryApplicationRegistry
from account_svc.adapters.outbound.memory.secret_vault import MemorySecretVault
from account_svc.application.application_use_cases import ApplicationUseCases
from account_svc.application.commands.register_application import ApplicationSettings, RegisterApplication
from account_svc.domain.errors import ApplicationNotFoundError
from account_svc.domain.identifiers import DEFAULT_APPLICATION
from account_svc.domain.sealed import client_secret_place
from svc_kit.clock import ManualClock
from svc_kit.secret import Secret

SETTINGS = ApplicationSettings(
    spapi_application_id="amzn1.sp.solution.x", client_id="client", client_secret=Secret("first-secret"), redirect_uri="http://door.test/c"
)


class Ports:
    """The ports that applications need."""

    def __init__(self) -> None:
        self.applications, self.vault, self.clock = MemoryApplicationRegistry(), MemorySecretVault(), ManualClock()

    async def secrets(self) -> tuple[str | None, ...]:
        known = self.applications.applications[DEFAULT_APPLICATION]
        place = client_secret_place(DEFAULT_APPLICATION)
        slots = (known.client_secret, known.client_secret_next)
        return tuple([(await self.vault.open(place, sealed)).reveal() if sealed else None for sealed in slots])

    def message(self, secret: str = "second-secret", client_id: str = "client", days: float = 180) -> str:
        now = self.clock.now()
        told = {
            "clientId": client_id,
            "newClientSecret": secret,
            "newClientSecretExpiryTime": (now + timedelta(days=days)).isoformat(),
            "oldClientSecretExpiryTime": (now + timedelta(days=7)).isoformat(),
        }
        return json.dumps(
            {
                "notificationType": "APPLICATION_OAUTH_CLIENT_NEW_SECRET",
                "payload": {"applicationOAuthClientNewSecret": told},
                "notificationMetadata": {"notificationId": "n-1"},
            }
        )


@pytest.fixture
def ports() -> Ports:
    return Ports()


@pytest.fixture
def register(ports) -> RegisterApplication:
    return RegisterApplication(applications=ports.applications, vault=ports.vault, clock=ports.clock)


@pytest.fixture
def applications(ports) -> ApplicationUseCases:
    return ApplicationUseCases.over(ports)


async def take(applications, message: str) -> None:
    await applications.take_rotated_secret(*Notification.read(message).new_secret())


async def test_a_restart_does_not_bring_back_a_secret_that_was_rotated_away(ports, register, applications):
    await register(SETTINGS)
    await take(applications, ports.message())
    await applications.promote_secret(DEFAULT_APPLICATION)
    await register(SETTINGS)
    assert await ports.secrets() == ("second-secret", None)
    await register(replace(SETTINGS, client_secret=Secret("third-secret")))
    assert await ports.secrets() == ("third-secret", None)


async def test_settings_that_say_the_same_store_nothing(ports, register):
    await register(SETTINGS)
    await register(SETTINGS)
    assert ports.applications.applications[DEFAULT_APPLICATION].version == 1


async def test_a_notification_puts_the_secret_into_the_next_slot_once(ports, register, applications):
    await register(SETTINGS)
    for _ in range(2):
        await take(applications, ports.message())
    assert await ports.secrets() == ("first-secret", "second-secret")
    assert len(ports.applications.events) == 1


async def test_both_casings_of_the_envelope_are_read(ports):
    def pascal(value):
        return {name[0].upper() + name[1:]: pascal(inner) for name, inner in value.items()} if isinstance(value, dict) else value

    camel = ports.message()
    for body in (camel, json.dumps(pascal(json.loads(camel)))):
        client_id, new = Notification.read(body).new_secret()
        assert (client_id, new.secret.reveal()) == ("client", "second-secret")
        assert "second-secret" not in repr(new)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"notificationType": "APPLICATION_OAUTH_CLIENT_NEW_SECRET", "payload": {}}'])
def test_what_is_no_notification_is_not_understood(body):
    with pytest.raises(NotUnderstoodError):
        Notification.read(body).new_secret()


async def test_a_secret_of_an_unknown_client_is_refused(ports, register, applications):
    await register(SETTINGS)
    with pytest.raises(ApplicationNotFoundError):
        await take(applications, ports.message(client_id="somebody-else"))


async def test_the_watch_counts_down_warns_and_moves_up_what_is_due(ports, register, applications):
    await register(SETTINGS)
    watch = SecretWatch(ports.clock)
    registry = CollectorRegistry()
    registry.register(watch)

    async def days() -> float | None:
        await watch.look(applications)
        return registry.get_sample_value("application_secret_days_left", {"application": "default"})

    assert await days() == 180
    await watch.probe()
    ports.clock.advance(timedelta(days=150).total_seconds())
    assert await days() == 30
    with pytest.raises(ClientSecretExpiresSoonError):
        await watch.probe()
    await take(applications, ports.message())
    assert await days() == 180
    await watch.probe()
    ports.clock.advance(timedelta(days=7).total_seconds())
    assert await days() == 173
    assert await ports.secrets() == ("second-secret", None)
