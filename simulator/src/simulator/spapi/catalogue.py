"""The catalogue of operations, and the way from a raw path to one of them."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec


class Parameter(msgspec.Struct, rename={"name": "n", "place": "in", "required": "req", "item_enum": "ienum"}, frozen=True):
    """One rule of an operation; ``breq`` and ``btype`` describe a body."""

    name: str
    place: str
    required: bool = False
    type: str = "string"
    format: str | None = None
    enum: tuple[str, ...] | None = None
    item_enum: tuple[str, ...] | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    minItems: int | None = None  # noqa: N815 - the model's word
    maxItems: int | None = None  # noqa: N815 - the model's word
    maxLength: int | None = None  # noqa: N815 - the model's word
    collectionFormat: str | None = None  # noqa: N815 - the model's word
    breq: tuple[str, ...] = ()
    btype: str | None = None


class Operation(msgspec.Struct, frozen=True):
    """One operation of the SP-API."""

    api: str
    version: str
    operation_id: str
    method: str
    path: str
    params: tuple[Parameter, ...]
    ok: int
    produces: str
    rate: float | None = None
    burst: float | None = None
    restricted: bool = False
    rdt_data_elements: tuple[str, ...] = ()
    grantless_scope: str | None = None
    sandbox_only: bool = False

    @property
    def api_name(self) -> str:
        """Which API and version, as the ledger says it."""
        return f"{self.api}/{self.version}"

    @property
    def names(self) -> tuple[str, ...]:
        """What faults, plans and the ledger's queries may call it."""
        return (self.operation_id, f"{self.api_name}/{self.operation_id}")

    @property
    def wraps_payload(self) -> bool:
        """Whether answers are wrapped in ``payload``: the v0 and v1 APIs are, the dated ones are bare."""
        return self.version.startswith("v") and self.version[1:].isdigit()


@dataclass(slots=True)
class _Node:
    literal: dict[str, "_Node"] = field(default_factory=dict)
    variable: "_Node | None" = None
    methods: dict[str, Operation] = field(default_factory=dict)
    greedy: dict[str, Operation] = field(default_factory=dict)


class Catalogue:
    """All operations, found by method and still-encoded path."""

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations
        self._root = _Node()
        for operation in operations:
            self._insert(operation)

    def _insert(self, operation: Operation) -> None:
        node = self._root
        segments = operation.path.strip("/").split("/")
        for segment in segments:
            if not segment.startswith("{"):
                node = node.literal.setdefault(segment, _Node())
            else:
                node.variable = node.variable or _Node()
                node = node.variable
        node.methods[operation.method] = operation
        if operation.path.startswith("/uploads/"):  # the one parameter that may hold slashes
            node.greedy[operation.method] = operation

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation and its decoded path parameters; None when there is none. Literal segments win over parameters."""
        if not path.startswith("/"):
            return None
        node = self._root
        values: list[str] = []
        segments = path[1:].split("/")
        for place, segment in enumerate(segments):
            if segment in node.literal:
                node = node.literal[segment]
            elif node.variable is not None and segment not in {"", ".", ".."}:
                node = node.variable
                values.append(segment)
                if method in node.greedy:
                    values[-1] = "/".join(segments[place:])
                    return _found(node.greedy[method], values)
            else:
                return None
        operation = node.methods.get(method)
        return None if operation is None else _found(operation, values)


def _found(operation: Operation, values: list[str]) -> tuple[Operation, dict[str, str]]:
    names = [segment[1:-1] for segment in operation.path.split("/") if segment.startswith("{")]
    return operation, {name: unquote(value) for name, value in zip(names, values, strict=True)}


@cache
def catalogue() -> Catalogue:
    """The catalogue that ships with the package."""
    text: Any = (Path(__file__).parent / "catalogue.json").read_bytes()
    return Catalogue(msgspec.json.decode(text, type=list[Operation], strict=False))
