"""Composition root: settings → adapters → use cases → one application."""

import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from litestar import Litestar

from account_svc.adapters.inbound.background.kept_running import kept_running
from account_svc.adapters.inbound.background.secret_watch import SecretWatch
from account_svc.adapters.inbound.command_line.keys import parse_command, run_command
from account_svc.adapters.inbound.command_line.verify_audit import read_ends, verify_audit
from account_svc.adapters.inbound.http.api import SERVICE, build_api
from account_svc.adapters.inbound.http.provided import WebSettings
from account_svc.adapters.inbound.nats.run_events import run_events
from account_svc.adapters.inbound.sqs.secret_queue import SecretQueue
from account_svc.adapters.outbound.postgres.audit_trail import PostgresAuditTrail
from account_svc.application.queries.verify_audit import VerifyAudit
from account_svc.application.use_cases import Ports, UseCases
from account_svc.config import AuditConfig, Config, KeysConfig, MigrationConfig
from account_svc.domain.audit_chain import AuditSeal
from account_svc.domain.oauth_state import BrowserBinding
from account_svc.production import Resources, open_key_tools, open_ports
from svc_kit import logs
from svc_kit.clock import SystemClock
from svc_kit.database import Database
from svc_kit.health import ReadinessCheck
from svc_kit.identity import TokenVerifier, users_and_services


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """The ports, filled; who verifies callers; and what must answer before the service is ready."""

    ports: Ports
    verifier: TokenVerifier
    readiness: tuple[ReadinessCheck, ...] = ()


def build_app(config: Config, *, overrides: Adapters | None = None) -> Litestar:
    """Return the application for `config`; `overrides` replaces every adapter, and nothing is opened then.

    It starts whether or not PostgreSQL, NATS and token-svc are there, and uses each as soon as it is.
    """
    clock, resources = SystemClock(), Resources()
    watch = SecretWatch(clock)
    binding = BrowserBinding(config.state_hmac_key)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            ports = overrides.ports if overrides else await open_ports(config, clock, resources, stack)
            use_cases = UseCases.over(ports, binding=binding, consent_override=config.consent_url, ads_consent=config.ads_consent)
            app.state["use_cases"] = use_cases
            if resources.nats is not None:
                runs = run_events(resources.nats, use_cases.health.note_run)
                await stack.enter_async_context(kept_running("run-events", runs.run, clock))
            for settings in filter(None, (config.application, config.ads_application)):
                register = partial(use_cases.register_application, settings)
                await stack.enter_async_context(kept_running(f"register-application-{settings.id}", register, clock))
            app.state["metrics"].registry.register(watch)
            await stack.enter_async_context(kept_running("secret-watch", partial(watch.run, use_cases.applications), clock))
            if config.secret_queue is not None and overrides is None:
                queue = SecretQueue(config.secret_queue, use_cases.applications.take_rotated_secret)
                await stack.enter_async_context(kept_running("secret-queue", queue.run, clock))
            yield

    checks = (
        ReadinessCheck(name="database", probe=resources.probe_database),
        # Events wait in the outbox while NATS is away; nothing that callers ask for needs it.
        ReadinessCheck(name="nats", probe=resources.probe_nats, required=False),
        ReadinessCheck(name="client_secrets", probe=watch.probe, required=False),
    )
    web_settings = WebSettings(frontend_url=config.frontend_url, is_cookie_secure=config.is_cookie_secure, callback_url=config.callback_url)
    return build_api(
        lifespan=[lifespan],
        verifier=overrides.verifier if overrides else users_and_services(SERVICE, config, clock),
        readiness=overrides.readiness if overrides else checks,
        state={"web_settings": web_settings},
    )


async def migrate_database(config: MigrationConfig) -> None:
    """Bring the database to the shape this version needs, as its owner."""
    logs.configure(SERVICE, config.log_level)
    from account_svc.adapters.outbound.postgres.migrate import migrate  # noqa: PLC0415 - 10 MB of Alembic that a serving process need not hold

    await migrate(config.owner_url.reveal(), config.app_role, config.audit_hmac_key)


async def audit(config: AuditConfig, earlier: str | None = None) -> int:
    """Verify the record of credential uses, as the owner of its tables, and return the program's exit status.

    `earlier` is what a former verification printed; its ends must still be there. Raises `Unavailable`.
    """
    async with Database.open(config.owner_url.reveal(), pool_size=1) as database:
        verify = VerifyAudit(trail=PostgresAuditTrail(database), seal=AuditSeal(config.audit_hmac_key))
        return await verify_audit(verify, read_ends(Path(earlier)) if earlier else (), sys.stdout, sys.stderr)


async def manage_keys(config: KeysConfig, arguments: Sequence[str]) -> int:
    """Do what `keys <arguments>` asks, line by line on standard output; return the exit code."""
    logs.configure(SERVICE, config.log_level)
    asked = parse_command(arguments)

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    async with AsyncExitStack() as stack:
        return await run_command(asked, await open_key_tools(config, say, stack))
