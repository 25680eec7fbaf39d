"""The committed OpenAPI documents are what the services say of themselves; regenerate them with `make contracts`."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate

ROOT = Path(__file__).parents[2]
SERVICES = ["account-svc", "token-svc", "spapi-gateway", "sync-svc"]
SECRETS = {"refresh_token", "client_secret", "client_secret_next", "cipher_text", "lwa_client_secret"}


def generated(service: str) -> str:
    command = [sys.executable, "-m", service.replace("-", "_"), "openapi"]
    return subprocess.run(command, env={}, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout


def committed(service: str):
    return yaml.safe_load((ROOT / "contracts" / "openapi" / f"{service}.v1.yaml").read_text())


def properties(schema, document, seen) -> set[str]:
    """Return the names of all properties that a schema can hold, however deep."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return set() if name in seen else properties(document["components"]["schemas"][name], document, seen | {name})
    found = set(schema.get("properties", {}))
    children = list(schema.get("properties", {}).values())
    children += [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    children += [child for key in ("oneOf", "anyOf", "allOf") for child in schema.get(key, [])]
    return found.union(*(properties(child, document, seen) for child in children)) if children else found


@pytest.mark.parametrize("service", SERVICES)
def test_the_committed_document_is_current(service):
    assert yaml.safe_load(generated(service)) == committed(service), "run `make contracts` and look at the difference"


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_is_valid_and_its_operations_have_names_of_their_own(service):
    document = committed(service)
    validate(document)
    ids = [operation["operationId"] for item in document["paths"].values() for operation in item.values() if "operationId" in operation]
    assert ids
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("service", SERVICES)
def test_no_answer_to_a_user_can_carry_a_stored_secret(service):
    document = committed(service)
    for path, item in document["paths"].items():
        if not path.startswith("/api/"):
            continue
        for operation in (value for value in item.values() if "responses" in value):
            for response in operation["responses"].values():
                for media in response.get("content", {}).values():
                    assert not SECRETS & properties(media.get("schema", {}), document, set()), path


def test_the_search_for_secrets_bites():
    document = {"components": {"schemas": {"A": {"properties": {"b": {"items": {"properties": {"refresh_token": {}}}}}}}}}
    assert SECRETS & properties({"anyOf": [{"$ref": "#/components/schemas/A"}]}, document, set())
