"""What Amazon publishes about one operation."""

import enum
from dataclasses import dataclass


class RdtRule(enum.Enum):
    """When a call needs a restricted data token (RDT) in place of an access token."""

    NEVER = "never"
    ALWAYS = "always"
    ON_REQUEST = "on_request"
    """Works without; the answer lacks buyer data unless the caller names data elements (Orders v0)."""
    ON_REFUSAL = "on_refusal"
    """Only some resources are restricted (getReportDocument): an RDT is fetched when Amazon refuses the access token."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """One (method, path template) of a published model; `key` is unique, `name` (api.version.operationId) nearly."""

    api: str
    version: str
    operation_id: str
    method: str
    template: str
    rate: float
    burst: int
    is_plan_published: bool = True
    is_read: bool = False
    """The call changes nothing, so that it may be sent twice."""
    rdt: RdtRule = RdtRule.NEVER
    data_elements: tuple[str, ...] = ()
    grantless_scope: str | None = None
    deprecated_since: str | None = None
    removal: str | None = None
    successor: str | None = None
    sandbox_only: bool = False

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.burst < 1:
            raise ValueError(f"{self.key} has no usable plan")
        if not self.template.startswith("/"):
            raise ValueError(f"{self.key} is no path")

    @property
    def key(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def name(self) -> str:
        return f"{self.api}.{self.version}.{self.operation_id}"

    @property
    def is_deprecated(self) -> bool:
        return self.deprecated_since is not None
