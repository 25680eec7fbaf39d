"""`python -m bench [quick]`: measures, side by side in one run, and prints a table. Bounded: about a minute, quick ten seconds."""

import asyncio
import sys

from bench import credential_hit, sealing, stack_figures, token_speed
from bench.gateway_speed import Plan, measure


def show(title: str, figures: dict[str, float]) -> None:
    """Print one table."""
    print(f"\n{title}")
    for name, value in figures.items():
        print(f"  {name:60} {value:10.3f}")


if __name__ == "__main__":
    quick = "quick" in sys.argv
    show("Gateway", asyncio.run(measure(Plan(3, 1000, 150) if quick else Plan(7, 3000, 500))))
    show("Credential", asyncio.run(credential_hit.measure()))
    show("Token", asyncio.run(token_speed.measure()))
    show("Sealing", asyncio.run(sealing.measure()))
    if not quick:
        show("Stack, embedded", stack_figures.measure())
