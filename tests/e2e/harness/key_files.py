"""The keys and passwords of a stack, read from the files in which it keeps them."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

# Files that only tell a program one of the others, or tell no secret at all.
REPEATS = ("*url", "*_secret", "*_access_key", "nats.conf", "service-clients.json", "directory.json")


def secrets_in(folder: Path) -> dict[str, bytes]:
    """Return every secret below `folder` by name, keys as the bytes they are; a file of an unknown kind fails."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and not any(file.match(pattern) for pattern in REPEATS)]
    return {name: secret for file in files for name, secret in _read(file)}


def _read(file: Path) -> Iterator[tuple[str, bytes]]:
    name, content = f"secret file {file.name}", file.read_bytes().strip()
    match file.suffix:
        case ".password":
            yield name, content
        case ".key":
            # Services take the text itself for a key, or what it stands for.
            yield from ((name, content), (f"{name}, decoded", base64.b64decode(content, validate=True)))
        case ".pem":
            key = load_pem_private_key(content, password=None)
            assert isinstance(key, Ed25519PrivateKey)
            yield name, key.private_bytes_raw()
        case ".json":
            for key_id, text in json.loads(content)["keys"].items():
                yield f"{name}, {key_id}", base64.b64decode(text, validate=True)
        case _:
            raise AssertionError(f"say in key_files.py what {file.name} holds")
