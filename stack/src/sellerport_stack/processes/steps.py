"""Runs steps that wait for one another, as many at once as may be."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Something to do after others are done; `after` names them."""

    name: str
    run: Callable[[], None]
    after: tuple[str, ...] = ()


class CancelledError(RuntimeError):
    """The steps were told to stop."""


def run_steps(steps: Sequence[Step], cancelled: threading.Event) -> None:
    """Run every step, each as soon as those it waits for are done.

    Raises the first failure; steps that wait are then left out, steps under way are awaited. `cancelled` has the effect
    of a failure.
    """
    futures: dict[str, Future[None]] = {}

    def perform(step: Step) -> None:
        for name in step.after:
            futures[name].result()
        if cancelled.is_set():
            raise CancelledError
        step.run()

    with ThreadPoolExecutor(max_workers=max(1, len(steps)), thread_name_prefix="step") as pool:
        for step in steps:  # steps are listed after those they wait for
            futures[step.name] = pool.submit(perform, step)
        done, _ = wait(futures.values(), return_when=FIRST_EXCEPTION)
        failed = next((future for future in done if future.exception()), None)
        if failed is not None:
            cancelled.set()
    if failed is not None:
        failed.result()
