"""What a token costs in token-svc: found in memory, and made anew with everything but Amazon's own time."""

import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

from sellerport_stack.servers import nats, running
from svc_kit.clock import SystemClock
from svc_kit.ids import SystemIds
from svc_kit.messaging import NatsConnection
from svc_kit.secret import Secret
from token_svc.adapters.outbound.memory.credential_source import MemoryCredentialSource
from token_svc.adapters.outbound.memory.journal import MemoryJournal
from token_svc.adapters.outbound.memory.lwa_client import MemoryLwaClient
from token_svc.adapters.outbound.memory.refresh_leases import MemoryRefreshLeases
from token_svc.adapters.outbound.memory.restricted_tokens import MemoryRestrictedTokens
from token_svc.adapters.outbound.memory.service_clients import MemoryServiceClients
from token_svc.adapters.outbound.memory.sts_sessions import MemoryStsSessions
from token_svc.adapters.outbound.memory.token_signer import MemoryTokenSigner
from token_svc.adapters.outbound.nats.account_floors import NatsAccountFloors
from token_svc.adapters.outbound.nats.entry_codec import EntryCodec
from token_svc.adapters.outbound.nats.refresh_lock import NatsRefreshLock
from token_svc.adapters.outbound.nats.token_cache import NatsTokenCache
from token_svc.adapters.outbound.nats.watched_bucket import WatchedBucket
from token_svc.application.deadline import Deadline
from token_svc.application.use_cases import Policy, Ports, UseCases
from token_svc.domain.account import Account
from token_svc.domain.credentials import AccountCredentials, ApplicationCredentials

HITS, COLD = 20_000, 300


async def measure() -> dict[str, float]:
    """Return milliseconds of a hit and of a cold token, on a real NATS; account-svc and Amazon answer from memory, at once."""
    with tempfile.TemporaryDirectory() as folder:
        log, store = Path(folder) / "nats.log", Path(folder) / "nats"
        with running(lambda port: nats.spec(port=port, store=store, log=log)) as server:
            async with AsyncExitStack() as stack:
                use_cases = await _use_cases(nats.url(server.port), stack)
                cold = [await _timed(use_cases, f"account-{number}") for number in range(COLD)]
                started = time.perf_counter()
                for _ in range(HITS):
                    await _issue(use_cases, "account-1")
                hit = (time.perf_counter() - started) / HITS
    return {
        "token hit in token-svc, ms": hit * 1e3,
        "cold token, p50, ms (NATS real; account-svc and LWA at 0 ms)": statistics.median(cold) * 1e3,
        "cold token, p99, ms": sorted(cold)[int(COLD * 0.99)] * 1e3,
    }


def of_stack(token_svc: str, bearer: str, account: str, rounds: int = 40) -> dict[str, float]:
    """Return milliseconds of a hit and of a cold token over HTTP on a running stack: account-svc, PostgreSQL and simulator included."""
    headers = {"authorization": f"Bearer {bearer}"}
    hits, cold = [], []
    with httpx.Client(base_url=token_svc, headers=headers, timeout=30) as client:
        for _ in range(rounds):
            client.delete(f"/v1/cache/{account}").raise_for_status()
            for times in (cold, hits):
                started = time.perf_counter()
                client.post("/v1/tokens", json={"kind": "access", "account_id": account}).raise_for_status()
                times.append(time.perf_counter() - started)
    return {
        "token hit over HTTP, p50, ms": statistics.median(hits) * 1e3,
        "cold token over HTTP, p50, ms (account-svc and simulator included)": statistics.median(cold) * 1e3,
    }


async def _timed(use_cases: UseCases, account_id: str) -> float:
    started = time.perf_counter()
    await _issue(use_cases, account_id)
    return time.perf_counter() - started


async def _issue(use_cases: UseCases, account_id: str) -> None:
    await use_cases.issue_access_token(account_id, deadline=Deadline.after(SystemClock(), 10))


async def _use_cases(url: str, stack: AsyncExitStack) -> UseCases:
    clock, source = SystemClock(), MemoryCredentialSource()
    lwa = MemoryLwaClient(clients={"client": {"secret"}})
    for number in range(COLD):
        _connect(source, lwa, f"account-{number}")
    connection = await stack.enter_async_context(NatsConnection.open(url, "bench"))
    bucket = WatchedBucket(connection, clock, bucket="BENCH", max_age_seconds=600)
    cache = NatsTokenCache(bucket, EntryCodec(Secret("k" * 40)), clock)
    await stack.enter_async_context(bucket.following())
    ports = Ports(
        clock=clock,
        ids=SystemIds(),
        source=source,
        leases=MemoryRefreshLeases(source, clock),
        lwa=lwa,
        cache=cache,
        floors=NatsAccountFloors(bucket),
        lock=NatsRefreshLock(bucket, clock),
        sts=MemoryStsSessions(clock),
        restricted=MemoryRestrictedTokens(),
        signer=MemoryTokenSigner(),
        clients=MemoryServiceClients({}),
        journal=MemoryJournal(),
    )
    return UseCases.assemble(ports, Policy(handle_key=Secret("h" * 40)))


def _connect(source: MemoryCredentialSource, lwa: MemoryLwaClient, account_id: str) -> None:
    account = Account(
        id=account_id,
        tenant="bench",
        kind="selling_partner",
        region="NA",
        selling_partner_id="A1BENCH",
        marketplaces=("ATVPDKIKX0DER",),
        signing="none",
        application="default",
        status="active",
        version=1,
    )
    application = ApplicationCredentials(id="default", client_id="client", client_secret=Secret("secret"))
    token = Secret(f"Atzr|{account_id}")
    source.put(AccountCredentials(account=account, application=application, refresh_token=token, refresh_token_version=1))
    lwa.refresh_tokens[token.reveal()] = "client"


if __name__ == "__main__":
    for name, value in asyncio.run(measure()).items():
        print(f"  {name:60} {value:10.3f}")
