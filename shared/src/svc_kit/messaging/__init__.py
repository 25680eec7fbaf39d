"""Events and requests over NATS."""

from svc_kit.messaging.connection import NatsConnection
from svc_kit.messaging.consumer import DurableConsumer, RetryLater
from svc_kit.messaging.event import Event
from svc_kit.messaging.publisher import JetStreamPublisher
from svc_kit.messaging.rpc import RpcClient, RpcError, RpcServer
from svc_kit.messaging.streams import ensure_stream

__all__ = [
    "DurableConsumer",
    "Event",
    "JetStreamPublisher",
    "NatsConnection",
    "RetryLater",
    "RpcClient",
    "RpcError",
    "RpcServer",
    "ensure_stream",
]
