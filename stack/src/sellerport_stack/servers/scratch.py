"""Temporary folders that unprivileged users can pass through."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a new folder with mode 0755 (tempfile's own is closed to others) and remove it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="sellerport-"))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
