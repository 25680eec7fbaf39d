"""Envelope encryption of single fields: AES-256-GCM, one data key per tenant, data keys wrapped by a key-encryption key."""

from svc_kit.sealing.cipher import EnvelopeCipher
from svc_kit.sealing.data_keys import DataKey, DataKeyStore
from svc_kit.sealing.errors import KeyNotFoundError, SealBrokenError, SealingError, UnknownVersionError
from svc_kit.sealing.key_provider import KeyProvider, WrappedKey
from svc_kit.sealing.local_key_provider import LocalKeyProvider
from svc_kit.sealing.place import Place

__all__ = [
    "DataKey",
    "DataKeyStore",
    "EnvelopeCipher",
    "KeyNotFoundError",
    "KeyProvider",
    "LocalKeyProvider",
    "Place",
    "SealBrokenError",
    "SealingError",
    "UnknownVersionError",
    "WrappedKey",
]
