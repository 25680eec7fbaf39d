"""The published rules of parameters, enforced to the letter."""

import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote_plus

from simulator.spapi.call import Value
from simulator.spapi.catalogue import Operation, Parameter
from simulator.spapi.refusal import invalid_input
from simulator.web.request import BadRequestError, Request

# python-amazon-sp-api adds the first four to a GET that names no marketplace, and repeats the last two after fetching a
# restricted data token; real Amazon ignores what it does not know.
_IGNORED = {"MarketplaceId", "MarketplaceIds", "marketplace_ids", "marketplaceIds", "RestrictedResources", "path"}
_INTEGER = re.compile(r"[+-]?\d{1,18}")


def read_query(operation: Operation, query: str) -> dict[str, Value]:
    """The query's values in their published types; 400 for unknown, repeated, missing or ill-formed ones.

    Refusing parameters the operation does not know is stricter than Amazon, which ignores them: a typo must not pass here.
    """
    rules = {rule.name: rule for rule in operation.params if rule.place == "query"}
    given: dict[str, list[str]] = {}
    for pair in query.split("&") if query else []:
        raw_name, _, raw_value = pair.partition("=")
        name, value = unquote_plus(raw_name), unquote_plus(raw_value)
        if name not in rules and name in _IGNORED:
            continue
        if name not in rules:
            raise invalid_input(f"The parameter {name} is not known to {operation.operation_id}.")
        if name in given and rules[name].collectionFormat != "multi":
            raise invalid_input(f"The parameter {name} comes more than once.")
        given.setdefault(name, []).append(value)
    for rule in rules.values():
        if rule.required and not any(given.get(rule.name, [])):
            raise invalid_input(f"The parameter {rule.name} is required.")
    return {name: _value(rules[name], values) for name, values in given.items()}


def _value(rule: Parameter, texts: list[str]) -> Value:
    if rule.type == "array":
        return _items(rule, texts)
    text = texts[0]
    if rule.enum is not None and text not in rule.enum:
        raise invalid_input(f"{rule.name} must be one of {', '.join(rule.enum)}.")
    if rule.maxLength is not None and len(text) > rule.maxLength:
        raise invalid_input(f"{rule.name} must have at most {rule.maxLength} characters.")
    if rule.type in {"integer", "number"}:
        return _number(rule, text)
    if rule.type == "boolean":
        if text not in {"true", "false"}:
            raise invalid_input(f"{rule.name} must be true or false.")
        return text == "true"
    if rule.format == "date" and not _is_date(text):
        raise invalid_input(f"{rule.name} must be a date (YYYY-MM-DD).")
    return read_moment(rule.name, text) if rule.format == "date-time" else text


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-01-01")


def _items(rule: Parameter, texts: list[str]) -> list[str]:
    items = texts if rule.collectionFormat == "multi" else texts[0].split(",")
    if not all(items):
        raise invalid_input(f"{rule.name} has an empty item.")
    if rule.maxItems is not None and len(items) > rule.maxItems:
        raise invalid_input(f"{rule.name} takes at most {rule.maxItems} items.")
    if rule.minItems is not None and len(items) < rule.minItems:
        raise invalid_input(f"{rule.name} takes at least {rule.minItems} items.")
    allowed = rule.item_enum or rule.enum
    if allowed is not None and not set(items) <= set(allowed):
        raise invalid_input(f"{rule.name} takes {', '.join(allowed)}.")
    return items


def _number(rule: Parameter, text: str) -> int | float:
    try:
        number: int | float = int(text) if rule.type == "integer" and _INTEGER.fullmatch(text) else float(text)
    except ValueError:
        raise invalid_input(f"{rule.name} must be a number.") from None
    if rule.type == "integer" and not isinstance(number, int):
        raise invalid_input(f"{rule.name} must be a whole number.")
    check_range(rule.name, number, rule.minimum, rule.maximum)
    return number


def check_range(name: str, number: float, low: float | None, high: float | None) -> None:
    """400 unless ``low`` ≤ number ≤ ``high``."""
    if (low is not None and number < low) or (high is not None and number > high):
        raise invalid_input(f"{name} must lie between {low} and {high}.")


def read_moment(name: str, text: str) -> datetime:
    """An ISO 8601 time with its zone; 400 for anything else (a ``+`` that was not encoded arrives as a space and fails here)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_input(f"{name} must be a time in ISO 8601.") from None
    if moment.tzinfo is None:
        raise invalid_input(f"{name} must be a time in ISO 8601 with its zone.")
    return moment.astimezone(UTC)


def check_headers(operation: Operation, request: Request) -> None:
    """400 for missing, too long or unlisted values of the operation's header parameters."""
    for rule in operation.params:
        if rule.place != "header":
            continue
        value = request.header(rule.name.lower())
        if value is None:
            if rule.required:
                raise invalid_input(f"The header {rule.name} is required.")
        else:
            _value(rule, [value])


def read_body(operation: Operation, request: Request) -> Any:
    """The decoded JSON body; 400 (415 for another content type) unless it has the published shape at its top level."""
    rule = next((rule for rule in operation.params if rule.place == "body"), None)
    if rule is None:
        if request.body:
            raise invalid_input(f"{operation.operation_id} takes no body.")
        return None
    if not request.body:
        if rule.required:
            raise invalid_input("The body is required.")
        return None
    if request.content_type != "application/json":
        raise invalid_input("The content type must be application/json.")
    try:
        body = request.json()
    except BadRequestError:
        raise invalid_input("The body is not valid JSON.") from None
    wanted = list if rule.btype == "array" else dict
    if not isinstance(body, wanted):
        raise invalid_input(f"The body must be a JSON {rule.btype}.")
    missing = [name for name in rule.breq if isinstance(body, dict) and body.get(name) is None]
    if missing:
        raise invalid_input(f"The body lacks {', '.join(missing)}.")
    return body


def check_path(operation: Operation, values: dict[str, str]) -> None:
    """400 for path values that break their rules."""
    for rule in operation.params:
        if rule.place == "path":
            _value(rule, [values[rule.name]])
