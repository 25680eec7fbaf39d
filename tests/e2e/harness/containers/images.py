"""The images under test, built from this very tree; layers that have not changed come from the engine's cache."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from testcontainers.core.image import DockerImage

ROOT: Final = Path(__file__).resolve().parents[4]
DOCKERFILES: Final = {
    "account-svc": "services/account-svc/Dockerfile",
    "token-svc": "services/token-svc/Dockerfile",
    "spapi-gateway": "services/spapi-gateway/Dockerfile",
    "sync-svc": "services/sync-svc/Dockerfile",
    "simulator": "simulator/Dockerfile",
    "front-door": "dashboard/Dockerfile",
}


def tag(name: str) -> str:
    """Return the tag of the image `name`."""
    return f"sellerport/{name}:e2e"


def build_all() -> None:
    """Build every image; two at a time, since a build waits for downloads as often as it computes."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_build, DOCKERFILES))


def _build(name: str) -> None:
    DockerImage(path=ROOT, dockerfile_path=DOCKERFILES[name], tag=tag(name), clean_up=False).build()
