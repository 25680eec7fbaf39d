"""What a door of the simulator is handed."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import msgspec


class BadRequestError(ValueError):
    """The bytes are not what the endpoint takes; the text says why."""


@dataclass(frozen=True)
class Request:
    """One request as it came in: ``path`` and ``query`` still percent-encoded, header names in lower case, repeats kept."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header, None when it is absent."""
        return next((value for key, value in self.headers if key == name), None)

    def header_values(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key == name]

    @property
    def content_type(self) -> str:
        """The media type of the body, without its parameters, in lower case."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @cached_property
    def query_fields(self) -> dict[str, str]:
        """The query's parameters; BadRequestError when one comes twice."""
        return _unique(parse_qsl(self.query, keep_blank_values=True))

    def fields(self) -> dict[str, str]:
        """The body's fields, form or JSON by content type; BadRequestError for anything else or for repeats."""
        if self.content_type == "application/x-www-form-urlencoded":
            try:
                return _unique(parse_qsl(self.body.decode(), keep_blank_values=True))
            except UnicodeDecodeError:
                raise BadRequestError("the form is not UTF-8") from None
        if self.content_type == "application/json":
            decoded = self.json()
            if isinstance(decoded, dict):
                return {str(name): value if isinstance(value, str) else str(value) for name, value in decoded.items()}
        raise BadRequestError("send a form or a JSON object")

    def json(self) -> Any:
        """The body as JSON; BadRequestError when it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise BadRequestError("the body is not valid JSON") from None


def _unique(pairs: list[tuple[str, str]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:
            raise BadRequestError(f"the parameter {name} comes twice")
        fields[name] = value
    return fields
