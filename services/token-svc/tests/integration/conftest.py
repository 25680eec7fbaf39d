"""Whole token-svc applications on real NATS and the simulator; only account-svc is a fake."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from svc_kit.clock import SystemClock
from svc_kit.identity import ServiceDirectory, TokenVerifier
from svc_kit.ids import SystemIds
from svc_kit.messaging import NatsConnection
from svc_kit.secret import Secret
from token_svc.adapters.outbound.local.token_signer import EdDsaTokenSigner
from token_svc.adapters.outbound.lwa.lwa_client import HttpLwaClient
from token_svc.adapters.outbound.memory.credential_source import MemoryCredentialSource
from token_svc.adapters.outbound.memory.journal import MemoryJournal
from token_svc.adapters.outbound.memory.refresh_leases import MemoryRefreshLeases
from token_svc.adapters.outbound.memory.service_clients import MemoryServiceClients
from token_svc.adapters.outbound.memory.sts_sessions import MemoryStsSessions
from token_svc.adapters.outbound.nats.account_floors import NatsAccountFloors
from token_svc.adapters.outbound.nats.entry_codec import EntryCodec
from token_svc.adapters.outbound.nats.refresh_lock import NatsRefreshLock
from token_svc.adapters.outbound.nats.token_cache import NatsTokenCache
from token_svc.adapters.outbound.nats.watched_bucket import WatchedBucket
from token_svc.adapters.outbound.spapi.restricted_tokens import HttpRestrictedTokens
from token_svc.bootstrap import Adapters, build_app
from token_svc.config import Config

_NUMBERS = itertools.count(1)


@dataclass
class Town:
    """What several replicas share: NATS bucket, simulator, account-svc, identities."""

    nats_url: str
    amazon: Any
    source: MemoryCredentialSource
    identities: Any
    bucket: str
    folder: Path
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    lock_seconds: float = 90.0
    patience: float = 60.0  # so many callers on one busy machine must not look like an outage
    leases: MemoryRefreshLeases = field(init=False)

    def __post_init__(self) -> None:
        self.leases = MemoryRefreshLeases(self.source, SystemClock())

    def config(self) -> Config:
        paths = {name: self.folder / name for name in ("directory.json", "clients.json", "key.pem")}
        paths["directory.json"].write_bytes(self.identities.directory())
        paths["clients.json"].write_text('{"clients": []}')
        paths["key.pem"].write_text(self.identities.pem("token-svc").reveal())
        config = Config.from_env(
            {
                "NATS_URL": self.nats_url,
                "SERVICE_KEY_FILE": str(paths["key.pem"]),
                "SERVICE_KEY_ID": "token-svc-1",
                "SERVICE_DIRECTORY_FILE": str(paths["directory.json"]),
                "ACCOUNT_SVC_URL": "http://127.0.0.1:9",
                "TOKEN_CACHE_KEY": "k" * 40,
                "HANDLE_KEY": "h" * 40,
                "SERVICE_CLIENTS_FILE": str(paths["clients.json"]),
            }
        )
        return replace(config, lock_seconds=self.lock_seconds, attempt_seconds=self.patience, deadline_seconds=self.patience)

    async def adapters(self, name: str, stack: AsyncExitStack) -> Adapters:
        clock = SystemClock()
        nats = await stack.enter_async_context(NatsConnection.open(self.nats_url, name))
        bucket = WatchedBucket(nats, clock, bucket=self.bucket, max_age_seconds=3600, timeout=30)
        cache = NatsTokenCache(bucket, EntryCodec(Secret("k" * 40)), clock)
        await stack.enter_async_context(bucket.following(wait_seconds=30))
        urls: dict[Any, str] = dict.fromkeys(("NA", "EU", "FE"), self.amazon.token_url)
        return Adapters(
            clock=clock,
            ids=SystemIds(),
            source=self.source,
            leases=self.leases,
            lwa=await stack.enter_async_context(HttpLwaClient.open(urls)),
            cache=cache,
            floors=NatsAccountFloors(bucket),
            lock=NatsRefreshLock(bucket, clock),
            sts=MemoryStsSessions(clock),
            restricted=await stack.enter_async_context(HttpRestrictedTokens.open(self.amazon.regions)),
            signer=EdDsaTokenSigner(self.identities.issuer("token-svc")),
            clients=MemoryServiceClients({}),
            journal=self.journal,
            verifier=TokenVerifier("token-svc", ServiceDirectory.parse(self.identities.directory()), None, clock),
            nats=nats,
            bucket=bucket,
        )

    @asynccontextmanager
    async def replica(self, name: str = "replica") -> AsyncIterator[httpx.AsyncClient]:
        """Run one more application and yield a client of it."""
        async with AsyncExitStack() as stack:
            app = build_app(self.config(), overrides=await self.adapters(name, stack))
            await stack.enter_async_context(app.lifespan())
            transport = httpx.ASGITransport(app=app)
            yield await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://token-svc", timeout=30))

    def seller(self, make_credentials: Callable, account_id: str | None = None, **more: Any) -> tuple[str, str]:
        """Connect one more seller; return its account id and its selling partner id."""
        account_id = account_id or f"acc-{next(_NUMBERS)}"
        seller = self.amazon.seller(**more)
        made = make_credentials(account_id, refresh_token=self.amazon.grant(seller))
        application = replace(made.application, client_id=self.amazon.client_id, client_secret=Secret(self.amazon.client_secret))
        self.source.put(replace(made, application=application))
        return account_id, seller


@pytest.fixture
def town(nats_url, sunny_amazon, tmp_path, identities) -> Town:
    source = MemoryCredentialSource()
    return Town(nats_url, sunny_amazon, source, identities, f"INTEGRATION_{next(_NUMBERS)}", tmp_path)
