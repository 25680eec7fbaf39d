"""What every image and the composition must be, without an engine to build them."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if (path / "pyproject.toml").exists())
BASES = {"python:3.13-slim-bookworm", "node:24-bookworm-slim", "caddy:2-alpine"}
PULLED = {"postgres:18-bookworm", "nats:2-alpine", "motoserver/moto:5.2.5"}
OWN = [*(f"services/{name}/Dockerfile" for name in SERVICES), "simulator/Dockerfile", "dashboard/Dockerfile"]
COMPOSITION = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def read(dockerfile: str) -> str:
    return (ROOT / dockerfile).read_text()


@pytest.mark.parametrize("dockerfile", [*OWN, "deploy/init/Dockerfile"])
def test_an_image_stands_on_an_agreed_base(dockerfile: str) -> None:
    assert set(re.findall(r"^FROM (\S+)", read(dockerfile), re.MULTILINE)) <= BASES


@pytest.mark.parametrize("dockerfile", OWN)
def test_an_image_runs_as_nobody_in_particular_and_says_how_it_is(dockerfile: str) -> None:
    text = read(dockerfile)
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE)[-1] == "10001:10001"
    assert "\nHEALTHCHECK " in text


@pytest.mark.parametrize("dockerfile", OWN)
def test_what_an_image_installs_is_pinned(dockerfile: str) -> None:
    installs = [line for line in read(dockerfile).splitlines() if re.search(r"\b(pip .*install|npm (ci|install))\b", line)]
    assert installs
    assert all("--require-hashes" in line or "npm ci" in line for line in installs)


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_one_service_and_the_kit(service: str) -> None:
    copied = set(re.findall(r"^COPY (?!--from)(\S+)", read(f"services/{service}/Dockerfile"), re.MULTILINE))
    assert copied == {f"requirements/{service}.txt", "shared/src", f"services/{service}"}


@pytest.mark.parametrize("name", sorted(COMPOSITION))
def test_a_part_of_the_composition_is_built_here_or_pulled_as_agreed(name: str) -> None:
    part = COMPOSITION[name]
    if "build" in part:
        assert (ROOT / part["build"]["dockerfile"]).exists()
        assert part["build"]["context"] == "."
    else:
        assert part["image"] in PULLED


def test_only_the_front_door_and_the_stand_in_are_reachable_from_outside() -> None:
    assert {name for name, part in COMPOSITION.items() if "ports" in part} == {"front-door", "simulator"}


def test_what_is_for_the_demo_starts_with_the_demo_only() -> None:
    assert {name for name, part in COMPOSITION.items() if part.get("profiles") == ["demo"]} == {"simulator", "moto", "seed"}


def test_no_service_holds_its_owners_password() -> None:
    for name, part in COMPOSITION.items():
        is_migration = name.endswith("-migrate")
        volumes = {str(volume).partition(":")[0] for volume in part.get("volumes", []) if name != "keys"}
        assert any(volume.endswith("-owner") for volume in volumes) is is_migration
        assert ("DATABASE_OWNER_URL" in (part.get("environment") or {})) is is_migration
