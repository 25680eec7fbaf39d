"""The KV secrets engine, version 2: versions, check-and-set, destroy, metadata."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.vault.refusal import RefusedError, answer
from simulator.web.response import Response


@dataclass
class _Version:
    data: dict[str, Any] | None
    created: str
    deleted: str = ""
    destroyed: bool = False

    def described(self, number: int) -> dict[str, Any]:
        return {"version": number, "created_time": self.created, "deletion_time": self.deleted, "destroyed": self.destroyed}


@dataclass
class _Entry:
    created: str
    versions: dict[int, _Version] = field(default_factory=dict)

    @property
    def current(self) -> int:
        return max(self.versions, default=0)


class KvEngine:
    """What is mounted at `secret/`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._entries: dict[str, _Entry] = {}

    def handle(self, method: str, parts: list[str], body: dict[str, Any]) -> Response:
        """Answers `<mount>/<parts>`."""
        match (method, parts):
            case ("POST" | "PUT", ["data", *path]) if path:
                return self._written("/".join(path), body)
            case ("GET", ["data", *path]) if path:
                return self._read("/".join(path))
            case ("DELETE", ["data", *path]) if path:
                entry = self._entries.get("/".join(path))
                if entry is not None and entry.current:
                    entry.versions[entry.current].deleted = self._stamp()
                return Response(204)
            case ("POST" | "PUT", ["destroy", *path]) if path:
                return self._destroyed("/".join(path), body)
            case ("GET", ["metadata", *path]) if path and path[-1]:
                return self._described("/".join(path))
            case ("LIST", ["metadata", *path]):
                return self._listed("/".join(path))
            case ("DELETE", ["metadata", *path]) if path:
                self._entries.pop("/".join(path), None)
                return Response(204)
            case _:
                raise RefusedError(405, "unsupported operation")

    def _written(self, path: str, body: dict[str, Any]) -> Response:
        if set(body) - {"data", "options"} or not isinstance(body.get("data"), dict):
            raise RefusedError(400, "no data provided")
        cas = body.get("options", {}).get("cas")
        current = self._entries[path].current if path in self._entries else 0
        if cas is not None and cas != current:
            raise RefusedError(400, "check-and-set parameter did not match the current version")
        entry = self._entries.setdefault(path, _Entry(self._stamp()))
        entry.versions[current + 1] = _Version(copy.deepcopy(body["data"]), self._stamp())
        return answer(entry.versions[current + 1].described(current + 1))

    def _read(self, path: str) -> Response:
        entry = self._entries.get(path)
        if entry is None or not entry.current:
            raise RefusedError(404)
        version = entry.versions[entry.current]
        metadata = version.described(entry.current)
        if version.destroyed or version.deleted:
            return Response.of(404, {"data": {"data": None, "metadata": metadata}})
        return answer({"data": version.data, "metadata": metadata})

    def _destroyed(self, path: str, body: dict[str, Any]) -> Response:
        entry = self._entries.get(path)
        for number in body.get("versions", []):
            if entry is not None and number in entry.versions:
                entry.versions[number].data, entry.versions[number].destroyed = None, True
        return Response(204)

    def _described(self, path: str) -> Response:
        entry = self._entries.get(path)
        if entry is None:
            raise RefusedError(404)
        versions = {str(number): version.described(number) for number, version in entry.versions.items()}
        return answer({"created_time": entry.created, "current_version": entry.current, "versions": versions})

    def _listed(self, folder: str) -> Response:
        prefix = f"{folder.rstrip('/')}/" if folder.strip("/") else ""
        rests = [path.removeprefix(prefix) for path in self._entries if path.startswith(prefix)]
        if not rests:
            raise RefusedError(404)
        return answer({"keys": sorted({rest.partition("/")[0] + ("/" if "/" in rest else "") for rest in rests})})

    def _stamp(self) -> str:
        return self._now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
