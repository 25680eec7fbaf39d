"""Starts everything on one machine: `Stack` as a library, `python -m sellerport_stack` as a command."""

from sellerport_stack.config import StackConfig
from sellerport_stack.stack import Stack

__all__ = ["Stack", "StackConfig"]
