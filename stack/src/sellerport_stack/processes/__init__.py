"""Programs the stack runs: how one is described, started, awaited, stopped and watched."""

from sellerport_stack.processes.process import Process, StartError
from sellerport_stack.processes.spec import ProcessSpec

__all__ = ["Process", "ProcessSpec", "StartError"]
