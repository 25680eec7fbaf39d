"""Reads the catalogue that is shipped inside the package."""

import json
from importlib import resources
from typing import Any

from spapi_gateway.domain.catalogue import DEFAULT_BURST, DEFAULT_RATE, Catalogue
from spapi_gateway.domain.operations import Operation, RdtRule


def load_catalogue(*, allow_unknown: bool = False) -> Catalogue:
    """Return all published operations; see `tools/make_catalogue.py` for where the data comes from."""
    text = resources.files("spapi_gateway").joinpath("data/operations.json").read_text(encoding="utf-8")
    return Catalogue((_operation(row) for row in json.loads(text)["operations"]), allow_unknown=allow_unknown)


def _operation(row: dict[str, Any]) -> Operation:
    return Operation(
        api=row["api"],
        version=row["version"],
        operation_id=row["operation_id"],
        method=row["method"],
        template=row["path"],
        rate=row.get("rate", DEFAULT_RATE),
        burst=row.get("burst", DEFAULT_BURST),
        is_plan_published="rate" in row,
        is_read=row.get("read", False),
        rdt=RdtRule(row.get("rdt", "never")),
        data_elements=tuple(row.get("data_elements", ())),
        grantless_scope=row.get("grantless_scope"),
        deprecated_since=row.get("deprecated_since"),
        removal=row.get("removal"),
        successor=row.get("successor"),
        sandbox_only=row.get("sandbox_only", False),
    )
