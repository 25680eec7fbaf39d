"""The envelope of every event: CloudEvents 1.0, JSON format."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from svc_kit.clock import Clock
from svc_kit.ids import IdFactory


class Event(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One thing that happened.

    `type` is also the NATS subject (`<service>.<noun>.<verb>.v1`), `id` the message id by which JetStream drops
    duplicates, `subject` the thing it happened to, `tenantid` whose it is. Consumers tolerate unknown fields.
    """

    id: str
    source: str
    type: str
    time: datetime
    subject: str
    tenantid: str
    data: dict[str, Any]
    specversion: Literal["1.0"] = "1.0"
    traceparent: str | None = None

    @classmethod
    def create(cls, *, type: str, tenant: str, subject: str, data: dict[str, Any], clock: Clock, ids: IdFactory) -> "Event":  # noqa: A002 - CloudEvents' own name
        """Return a new event; the source is the first part of its type."""
        return cls(id=ids.new(), source=type.partition(".")[0], type=type, time=clock.now(), subject=subject, tenantid=tenant, data=data)

    def encode(self) -> bytes:
        """Return the event as JSON; `specversion` is always written."""
        return msgspec.json.encode({"specversion": self.specversion, **msgspec.to_builtins(self)})

    @classmethod
    def decode(cls, content: bytes) -> "Event":
        """Read an event; raises `msgspec.ValidationError` when it is none."""
        return msgspec.json.decode(content, type=cls)
