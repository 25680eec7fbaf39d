"""JSON logs with the request's ids on every line and nothing secret in any."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final, cast

import structlog
from structlog.typing import FilteringBoundLogger, Processor

_SECRET_KEYS: Final = re.compile(
    r"(refresh|access|session|restricted|security)_?-?token|secret|password|authorization|cookie|api_?key|private|code_verifier|^token$",
    re.IGNORECASE,
)
_SECRET_VALUES: Final = re.compile(r"Atz[ra](\.sprdt)?\|[^\s\"',}&]+|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+|Bearer\s+\S+|amzn1\.oa2-cs\.\S+")
_HIDDEN: Final = "[redacted]"
_DEEPEST: Final = 4


def _hide(value: Any, depth: int = 0) -> Any:
    if isinstance(value, str):
        return _SECRET_VALUES.sub(_HIDDEN, value)
    if depth < _DEEPEST and isinstance(value, dict):
        items = cast("dict[object, object]", value)
        return {key: _HIDDEN if _SECRET_KEYS.search(str(key)) else _hide(item, depth + 1) for key, item in items.items()}
    if depth < _DEEPEST and isinstance(value, list | tuple):
        return [_hide(item, depth + 1) for item in cast("list[object]", value)]
    return value


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace secret-looking keys and values; the last guard, not the first."""
    for key in list(event):
        event[key] = _HIDDEN if _SECRET_KEYS.search(key) and event[key] is not None else _hide(event[key])
    return event


def _stamp(service: str) -> Processor:
    def add(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return add


def configure(service: str, level: str = "INFO") -> None:
    """Send structlog's and the standard library's records to standard output as JSON lines, redacted."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _stamp(service),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)


def get_logger() -> FilteringBoundLogger:
    """Return the logger; context ids come from contextvars."""
    return cast("FilteringBoundLogger", structlog.get_logger())
