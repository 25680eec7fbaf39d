"""STS in memory."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta

from svc_kit.clock import Clock
from svc_kit.errors import PortError
from svc_kit.secret import Secret
from token_svc.application.ports.sts_sessions import IssuedSession, RoleRefused
from token_svc.domain.session import AwsSession


@dataclass(slots=True)
class MemoryStsSessions:
    """Knows roles by ARN with the external id each demands (None: any)."""

    clock: Clock
    roles: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    faults: list[PortError] = field(default_factory=list[PortError])
    names: list[str] = field(default_factory=list[str])
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def assume(self, role_arn: str, *, external_id: str | None, session_name: str, seconds: float) -> IssuedSession:  # noqa: ARG002 - as in the port
        self.names.append(session_name)
        if self.faults:
            raise self.faults.pop(0)
        if role_arn not in self.roles or self.roles[role_arn] not in {None, external_id}:
            raise RoleRefused("not authorised to assume the role")
        number = next(self._numbers)
        session = AwsSession(
            access_key_id=f"ASIAMEMORY{number}", secret_access_key=Secret(f"secret-{number}"), session_token=Secret(f"session-{number}")
        )
        return IssuedSession(session=session, expires_at=self.clock.now() + timedelta(hours=1))
