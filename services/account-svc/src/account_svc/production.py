"""The ports, filled for production: what is opened at the start and closed at the end."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from account_svc.adapters.inbound.background.kept_running import kept_running
from account_svc.adapters.inbound.command_line.keys import KeyTools
from account_svc.adapters.inbound.http.api import SERVICE
from account_svc.adapters.outbound.gateway.ads_directory import GatewayAdsDirectory
from account_svc.adapters.outbound.nats.event_publisher import AccountEventPublisher
from account_svc.adapters.outbound.postgres.account_erasure import PostgresAccountErasure
from account_svc.adapters.outbound.postgres.account_repository import PostgresAccountRepository
from account_svc.adapters.outbound.postgres.ads_store import PostgresAdsStore
from account_svc.adapters.outbound.postgres.application_registry import PostgresApplicationRegistry
from account_svc.adapters.outbound.postgres.credential_audit import PostgresCredentialAudit
from account_svc.adapters.outbound.postgres.oauth_state_store import PostgresOAuthStateStore
from account_svc.adapters.outbound.postgres.readiness import probe_tables
from account_svc.adapters.outbound.postgres.refresh_leases import PostgresRefreshLeases
from account_svc.adapters.outbound.postgres.sealed_columns import SEALED_COLUMNS
from account_svc.adapters.outbound.postgres.sync_records import PostgresSyncRecords
from account_svc.adapters.outbound.postgres.sync_requests import PostgresSyncRequests
from account_svc.adapters.outbound.postgres.tables import data_keys, outbox
from account_svc.adapters.outbound.sealing.secret_vault import EnvelopeSecretVault
from account_svc.adapters.outbound.system.random_tokens import SystemRandomTokens
from account_svc.adapters.outbound.token_svc.authorization_exchange import TokenSvcAuthorizationExchange
from account_svc.adapters.outbound.vault.secret_vault import MARK, KvFolder, VaultKvSecretVault, VaultKvSweeper
from account_svc.application.commands.disconnect_account import DisconnectAccount
from account_svc.application.commands.shred_tenant import ShredTenant
from account_svc.application.ports.secret_vault import SecretVault
from account_svc.application.use_cases import Ports
from account_svc.config import Config, KeysConfig, VaultKv
from account_svc.domain.audit_chain import AuditSeal
from svc_kit.clock import Clock, SystemClock
from svc_kit.database import Database
from svc_kit.errors import Unavailable
from svc_kit.http_client import ServiceClient
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.ids import SystemIds
from svc_kit.messaging import NatsConnection
from svc_kit.outbox import OutboxRelay
from svc_kit.sealing import EnvelopeCipher
from svc_kit.sealing.key_holders import LocalKeys, open_key_provider, open_vault
from svc_kit.sealing.postgres import PostgresDataKeyStore
from svc_kit.sealing.postgres_sealed_rows import PostgresSealedRows
from svc_kit.sealing.rewrap import Say

# An authorisation code lives five minutes; token-svc retries within this time, the seller's browser waits for it.
_EXCHANGE_SECONDS: Final = 25.0
# Each sweep lists every tenant's folder in Vault and asks for each tenant's rows.
_SWEEP_SECONDS: Final = 300.0


@dataclass
class Resources:
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


async def open_ports(config: Config, clock: Clock, resources: Resources, stack: AsyncExitStack) -> Ports:
    """Open what `config` names, in the order of need; `stack` closes it in the reverse order."""
    database = resources.database = await stack.enter_async_context(Database.open(config.database_url.reveal()))
    nats = resources.nats = await stack.enter_async_context(NatsConnection.open(config.nats_url.reveal(), SERVICE, wait_seconds=0.1))
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
    cipher = EnvelopeCipher(
        await stack.enter_async_context(open_key_provider(config.key_holder)), PostgresDataKeyStore(database, data_keys), clock
    )
    ids = SystemIds()
    vault: SecretVault = EnvelopeSecretVault(cipher)
    if config.vault_kv is not None:
        folder = await stack.enter_async_context(_open_kv(config.vault_kv))
        sweeper = VaultKvSweeper(folder, _named_in(database), clock, pause_seconds=_SWEEP_SECONDS)
        await stack.enter_async_context(kept_running("vault-kv-sweep", sweeper.run, clock))
        vault = VaultKvSecretVault(folder, ids, earlier=vault)
    return Ports(
        accounts=PostgresAccountRepository(database, clock, ids),
        states=PostgresOAuthStateStore(database),
        applications=PostgresApplicationRegistry(database, clock, ids),
        vault=vault,
        exchange=TokenSvcAuthorizationExchange(token_svc),
        sync_records=PostgresSyncRecords(database),
        audit=PostgresCredentialAudit(database, AuditSeal(config.audit_hmac_key)),
        refresh_leases=PostgresRefreshLeases(database),
        erasure=PostgresAccountErasure(database, clock, ids),
        sync_requests=PostgresSyncRequests(database, clock, ids),
        tokens=SystemRandomTokens(),
        ads_directory=await stack.enter_async_context(GatewayAdsDirectory.open(config.gateway_url, issuer)),
        ads_store=PostgresAdsStore(database),
        clock=clock,
        ids=ids,
    )


async def open_key_tools(config: KeysConfig, say: Say, stack: AsyncExitStack) -> KeyTools:
    """Open what the commands on keys need, as the same role and with the same keys as the service itself."""
    clock = SystemClock()
    database = await stack.enter_async_context(Database.open(config.database_url.reveal(), pool_size=2))
    provider = await stack.enter_async_context(open_key_provider(config.key_holder))
    ring = PostgresDataKeyStore(database, data_keys)
    accounts = PostgresAccountRepository(database, clock, SystemIds())
    vault: SecretVault = EnvelopeSecretVault(EnvelopeCipher(provider, ring, clock))
    if config.vault_kv is not None:
        vault = VaultKvSecretVault(await stack.enter_async_context(_open_kv(config.vault_kv)), SystemIds(), earlier=vault)
    return KeyTools(
        provider=provider,
        key_file=config.key_holder.file if isinstance(config.key_holder, LocalKeys) else None,
        ring=ring,
        rows=PostgresSealedRows(database, SEALED_COLUMNS),
        shred=ShredTenant(accounts=accounts, vault=vault, disconnect=DisconnectAccount(accounts=accounts, clock=clock)),
        clock=clock,
        say=say,
    )


@asynccontextmanager
async def _open_kv(settings: VaultKv) -> AsyncGenerator[KvFolder]:
    async with open_vault(settings.vault) as client:
        yield KvFolder(client=client, mount=settings.mount, prefix=settings.prefix)


def _named_in(database: Database) -> Callable[[str], Awaitable[frozenset[bytes]]]:
    """Return what tells which secrets in Vault the rows of a tenant name."""
    rows = PostgresSealedRows(database, SEALED_COLUMNS)
    return lambda tenant: rows.marked(tenant, MARK)
