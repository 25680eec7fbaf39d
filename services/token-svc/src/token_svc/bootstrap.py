"""Composition root: settings → adapters → use cases → one ASGI application."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from litestar import Litestar

from svc_kit.clock import SystemClock
from svc_kit.errors import Unavailable
from svc_kit.health import ReadinessCheck
from svc_kit.http_client import ServiceClient
from svc_kit.identity import DirectoryFile, ServiceTokenIssuer, TokenVerifier
from svc_kit.ids import SystemIds
from svc_kit.messaging import NatsConnection, RpcServer
from svc_kit.tasks import end
from token_svc.adapters.inbound.http.api import SERVICE, build_api
from token_svc.adapters.inbound.http.cache_metrics import CacheMetrics
from token_svc.adapters.inbound.nats.account_events import account_events
from token_svc.adapters.inbound.nats.issue_rpc import QUEUE, SUBJECT, issue_rpc
from token_svc.adapters.inbound.scheduler.refresh_loop import refresh_for_ever
from token_svc.adapters.inbound.scheduler.settle_loop import settle_for_ever
from token_svc.adapters.inbound.serving import Serving
from token_svc.adapters.inbound.token_desk import TokenDesk
from token_svc.adapters.outbound.account.credential_source import SCOPES, HttpCredentialSource
from token_svc.adapters.outbound.account.refresh_leases import HttpRefreshLeases
from token_svc.adapters.outbound.local.journal import LogJournal
from token_svc.adapters.outbound.local.service_clients import FileServiceClients
from token_svc.adapters.outbound.local.token_signer import EdDsaTokenSigner
from token_svc.adapters.outbound.lwa.lwa_client import HttpLwaClient
from token_svc.adapters.outbound.nats.account_floors import NatsAccountFloors
from token_svc.adapters.outbound.nats.entry_codec import EntryCodec
from token_svc.adapters.outbound.nats.refresh_lock import NatsRefreshLock
from token_svc.adapters.outbound.nats.token_cache import NatsTokenCache
from token_svc.adapters.outbound.nats.watched_bucket import WatchedBucket
from token_svc.adapters.outbound.spapi.restricted_tokens import HttpRestrictedTokens
from token_svc.adapters.outbound.sts.sts_sessions import BotoStsSessions
from token_svc.application.use_cases import Ports, UseCases
from token_svc.config import Config

BUCKET: Final = "TOKEN_SVC"
BUCKET_SECONDS: Final = 24 * 3600.0


@dataclass(kw_only=True)
class Adapters(Ports):
    """The ports of the use cases, and the connection over which requests and events come (None: only HTTP)."""

    verifier: TokenVerifier
    nats: NatsConnection | None = None
    bucket: WatchedBucket | None = None


def build_app(config: Config, *, overrides: Adapters | None = None) -> Litestar:
    """Return the application for `config`; with `overrides` the adapters are those, and none is opened here."""
    serving = Serving()
    clock = overrides.clock if overrides else SystemClock()
    verifier = overrides.verifier if overrides else TokenVerifier(SERVICE, DirectoryFile(config.service_directory, clock), None, clock)
    opened: list[Adapters] = []

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            adapters = overrides or await _open(config, verifier, stack)
            opened.append(adapters)
            await _start(serving, config, adapters, stack)
            app.state["metrics"].registry.register(CacheMetrics(serving.use_cases.cache_stats))
            yield

    async def store_answers() -> None:
        if opened and opened[0].bucket is not None:
            await opened[0].bucket.ping()

    async def nats_answers() -> None:
        if not opened:
            raise Unavailable("the service has not started")
        if opened[0].nats is not None:
            await opened[0].nats.ping()

    checks = [
        ReadinessCheck(name="nats", probe=nats_answers, required=False),
        ReadinessCheck(name="shared_store", probe=store_answers, required=False),
    ]
    return build_api(serving, verifier=verifier, lifespan=[lifespan], readiness=checks)


async def _open(config: Config, verifier: TokenVerifier, stack: AsyncExitStack) -> Adapters:
    clock = SystemClock()
    issuer = ServiceTokenIssuer(config.service_key, SERVICE, config.service_key_id, clock)
    nats = await stack.enter_async_context(NatsConnection.open(config.nats_url.reveal(), SERVICE))
    bucket = WatchedBucket(nats, clock, bucket=BUCKET, max_age_seconds=BUCKET_SECONDS, replicas=config.nats_replicas)
    cache = NatsTokenCache(bucket, EntryCodec(config.cache_key), clock)
    await stack.enter_async_context(bucket.following())
    account_svc = await stack.enter_async_context(
        ServiceClient.open(config.account_svc_url, issuer=issuer, audience="account-svc", scopes=SCOPES)
    )
    sts = BotoStsSessions.open(
        endpoint=config.sts_endpoint,
        region=config.sts_region,
        access_key_id=config.aws_access_key_id,
        secret_access_key=config.aws_secret_access_key,
    )
    return Adapters(
        clock=clock,
        ids=SystemIds(),
        source=HttpCredentialSource(account_svc),
        leases=HttpRefreshLeases(account_svc),
        lwa=await stack.enter_async_context(HttpLwaClient.open(config.lwa_urls, config.ads_lwa_urls)),
        cache=cache,
        floors=NatsAccountFloors(bucket),
        lock=NatsRefreshLock(bucket, clock),
        sts=await stack.enter_async_context(sts),
        restricted=await stack.enter_async_context(HttpRestrictedTokens.open(config.spapi_endpoints)),
        signer=EdDsaTokenSigner(issuer),
        clients=FileServiceClients.load(config.service_clients),
        journal=LogJournal(),
        verifier=verifier,
        nats=nats,
        bucket=bucket,
    )


async def _start(serving: Serving, config: Config, adapters: Adapters, stack: AsyncExitStack) -> None:
    use_cases = UseCases.assemble(adapters, config.policy)
    desk = TokenDesk(use_cases, adapters.clock, default_seconds=config.deadline_seconds)
    serving.filled = (use_cases, desk)
    stack.push_async_callback(use_cases.close)
    _run_along(stack, refresh_for_ever(use_cases.refresh_ahead, adapters.clock))
    _run_along(stack, settle_for_ever(use_cases.rotations.settle_all, adapters.clock))
    if adapters.nats is not None:
        rpc = RpcServer(adapters.nats, subject=SUBJECT, queue=QUEUE, handler=issue_rpc(desk, adapters.verifier))
        await rpc.start()
        stack.push_async_callback(rpc.stop)
        _run_along(stack, account_events(adapters.nats, use_cases.follow_account).run())


def _run_along(stack: AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
    stack.push_async_callback(end, asyncio.create_task(work))
