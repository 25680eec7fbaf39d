"""The gateway against python-amazon-sp-api with a reused client, on the same upstream, interleaved in one run."""

import asyncio
import os
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil
from bench import load
from bench.identities import Identities, make_identities
from bench.processes import Peer, cpu_seconds, free_port, pin, running

PATH = "/orders/2026-01-01/orders?marketplaceIds=ATVPDKIKX0DER&createdAfter=2026-01-01T00%3A00%3A00Z&maxResultsPerPage=20"
IN_FLIGHT = 64


def quantile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


@dataclass(frozen=True)
class Plan:
    """How much to measure."""

    rounds: int
    calls: int
    peer_calls: int


@dataclass
class Sides:
    """What is measured, and where."""

    gateway: psutil.Process
    url: str
    upstream: str
    peer: Peer
    identities: Identities


async def measure(plan: Plan) -> dict[str, float]:
    """Return the figures: calls per CPU second of each side (medians), their ratios by round (median), latency, memory."""
    with tempfile.TemporaryDirectory() as folder:
        identities = make_identities(Path(folder))
        upstream_port, gateway_port = free_port(), free_port()
        upstream = f"http://127.0.0.1:{upstream_port}"
        served, others = (0, 1) if (os.cpu_count() or 1) > 1 else (None, None)
        pin(psutil.Process(), others)
        with (
            running("bench.upstream", upstream_port, others),
            running("bench.gateway", gateway_port, served, BENCH_FOLDER=folder, BENCH_UPSTREAM=upstream) as gateway,
        ):
            peer = Peer("bench.peer", served, BENCH_UPSTREAM=upstream)
            try:
                return await _rounds(plan, Sides(gateway, f"http://127.0.0.1:{gateway_port}", upstream, peer, identities))
            finally:
                peer.close()


async def _rounds(plan: Plan, sides: Sides) -> dict[str, float]:
    asking = load.client()
    tokens = {name: {"x-amz-access-token": sides.identities.sellerport_token(name)} for name in ("plain", "signed")}
    for headers in tokens.values():
        await load.calls(asking, sides.url + PATH, headers, 2, 1)  # the first answer's header lifts the usage plan
        await load.calls(asking, sides.url + PATH, headers, 300, IN_FLIGHT)
    sides.peer.run(50)
    rates: dict[str, list[float]] = {"plain": [], "signed": [], "peer": []}
    direct: list[float] = []
    through: list[float] = []
    for _ in range(plan.rounds):
        for name, headers in tokens.items():
            before = cpu_seconds(sides.gateway)
            await load.calls(asking, sides.url + PATH, headers, plan.calls, IN_FLIGHT)
            rates[name].append(plan.calls / (cpu_seconds(sides.gateway) - before))
        rates["peer"].append(plan.peer_calls / await asyncio.to_thread(sides.peer.run, plan.peer_calls))
        for _ in range(4):
            direct += await load.latencies(asking, sides.upstream + PATH, {}, 50)
            through += await load.latencies(asking, sides.url + PATH, tokens["signed"], 50)
    await asking.close()
    ratio = {name: statistics.median(a / b for a, b in zip(rates[name], rates["peer"], strict=True)) for name in tokens}
    return {
        "gateway, signed: calls per CPU second": statistics.median(rates["signed"]),
        "gateway, not signed: calls per CPU second": statistics.median(rates["plain"]),
        "python-amazon-sp-api, reused client: calls per CPU second": statistics.median(rates["peer"]),
        "ratio, signed": ratio["signed"],
        "ratio, not signed": ratio["plain"],
        "added latency p50, ms (1 in flight)": quantile(through, 0.5) - quantile(direct, 0.5),
        "added latency p99, ms (1 in flight)": quantile(through, 0.99) - quantile(direct, 0.99),
        "gateway resident memory, MB": sides.gateway.memory_info().rss / 1e6,
    }
