"""Application events as others read them (contracts/schemas/events/account-svc.application.*.v1.json)."""

from account_svc.domain.application_events import ApplicationSecretRotated
from account_svc.domain.identifiers import SYSTEM_TENANT
from svc_kit.clock import Clock
from svc_kit.ids import IdFactory
from svc_kit.messaging import Event


def wire_application_event(event: ApplicationSecretRotated, clock: Clock, ids: IdFactory) -> Event:
    """Return the envelope of an event; applications are nobody's, so it carries the system's name in the tenant's place."""
    application = event.application
    data = {
        "application": {
            "id": application.id,
            "client_id": application.client_id,
            "secret_expires_at": application.secret_expires_at.isoformat() if application.secret_expires_at else None,
            "next_secret_expires_at": application.next_secret_expires_at.isoformat() if application.next_secret_expires_at else None,
            "version": application.version,
        }
    }
    return Event.create(
        type="account-svc.application.secret_rotated.v1", tenant=SYSTEM_TENANT, subject=application.id, data=data, clock=clock, ids=ids
    )
