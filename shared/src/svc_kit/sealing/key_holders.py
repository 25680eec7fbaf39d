"""Who holds the key-encryption keys of a service, as its settings name them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from svc_kit.sealing.aws_kms_key_provider import AwsKmsKeyProvider
from svc_kit.sealing.key_provider import KeyProvider
from svc_kit.sealing.local_key_provider import LocalKeyProvider
from svc_kit.sealing.vault_transit_key_provider import VaultTransitKeyProvider
from svc_kit.secret import Secret
from svc_kit.vault import VaultClient


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalKeys:
    """A key file on this machine, made when it is missing."""

    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsKmsKeys:
    """A key (id, ARN or alias) in AWS KMS; without access keys AWS's own chain (environment, instance role) is asked."""

    key: str
    region: str
    endpoint: str | None = None
    access_key_id: str | None = None
    secret_access_key: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultAccess:
    """The way into a Vault: the token, or the file in which somebody keeps it fresh."""

    address: str
    token: Secret | Path
    namespace: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultTransitKeys:
    """A key of a transit engine."""

    vault: VaultAccess
    mount: str
    key: str


KeyHolder = LocalKeys | AwsKmsKeys | VaultTransitKeys


@asynccontextmanager
async def open_key_provider(holder: KeyHolder) -> AsyncGenerator[KeyProvider]:
    """Open the provider that `holder` names; only the key file is touched before the first use."""
    match holder:
        case LocalKeys():
            yield LocalKeyProvider.load(holder.file, create=True)
        case AwsKmsKeys():
            async with AwsKmsKeyProvider.open(
                holder.key,
                region=holder.region,
                endpoint=holder.endpoint,
                access_key_id=holder.access_key_id,
                secret_access_key=holder.secret_access_key,
            ) as kms:
                yield kms
        case VaultTransitKeys():
            async with open_vault(holder.vault) as client:
                yield VaultTransitKeyProvider(client, key=holder.key, mount=holder.mount)


@asynccontextmanager
async def open_vault(access: VaultAccess) -> AsyncGenerator[VaultClient]:
    """Open a client for that Vault."""
    async with VaultClient.open(access.address, token=access.token, namespace=access.namespace) as client:
        yield client
