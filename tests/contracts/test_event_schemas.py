"""Every event has a schema, a golden example that is valid, a place in the AsyncAPI document, and is only ever widened."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "contracts" / "schemas" / "events"
SCHEMAS = sorted(path for path in EVENTS.glob("*.v[0-9]*.json") if not path.name.endswith(".example.json"))
ENVELOPE = {"specversion", "id", "source", "type", "time", "subject", "tenantid", "data"}
each_schema = pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)


def load(path: Path):
    return json.loads(path.read_text())


def test_there_are_events_of_both_publishing_services():
    assert {path.name.split(".")[0] for path in SCHEMAS} == {"account-svc", "sync-svc"}


@each_schema
def test_the_golden_example_is_valid(path):
    schema, example = load(path), load(path.with_suffix(".example.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(example)
    assert set(example) >= ENVELOPE
    assert example["type"] == path.stem
    assert example["source"] == path.stem.split(".")[0]


@each_schema
def test_the_schema_demands_the_envelope_and_tolerates_more(path):
    schema = load(path)
    assert set(schema["required"]) >= ENVELOPE
    assert schema.get("additionalProperties", True) is True
    assert schema["properties"]["data"].get("additionalProperties", True) is True


@each_schema
def test_the_name_is_service_noun_verb_version(path):
    assert re.fullmatch(r"[a-z-]+\.[a-z_]+\.[a-z_]+\.v\d+", path.stem)


def test_the_asyncapi_document_names_every_event_and_no_other():
    document = yaml.safe_load((ROOT / "contracts" / "asyncapi" / "sellerport.v1.yaml").read_text())
    addresses = {channel["address"] for channel in document["channels"].values() if not channel.get("x-internal")}
    assert addresses == {path.stem for path in SCHEMAS}
    references = [message["payload"]["$ref"] for message in document["components"]["messages"].values() if "$ref" in message["payload"]]
    assert len(references) == len(SCHEMAS)
    for reference in references:
        assert (ROOT / "contracts" / "asyncapi" / reference).resolve().is_file(), reference


def types(schema) -> set[str]:
    kind = schema.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)


def narrowings(old, new, where="") -> list[str]:
    """Return how `new` accepts less, or promises less, than `old`."""
    found = [] if types(new) >= types(old) else [f"{where}: type {old.get('type')} became {new.get('type')}"]
    if "enum" in new and not set(map(str, new["enum"])) >= set(map(str, old.get("enum", []))):
        found.append(f"{where}: values were taken away")
    found += [f"{where}.{name}: is gone" for name in old.get("properties", {}) if name not in new.get("properties", {})]
    found += [f"{where}.{name}: is no longer promised" for name in set(old.get("required", [])) - set(new.get("required", []))]
    for name in old.get("properties", {}).keys() & new.get("properties", {}).keys():
        found += narrowings(old["properties"][name], new["properties"][name], f"{where}.{name}")
    return found


@each_schema
def test_a_published_schema_is_only_widened(path):
    name = path.relative_to(ROOT).as_posix()
    log = subprocess.run(["git", "log", "--format=%H", "--", name], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for commit in log:
        published = subprocess.run(["git", "show", f"{commit}:{name}"], cwd=ROOT, capture_output=True, text=True, check=False)
        if published.returncode == 0:
            assert narrowings(json.loads(published.stdout), load(path)) == [], f"against {commit[:9]}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"properties": {"a": {"type": "string"}}}, {"properties": {}}),
        ({"required": ["a"]}, {"required": []}),
        ({"type": "string"}, {"type": "integer"}),
        ({"type": ["string", "null"]}, {"type": "string"}),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}),
    ],
)
def test_the_widening_rule_bites(old, new):
    assert narrowings(old, new)


def test_widening_is_allowed():
    old = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    new = {"type": "object", "properties": {"a": {"type": ["string", "null"]}, "b": {"type": "string"}}, "required": ["a", "b"]}
    assert narrowings(old, new) == []
