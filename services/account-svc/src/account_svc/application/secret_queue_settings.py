"""Where Amazon's new client secrets come from."""

from dataclasses import dataclass

from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretQueueSettings:
    """The queue that the developer console names, and who reads it; without keys AWS's own chain is asked."""

    url: str
    region: str
    endpoint: str | None = None
    access_key_id: str | None = None
    secret_access_key: Secret | None = None
    wait_seconds: int = 20
