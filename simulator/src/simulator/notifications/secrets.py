"""APPLICATION_OAUTH_CLIENT_NEW_SECRET, as Amazon's "Application Management API use case guide" shows it."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from simulator.clock import stamp
from simulator.state.credentials import Application

SECRET_LIFE = timedelta(days=180)


def new_secret(application: Application, now: datetime) -> dict[str, Any]:
    """The notification of the application's present secret."""
    return {
        "notificationVersion": "1.0",
        "notificationType": "APPLICATION_OAUTH_CLIENT_NEW_SECRET",
        "payloadVersion": "1.0",
        "eventTime": stamp(now),
        "payload": {
            "applicationOAuthClientNewSecret": {
                "clientId": application.client_id,
                "newClientSecret": application.client_secret,
                "newClientSecretExpiryTime": stamp(now + SECRET_LIFE),
                "oldClientSecretExpiryTime": stamp(application.old_secret_expires or now),
            }
        },
        "notificationMetadata": {
            "applicationId": application.application_id,
            "publishTime": stamp(now),
            "notificationId": str(uuid.uuid4()),
        },
    }
