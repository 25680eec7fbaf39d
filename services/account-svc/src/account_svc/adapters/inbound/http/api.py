"""The application as the outside sees it."""

from typing import Any, Final

from litestar import Litestar
from litestar.di import Provide

from account_svc.adapters.inbound.http.account_changes import ACCOUNT_CHANGE_ROUTES
from account_svc.adapters.inbound.http.accounts import ACCOUNT_ROUTES
from account_svc.adapters.inbound.http.ads import ADS_ROUTES
from account_svc.adapters.inbound.http.applications import APPLICATION_ROUTES
from account_svc.adapters.inbound.http.batch import BATCH_ROUTES
from account_svc.adapters.inbound.http.callback import complete_connection
from account_svc.adapters.inbound.http.connection import connection_status, end_connection
from account_svc.adapters.inbound.http.health import HEALTH_ROUTES
from account_svc.adapters.inbound.http.internal import INTERNAL_ROUTES
from account_svc.adapters.inbound.http.login import LOGIN_ROUTES
from account_svc.adapters.inbound.http.provided import provide_use_cases, provide_web_settings
from account_svc.adapters.inbound.http.refresh_leases import REFRESH_LEASE_ROUTES
from account_svc.adapters.inbound.http.start import start_connection
from account_svc.adapters.inbound.http.statuses import STATUSES
from svc_kit.web import build_litestar, provide_caller

SERVICE: Final = "account-svc"
VERSION: Final = "1.0.0"


def build_api(**options: Any) -> Litestar:
    """Return the application without anything behind it: enough to print its OpenAPI document."""
    return build_litestar(
        service=SERVICE,
        version=VERSION,
        description="Keeps sellers' accounts, applications and every secret, encrypted.",
        route_handlers=[
            start_connection,
            complete_connection,
            connection_status,
            end_connection,
            *LOGIN_ROUTES,
            *ACCOUNT_ROUTES,
            *ADS_ROUTES,
            *ACCOUNT_CHANGE_ROUTES,
            *BATCH_ROUTES,
            *HEALTH_ROUTES,
            *INTERNAL_ROUTES,
            *REFRESH_LEASE_ROUTES,
            *APPLICATION_ROUTES,
        ],
        statuses=STATUSES,
        dependencies={
            "caller": Provide(provide_caller, sync_to_thread=False),
            "use_cases": Provide(provide_use_cases, sync_to_thread=False),
            "web_settings": Provide(provide_web_settings, sync_to_thread=False),
        },
        **options,
    )
