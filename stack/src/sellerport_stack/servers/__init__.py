"""The servers of the stack, each from a Python package: PostgreSQL, NATS, moto, Caddy.

Every module describes its server as a `ProcessSpec`, for the stack and for tests alike.
"""

from sellerport_stack.servers.embedded import EmbeddedServer, running

__all__ = ["EmbeddedServer", "running"]
