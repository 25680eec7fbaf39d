import pytest

from svc_kit.settings import ConfigError, EnvReader


def test_every_problem_is_reported_at_once():
    env = EnvReader({"PORT": "eighty", "URL": "ftp://x", "MODE": "c", "FLAG": "maybe", "RATE": "11"})
    env.text("NAME")
    env.integer("PORT")
    env.url("URL")
    env.choice("MODE", ["a", "b"])
    env.flag("FLAG")
    env.number("RATE", maximum=10)
    env.secret("KEY")
    with pytest.raises(ConfigError) as caught:
        env.finish()
    assert [problem.split()[0] for problem in caught.value.problems] == ["NAME", "PORT", "URL", "MODE", "FLAG", "RATE", "KEY"]


def test_good_settings_pass():
    env = EnvReader({"PORT": "80", "URL": "http://x/", "FLAG": "on", "LIST": "a, b"})
    assert (env.integer("PORT"), env.url("URL"), env.flag("FLAG"), env.words("LIST")) == (80, "http://x", True, ("a", "b"))
    env.finish()


def test_a_secret_comes_from_a_file_and_stays_hidden(tmp_path):
    path = tmp_path / "key"
    path.write_text("hush\n")
    secret = EnvReader({"KEY_FILE": str(path)}).secret("KEY")
    assert secret.reveal() == "hush"
    assert "hush" not in repr(secret)


def test_an_address_with_a_password_is_checked_and_stays_hidden(tmp_path):
    path = tmp_path / "url"
    path.write_text("nats://user:hush@h:4222")
    env = EnvReader({"BUS_URL_FILE": str(path), "OTHER_URL": "ftp://user:hush@h", "NOWHERE_URL": "nats:hush"})
    assert env.secret_url("BUS_URL", schemes=("nats",)).reveal() == "nats://user:hush@h:4222"
    env.secret_url("OTHER_URL", schemes=("nats",))
    env.secret_url("NOWHERE_URL", schemes=("nats",))
    with pytest.raises(ConfigError) as caught:
        env.finish()
    assert caught.value.problems == ("OTHER_URL must be a URL (nats)", "NOWHERE_URL must be a URL (nats)")


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_number_must_be_finite(value):
    env = EnvReader({"RATE": value})
    env.number("RATE", 1.0)
    with pytest.raises(ConfigError):
        env.finish()


def test_an_empty_text_counts_as_not_set():
    assert EnvReader({"NAME": " "}).text("NAME", "default") == "default"
