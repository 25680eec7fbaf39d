"""Tokens 2021-03-01: createRestrictedDataToken."""

import re
from typing import Any

from simulator.spapi.call import Call
from simulator.spapi.catalogue import Operation, catalogue
from simulator.spapi.refusal import invalid_input
from simulator.state.credentials import AccessToken, Resource
from simulator.web.response import Response

_MAX_RESOURCES = 50
_METHODS = ("GET", "PUT", "POST", "DELETE")  # looked through by equality: a body may hold anything
_CONCRETE_ONLY = "/reports/2021-06-30/documents/{reportDocumentId}"


def create_restricted_data_token(call: Call) -> Response:
    """POST /tokens/2021-03-01/restrictedDataToken. Every resource must be a restricted operation; data elements must be its own."""
    wanted = call.body["restrictedResources"]
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= _MAX_RESOURCES:
        raise invalid_input(f"restrictedResources takes 1 to {_MAX_RESOURCES} resources.")
    resources = [_resource(entry) for entry in wanted]
    token = AccessToken(
        client_id=call.token.client_id,
        selling_partner_id=call.token.selling_partner_id,
        family=call.token.family,
        expires=call.now + call.world.access_life,
        resources=resources,
    )
    secret = call.world.credentials.issue_access(token)
    return Response.of(200, {"restrictedDataToken": secret, "expiresIn": int(call.world.access_life.total_seconds())})


def _resource(entry: Any) -> Resource:
    if not isinstance(entry, dict) or entry.get("method") not in _METHODS or not isinstance(entry.get("path"), str):
        raise invalid_input("Each restricted resource needs a method and a path.")
    operation = _operation(entry["method"], entry["path"])
    if operation is None or not operation.restricted:
        raise invalid_input(f"{entry['method']} {entry['path']} is not a restricted operation.")
    elements = entry.get("dataElements") or []
    if not isinstance(elements, list) or not all(element in operation.rdt_data_elements for element in elements):
        raise invalid_input(f"dataElements of {operation.operation_id}: {', '.join(operation.rdt_data_elements) or 'none'}.")
    if operation.rdt_data_elements and not elements:
        raise invalid_input(f"{operation.operation_id} needs dataElements.")
    if operation.path == _CONCRETE_ONLY and "{" in entry["path"]:
        raise invalid_input("getReportDocument takes a concrete path only.")
    return Resource(method=entry["method"], path=entry["path"], elements=elements)


def _operation(method: str, path: str) -> Operation | None:
    found = catalogue().find(method, path)
    if found is None or not re.fullmatch(r"(/[^/]+)+", path):
        return None
    return found[0]
