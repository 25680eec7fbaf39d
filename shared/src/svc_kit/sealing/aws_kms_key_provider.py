"""Key-encryption keys in AWS KMS."""

import asyncio
import base64
import importlib
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.sealing.errors import KeyNotFoundError, SealBrokenError
from svc_kit.sealing.key_provider import WrappedKey
from svc_kit.secret import Secret

# The error codes of https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors that are verdicts
# on the cipher text; a key that is disabled, pending deletion or refused to us is an operator's to give back: Unavailable.
_BROKEN: Final = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})
_THROTTLED: Final = frozenset({"ThrottlingException", "LimitExceededException", "RequestLimitExceeded"})
_CONTEXT: Final = "sealing"


class AwsKmsKeyProvider:
    """Has KMS encrypt and decrypt data keys; the context travels as KMS's encryption context, so CloudTrail shows it.

    `key` is a key id, an ARN or an alias; what was wrapped is stored with the ARN of the key itself. Rotation: point the
    alias at another key, or name another key. KMS's own yearly rotation keeps the ARN and needs nothing.
    The library is loaded at the first use: it costs tens of megabytes that other providers do not need.
    """

    def __init__(self, key: str, *, deadline_seconds: float = 5.0, **options: Any) -> None:
        self._key = key
        self._deadline = deadline_seconds
        self._options = options
        self._stack = AsyncExitStack()
        self._client: Any = None
        self._making = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        key: str,
        *,
        region: str,
        endpoint: str | None = None,
        access_key_id: str | None = None,
        secret_access_key: Secret | None = None,
        deadline_seconds: float = 5.0,
    ) -> AsyncGenerator["AwsKmsKeyProvider"]:
        """Keep one client until left; without access keys AWS's own chain (environment, instance role) is asked."""
        options: dict[str, Any] = {"region_name": region, "endpoint_url": endpoint}
        if access_key_id and secret_access_key:
            options |= {"aws_access_key_id": access_key_id, "aws_secret_access_key": secret_access_key.reveal()}
        provider = cls(key, deadline_seconds=deadline_seconds, **options)
        async with provider._stack:
            yield provider

    async def current_key_id(self) -> str:
        answer = await self._ask("describe_key", KeyId=self._key)
        return str(answer["KeyMetadata"]["Arn"])

    async def wrap(self, key: bytes, context: bytes) -> WrappedKey:
        answer = await self._ask("encrypt", KeyId=self._key, Plaintext=key, EncryptionContext=_encryption_context(context))
        return WrappedKey(str(answer["KeyId"]), bytes(answer["CiphertextBlob"]))

    async def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        answer = await self._ask(
            "decrypt", KeyId=wrapped.kek_id, CiphertextBlob=wrapped.wrapped, EncryptionContext=_encryption_context(context)
        )
        return bytes(answer["Plaintext"])

    async def _ask(self, operation: str, **arguments: Any) -> Any:
        try:
            client = await self._ready()
            async with asyncio.timeout(self._deadline):
                return await getattr(client, operation)(**arguments)
        except TimeoutError:
            raise Timeout("AWS KMS did not answer in time") from None
        except Exception as error:  # noqa: BLE001 - botocore is not imported here; what is not its own is raised as it was
            raise translated(error) from None

    async def _ready(self) -> Any:
        async with self._making:
            if self._client is None:
                module = await asyncio.to_thread(importlib.import_module, "aioboto3")
                config = importlib.import_module("aiobotocore.config").AioConfig(
                    retries={"total_max_attempts": 2}, connect_timeout=2, read_timeout=self._deadline
                )
                self._client = await self._stack.enter_async_context(module.Session().client("kms", config=config, **self._options))
        return self._client


def _encryption_context(context: bytes) -> dict[str, str]:
    return {_CONTEXT: base64.b64encode(context).decode()}


def translated(error: Exception) -> Exception:
    """Return the kit's failure for one of botocore's; a bug stays what it is."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        code = str(response.get("Error", {}).get("Code", ""))
        if code == "NotFoundException":
            return KeyNotFoundError("AWS KMS does not know the key")
        if code in _BROKEN:
            return SealBrokenError("AWS KMS refuses the wrapped key: it was changed, or does not belong here")
        if code in _THROTTLED:
            return RateLimited("AWS KMS asks to slow down", retry_after=1)
        return Unavailable(f"AWS KMS refused: {code}")
    if isinstance(error, OSError) or type(error).__module__.partition(".")[0] in {"botocore", "aiobotocore", "aiohttp"}:
        return Unavailable(f"AWS KMS cannot be reached ({type(error).__name__})")
    return error
