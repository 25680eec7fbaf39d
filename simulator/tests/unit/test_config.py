import re
from pathlib import Path

import pytest

from simulator.config import Config, ConfigError

README = Path(__file__).parents[2] / "README.md"
SOURCE = Path(__file__).parents[2] / "src" / "simulator" / "config.py"


def test_an_empty_environment_makes_a_configuration() -> None:
    config = Config.from_env({})
    assert (config.port_main, config.ports) == (8706, {"NA": 8711, "EU": 8712, "FE": 8713})
    assert config.issuer == "http://127.0.0.1:8706/oidc"
    assert not config.demo


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"SIM_PORT_MAIN": "many", "SIM_DEMO": "perhaps"})
    assert "SIM_PORT_MAIN" in str(caught.value)
    assert "SIM_DEMO" in str(caught.value)


def test_a_secret_comes_from_a_file_unless_it_is_given_itself(tmp_path) -> None:
    path = tmp_path / "secret"
    path.write_text("hush\n")
    from_file = {"SIM_CLIENT_SECRET_FILE": str(path), "SIM_AWS_SECRET_ACCESS_KEY_FILE": str(path)}
    assert Config.from_env(from_file).client_secret == "hush"
    assert Config.from_env(from_file).aws_secret_access_key == "hush"
    assert Config.from_env({**from_file, "SIM_CLIENT_SECRET": "own"}).client_secret == "own"
    with pytest.raises(ConfigError, match="SIM_CLIENT_SECRET_FILE"):
        Config.from_env({"SIM_CLIENT_SECRET_FILE": str(tmp_path / "none")})


def test_the_readme_tells_every_setting_and_no_other() -> None:
    told = set(re.findall(r"^\| `(SIM_\w+)`", README.read_text(), re.MULTILINE))
    read = set(re.findall(r'"(SIM_\w+)"', SOURCE.read_text())) | {f"SIM_PORT_{region}" for region in ("NA", "EU", "FE")}
    assert told == read
