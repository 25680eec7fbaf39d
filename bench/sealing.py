"""What it costs to seal and to open a secret of 600 bytes, its data key in memory; and the cipher alone."""

import os
import time

from svc_kit.clock import SystemClock
from svc_kit.sealing import EnvelopeCipher, LocalKeyProvider, Place
from svc_kit.sealing.aead import Aead
from svc_kit.sealing.memory import MemoryDataKeyStore

COUNT = 20_000
TEXT = os.urandom(600)
PLACE = Place(tenant="acme", table="accounts", row="019a0000-0000-7000-8000-000000000001", field="refresh_token")


async def measure() -> dict[str, float]:
    """Return microseconds a value."""
    key = Aead(os.urandom(32))
    cipher = EnvelopeCipher(LocalKeyProvider("k", {"k": os.urandom(32)}), MemoryDataKeyStore(), SystemClock())
    encrypted, sealed = key.encrypt(TEXT, b"place"), await cipher.seal(PLACE, TEXT)
    figures = {}
    started = time.perf_counter()
    for _ in range(COUNT):
        key.encrypt(TEXT, b"place")
    figures["AES-256-GCM, encrypt 600 B with a random nonce, microseconds"] = time.perf_counter() - started
    started = time.perf_counter()
    for _ in range(COUNT):
        key.decrypt(encrypted, b"place")
    figures["AES-256-GCM, decrypt 600 B, microseconds"] = time.perf_counter() - started
    started = time.perf_counter()
    for _ in range(COUNT):
        await cipher.seal(PLACE, TEXT)
    figures["seal 600 B, microseconds"] = time.perf_counter() - started
    started = time.perf_counter()
    for _ in range(COUNT):
        await cipher.open(PLACE, sealed)
    figures["open 600 B, microseconds"] = time.perf_counter() - started
    return {name: seconds / COUNT * 1e6 for name, seconds in figures.items()}
