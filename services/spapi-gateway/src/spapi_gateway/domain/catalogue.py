"""Finds the operation of a request."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from spapi_gateway.domain.errors import CallRefusedError
from spapi_gateway.domain.operations import Operation

_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_MAY_HOLD_SLASH: Final = re.compile(r"sku|resource", re.IGNORECASE)
_GREEDY: Final = "/uploads/2020-11-01/uploadDestinations/{resource}"
DEFAULT_RATE: Final = 0.5
DEFAULT_BURST: Final = 1


class _Node:
    """One path segment: literal children first, then the parameter."""

    __slots__ = ("greedy", "literals", "operations", "parameter", "slashes")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.greedy: dict[str, Operation] = {}
        self.operations: dict[str, Operation] = {}
        self.slashes = False
        """Whether the segment is a parameter whose value may hold an encoded slash."""


class Catalogue:
    """All operations, found by method and raw path.

    Segments are compared as the bytes that came: an encoded slash never splits a segment and is accepted only in a
    parameter that can hold one (a SKU, an upload's resource), so that no reader downstream can take the path for another.
    """

    def __init__(self, operations: Iterable[Operation], *, allow_unknown: bool = False) -> None:
        self._operations = tuple(operations)
        self._allow_unknown = allow_unknown
        self._unknown: dict[str, Operation] = {}
        self._root = _Node()
        self._exact: dict[str, dict[str, Operation]] = {}
        for operation in self._operations:
            self._add(operation)

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._operations)

    def __len__(self) -> int:
        return len(self._operations)

    def _add(self, operation: Operation) -> None:
        is_exact = "{" not in operation.template
        found = self._exact.setdefault(operation.template, {}) if is_exact else self._place(operation)
        if operation.method in found:
            raise ValueError(f"{operation.key} is there twice")
        found[operation.method] = operation

    def _place(self, operation: Operation) -> dict[str, Operation]:
        node = self._root
        for segment in operation.template.split("/")[1:]:
            parameter = _PARAMETER.fullmatch(segment)
            if parameter is None:
                node = node.literals.setdefault(segment, _Node())
            elif operation.template == _GREEDY:
                return node.greedy
            else:
                if node.parameter is None:
                    node.parameter = _Node()
                node = node.parameter
                node.slashes = node.slashes or bool(_MAY_HOLD_SLASH.search(parameter[1]))
        return node.operations

    def match(self, method: str, path: str) -> Operation:
        """Return the operation of a path that `Target` accepted.

        Raises `CallRefusedError`: `unknown_operation`, or `method_not_allowed` with the methods that exist; with
        `allow_unknown` an unpublished path gets an operation of its own with the default plan.
        """
        found = self._exact.get(path) or _walk(self._root, path.split("/"), 1)
        if found:
            operation = found.get(method)
            if operation is not None:
                return operation
            allow = tuple(sorted(found))
            raise CallRefusedError("method_not_allowed", f"This path has no {method}; it has {', '.join(allow)}.", allow=allow)
        if "%2f" in path.lower():
            raise CallRefusedError("unsafe_path", "An encoded slash (%2F) may stand only inside a SKU; write the path with plain slashes.")
        if self._allow_unknown:
            return self._learn(method, path)
        raise CallRefusedError(
            "unknown_operation", "No published operation has this path; GET /v1/operations lists all. Check the API version in the path."
        )

    def _learn(self, method: str, path: str) -> Operation:
        # Grouped by its first two segments: ids in the rest of the path must not make endless operations.
        group = "/".join(path.split("/")[:3])
        operation = self._unknown.get(f"{method} {group}")
        if operation is None:
            operation = Operation(
                api="unknown",
                version="-",
                operation_id=group.strip("/").replace("/", "."),
                method=method,
                template=group,
                rate=DEFAULT_RATE,
                burst=DEFAULT_BURST,
                is_plan_published=False,
                is_read=method in {"GET", "HEAD"},
            )
            if len(self._unknown) < len(self._operations) + 100:
                self._unknown[f"{method} {group}"] = operation
        return operation


def _walk(node: _Node, segments: list[str], index: int) -> dict[str, Operation]:
    if index == len(segments):
        return node.operations
    segment = segments[index]
    literal = node.literals.get(segment)
    if literal is not None:
        found = _walk(literal, segments, index + 1)
        if found:
            return found
    parameter = node.parameter
    if parameter is not None and (parameter.slashes or "%2f" not in segment.lower()):
        found = _walk(parameter, segments, index + 1)
        if found:
            return found
    return node.greedy
