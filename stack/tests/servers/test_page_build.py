import os
import subprocess

import pytest

from sellerport_stack.front_door.node import Node, version
from sellerport_stack.front_door.page import Page
from sellerport_stack.processes import StartError


@pytest.fixture
def page(tmp_path):
    (tmp_path / "src").mkdir()
    for name in ("package.json", "package-lock.json", "index.html", "src/main.ts"):
        (tmp_path / name).write_text(name)
    return Page(tmp_path)


@pytest.fixture
def npm(page):
    """Stands in for npm: notes what it was asked and leaves behind what it would."""
    asked = []

    def run(spec):
        words = [word for word in spec.argv if word in {"ci", "build"}]
        asked.extend(words)
        folder = page.folder / ("node_modules" if words == ["ci"] else "dist")
        folder.mkdir(exist_ok=True)
        (folder / "index.html").touch()

    run.asked = asked
    return run


def test_the_page_is_built_once_for_the_same_sources(page, npm, tmp_path):
    assert page.build(tmp_path / "log", npm)
    assert not page.build(tmp_path / "log", npm)
    assert npm.asked == ["ci", "build"]


def test_a_changed_source_is_built_without_installing_again(page, npm, tmp_path):
    page.build(tmp_path / "log", npm)
    (tmp_path / "src" / "main.ts").write_text("changed")
    page.build(tmp_path / "log", npm)
    assert npm.asked == ["ci", "build", "build"]


def test_changed_packages_are_installed(page, npm, tmp_path):
    page.build(tmp_path / "log", npm)
    (tmp_path / "package-lock.json").write_text("changed")
    page.build(tmp_path / "log", npm)
    assert npm.asked == ["ci", "build", "ci", "build"]


def test_a_build_that_failed_is_tried_again(page, npm, tmp_path):
    def broken(_spec):
        raise StartError("no registry")

    with pytest.raises(StartError):
        page.build(tmp_path / "log", broken)
    assert page.build(tmp_path / "log", npm)


def test_node_comes_from_the_package_when_the_machine_has_none(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    node = Node.find()
    assert version(node.npm[0]) >= (20, 19)
    environment = {**os.environ, "PATH": node.path, "NODE_DISABLE_COMPILE_CACHE": "1"}  # its cache would stay in the temporary folder
    asked = subprocess.run([*node.npm, "--version"], env=environment, capture_output=True, text=True, check=True)
    assert asked.stdout[0].isdigit()


def test_a_machines_node_that_is_too_old_is_not_used(monkeypatch, tmp_path):
    for name, answer in {"node": "v18.20.0", "npm": "10.0.0"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\necho {answer}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert str(tmp_path) not in Node.find().npm[0]
