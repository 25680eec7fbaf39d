"""Composition root: settings → adapters → use cases → one application."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from litestar import Litestar

from account_svc.adapters.inbound.background.kept_running import kept_running
from account_svc.adapters.inbound.http.api import SERVICE, build_api
from account_svc.adapters.inbound.http.provided import WebSettings
from account_svc.adapters.outbound.nats.event_publisher import AccountEventPublisher
from account_svc.adapters.outbound.postgres.account_repository import PostgresAccountRepository
from account_svc.adapters.outbound.postgres.application_registry import PostgresApplicationRegistry
from account_svc.adapters.outbound.postgres.credential_audit import PostgresCredentialAudit
from account_svc.adapters.outbound.postgres.oauth_state_store import PostgresOAuthStateStore
from account_svc.adapters.outbound.postgres.readiness import probe_tables
from account_svc.adapters.outbound.postgres.tables import data_keys, outbox
from account_svc.adapters.outbound.sealing.secret_vault import EnvelopeSecretVault
from account_svc.adapters.outbound.system.random_tokens import SystemRandomTokens
from account_svc.adapters.outbound.token_svc.authorization_exchange import TokenSvcAuthorizationExchange
from account_svc.application.use_cases import Ports, UseCases
from account_svc.config import Config, MigrationConfig
from account_svc.domain.oauth_state import BrowserBinding
from svc_kit import logs
from svc_kit.clock import Clock, SystemClock
from svc_kit.database import Database
from svc_kit.errors import Unavailable
from svc_kit.health import ReadinessCheck
from svc_kit.http_client import ServiceClient
from svc_kit.identity import ServiceTokenIssuer, TokenVerifier, users_and_services
from svc_kit.ids import SystemIds
from svc_kit.messaging import NatsConnection
from svc_kit.outbox import OutboxRelay
from svc_kit.sealing import EnvelopeCipher, LocalKeyProvider
from svc_kit.sealing.postgres import PostgresDataKeyStore

# An authorisation code lives five minutes; token-svc retries within this time, the seller's browser waits for it.
_EXCHANGE_SECONDS: Final = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """The ports, filled; who verifies callers; and what must answer before the service is ready."""

    ports: Ports
    verifier: TokenVerifier
    readiness: tuple[ReadinessCheck, ...] = ()


@dataclass
class _Resources:
    """What exists only once the application has started."""

    database: Database | None = None
    nats: NatsConnection | None = None

    async def probe_database(self) -> None:
        if self.database is None:
            raise Unavailable("the service has not started")
        await probe_tables(self.database)

    async def probe_nats(self) -> None:
        if self.nats is None:
            raise Unavailable("the service has not started")
        await self.nats.ping()


def build_app(config: Config, *, overrides: Adapters | None = None) -> Litestar:
    """Return the application for `config`; `overrides` replaces every adapter, and nothing is opened then.

    It starts whether or not PostgreSQL, NATS and token-svc are there, and uses each as soon as it is.
    """
    clock, resources = SystemClock(), _Resources()
    binding = BrowserBinding(config.state_hmac_key)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            ports = overrides.ports if overrides else await _open(config, clock, resources, stack)
            use_cases = UseCases.over(ports, binding=binding, consent_override=config.consent_url)
            app.state["use_cases"] = use_cases
            if config.application is not None:
                register = partial(use_cases.register_application, config.application)
                await stack.enter_async_context(kept_running("register-application", register, clock))
            yield

    checks = (
        ReadinessCheck(name="database", probe=resources.probe_database),
        # Events wait in the outbox while NATS is away; nothing that callers ask for needs it.
        ReadinessCheck(name="nats", probe=resources.probe_nats, required=False),
    )
    web_settings = WebSettings(frontend_url=config.frontend_url, is_cookie_secure=config.is_cookie_secure)
    return build_api(
        lifespan=[lifespan],
        verifier=overrides.verifier if overrides else users_and_services(SERVICE, config, clock),
        readiness=overrides.readiness if overrides else checks,
        state={"web_settings": web_settings},
    )


async def migrate_database(config: MigrationConfig) -> None:
    """Bring the database to the shape this version needs, as its owner."""
    logs.configure(SERVICE, config.log_level)
    # Alembic is 10 MB that a serving process never needs.
    from account_svc.adapters.outbound.postgres.migrate import migrate  # noqa: PLC0415

    await migrate(config.owner_url, config.app_role)


async def _open(config: Config, clock: Clock, resources: _Resources, stack: AsyncExitStack) -> Ports:
    database = resources.database = await stack.enter_async_context(Database.open(config.database_url))
    nats = resources.nats = await stack.enter_async_context(NatsConnection.open(config.nats_url, SERVICE, wait_seconds=0.1))
    issuer = ServiceTokenIssuer(config.service_key, SERVICE, config.service_key_id, clock)
    token_svc = await stack.enter_async_context(
        ServiceClient.open(
            config.token_svc_url,
            issuer=issuer,
            audience="token-svc",
            scopes=("authorizations:exchange",),
            deadline_seconds=_EXCHANGE_SECONDS,
        )
    )
    relay = OutboxRelay(database, outbox, AccountEventPublisher(nats))
    await stack.enter_async_context(kept_running("outbox-relay", relay.run, clock))
    key_provider = LocalKeyProvider.load(config.kek_file, create=True)
    ids = SystemIds()
    return Ports(
        accounts=PostgresAccountRepository(database, clock, ids),
        states=PostgresOAuthStateStore(database),
        applications=PostgresApplicationRegistry(database),
        vault=EnvelopeSecretVault(EnvelopeCipher(key_provider, PostgresDataKeyStore(database, data_keys), clock)),
        exchange=TokenSvcAuthorizationExchange(token_svc),
        audit=PostgresCredentialAudit(database),
        tokens=SystemRandomTokens(),
        clock=clock,
        ids=ids,
    )
