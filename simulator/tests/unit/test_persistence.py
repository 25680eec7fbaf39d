from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator.config import Config
from simulator.demo.seed import seed_demo
from simulator.state.credentials import digest
from simulator.state.people import Role
from simulator.state.world import World

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_a_world_comes_back_as_it_was(tmp_path: Path) -> None:
    config = Config(state_file=tmp_path / "state.json", demo=True)
    world = World(config)
    seed_demo(world)
    world.roles["arn:aws:iam::1:role/x"] = Role(role_arn="arn:aws:iam::1:role/x", external_id="t")
    world.keep_credentials()
    again = World(config)
    assert {name: list(shop.orders) for name, shop in again.shops.items()} == {
        name: list(shop.orders) for name, shop in world.shops.items()
    }
    assert {name: list(shop.stock) for name, shop in again.shops.items()} == {name: list(shop.stock) for name, shop in world.shops.items()}
    assert again.users == world.users
    assert again.roles == world.roles
    assert again.cursor_key == world.cursor_key


def test_a_grant_is_on_the_disk_when_it_is_handed_out_and_never_in_clear(tmp_path: Path) -> None:
    config = Config(state_file=tmp_path / "state.json")
    world = World(config)
    token = world.credentials.issue_grant(client_id=config.client_id, selling_partner_id="A1", now=world.clock.now())
    world.keep_credentials()
    again = World(config)
    assert again.credentials.grants[digest(token)].selling_partner_id == "A1"
    assert not any(token in file.read_text() for file in tmp_path.iterdir())


def test_an_unchanged_world_is_not_written_again(tmp_path: Path) -> None:
    config = Config(state_file=tmp_path / "state.json")
    world = World(config)
    world.files.save_changes(world)
    assert list(tmp_path.iterdir()) == []


def test_the_settings_application_keeps_its_rotated_secret_over_a_restart(tmp_path: Path) -> None:
    config = Config(state_file=tmp_path / "state.json")
    world = World(config)
    world.credentials.applications[config.client_id].client_secret = "rotated"
    world.keep_credentials()
    assert World(config).credentials.applications[config.client_id].knows("rotated", NOW)


def test_a_secret_changed_in_the_settings_wins_over_the_state(tmp_path: Path) -> None:
    World(Config(state_file=tmp_path / "state.json", client_secret="first")).keep_credentials()
    changed = World(Config(state_file=tmp_path / "state.json", client_secret="second"))
    application = changed.credentials.applications[changed.config.client_id]
    assert application.knows("second", NOW)
    assert not application.knows("first", NOW)


def test_moved_time_is_amazons_only() -> None:
    world = World(Config())
    real = world.clock.real()
    world.clock.advance(timedelta(days=2).total_seconds())
    assert world.clock.now() - real > timedelta(days=1, hours=23)
    assert world.clock.real() - real < timedelta(minutes=5)
    world.clock.reset()
    assert abs(world.clock.now() - world.clock.real()) < timedelta(minutes=5)
