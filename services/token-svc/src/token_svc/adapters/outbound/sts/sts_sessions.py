"""AssumeRole through aioboto3."""

import asyncio
import importlib
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC
from typing import Any, Final

from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.secret import Secret
from token_svc.application.ports.sts_sessions import IssuedSession, RoleRefused
from token_svc.domain.session import AwsSession

_DURATION: Final = 3600
_THROTTLED: Final = frozenset({"Throttling", "ThrottlingException", "RequestLimitExceeded"})
_SERVER_ERROR: Final = 500


class BotoStsSessions:
    """One STS client, made at the first use: the library costs tens of megabytes that unsigned accounts never need."""

    def __init__(self, *, endpoint: str | None, region: str, access_key_id: str | None, secret_access_key: Secret | None) -> None:
        self._options: dict[str, Any] = {"endpoint_url": endpoint, "region_name": region}
        if access_key_id and secret_access_key:
            self._options |= {"aws_access_key_id": access_key_id, "aws_secret_access_key": secret_access_key.reveal()}
        self._stack = AsyncExitStack()
        self._client: Any = None
        self._making = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(
        cls, *, endpoint: str | None, region: str, access_key_id: str | None, secret_access_key: Secret | None
    ) -> AsyncGenerator["BotoStsSessions"]:
        """Keep the client open until left; without keys AWS's own chain (environment, instance role) is asked."""
        sessions = cls(endpoint=endpoint, region=region, access_key_id=access_key_id, secret_access_key=secret_access_key)
        async with sessions._stack:
            yield sessions

    async def assume(self, role_arn: str, *, external_id: str | None, session_name: str, seconds: float) -> IssuedSession:
        asked: dict[str, Any] = {"RoleArn": role_arn, "RoleSessionName": session_name, "DurationSeconds": _DURATION}
        if external_id is not None:
            asked["ExternalId"] = external_id
        try:
            client = await self._ready()
            async with asyncio.timeout(seconds):
                answer = await client.assume_role(**asked)
        except TimeoutError:
            raise Timeout("STS did not answer in time") from None
        except Exception as error:  # noqa: BLE001 - botocore is not imported here; what is not its own is raised as it was
            raise _translated(error) from None
        found = answer["Credentials"]
        session = AwsSession(
            access_key_id=found["AccessKeyId"],
            secret_access_key=Secret(found["SecretAccessKey"]),
            session_token=Secret(found["SessionToken"]),
        )
        return IssuedSession(session=session, expires_at=found["Expiration"].astimezone(UTC))

    async def _ready(self) -> Any:
        async with self._making:
            if self._client is None:
                module = await asyncio.to_thread(importlib.import_module, "aioboto3")
                config = importlib.import_module("aiobotocore.config").AioConfig(
                    retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=10
                )
                self._client = await self._stack.enter_async_context(module.Session().client("sts", config=config, **self._options))
        return self._client


def _translated(error: Exception) -> Exception:
    """Return the port's failure for one of botocore's; a bug stays what it is."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        code = str(response.get("Error", {}).get("Code", ""))
        status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if code in _THROTTLED:
            return RateLimited("STS asks to slow down", retry_after=1)
        return Unavailable(f"STS answered {status}") if status >= _SERVER_ERROR else RoleRefused(f"STS refused: {code}")
    if isinstance(error, OSError) or type(error).__module__.partition(".")[0] in {"botocore", "aiobotocore", "aiohttp"}:
        return Unavailable(f"STS cannot be reached ({type(error).__name__})")
    return error
