from pathlib import Path

import pytest

from sellerport_stack.config import ConfigError, StackConfig
from sellerport_stack.environment import merged, read_env_file
from sellerport_stack.settings import passed_on, service_settings, simulator_settings
from sellerport_stack.state.folder import StateFolder
from sellerport_stack.state.secret_store import SecretStore
from sellerport_stack.state.service_keys import ServiceKeys


def settings_of(service, config, tmp_path, **urls):
    return service_settings(config, ServiceKeys(tmp_path / "keys"), SecretStore(tmp_path / "secrets"), service, **urls)


def test_env_file_lines_may_be_exported_quoted_and_commented(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# note\nexport A=1\nB='two words' # why\nC=\"x#y\"\nD = 4 # four\nnonsense\n")
    assert read_env_file(file) == {"A": "1", "B": "two words", "C": "x#y", "D": "4"}


def test_the_environment_wins_over_the_env_file_and_empty_counts_as_not_set(tmp_path):
    (tmp_path / ".env").write_text("A=file\nB=file\n")
    assert merged({"A": "environment", "B": ""}, tmp_path / ".env") == {"A": "environment", "B": "file"}


def test_a_missing_env_file_is_no_failure(tmp_path):
    assert read_env_file(tmp_path / ".env") == {}


@pytest.mark.parametrize("base", ["x", "80", "65530", "-1"])
def test_an_impossible_port_base_is_refused(tmp_path, base):
    with pytest.raises(ConfigError, match="PORT_BASE must be a number between"):
        StackConfig.from_env({"PORT_BASE": base}, project=tmp_path)


def test_without_simulator_an_identity_provider_must_be_named(tmp_path):
    with pytest.raises(ConfigError, match="OIDC_ISSUER is not set"):
        StackConfig.from_env({"SIMULATOR": "off"}, project=tmp_path).require_sign_in()
    StackConfig.from_env({"SIMULATOR": "off", "OIDC_ISSUER": "https://id.example"}, project=tmp_path).require_sign_in()
    StackConfig.from_env({}, project=tmp_path).require_sign_in()


def test_every_problem_is_told_at_once(tmp_path):
    with pytest.raises(ConfigError, match=r"(?s)PORT_BASE.*SIMULATOR"):
        StackConfig.from_env({"PORT_BASE": "x", "SIMULATOR": "maybe"}, project=tmp_path)


def test_a_relative_state_dir_lies_in_the_project(tmp_path):
    assert StackConfig.from_env({"STATE_DIR": "here"}, project=tmp_path).state.root == tmp_path / "here"


def test_with_the_simulator_every_outside_address_points_at_it(tmp_path):
    config = StackConfig.from_env({"PORT_BASE": "9000"}, project=tmp_path)
    token = settings_of("token-svc", config, tmp_path)
    assert token["AMAZON_LWA_TOKEN_URL_EU"] == "http://127.0.0.1:9006/auth/o2/token"
    assert token["AMAZON_SPAPI_ENDPOINT_FE"] == "http://127.0.0.1:9013"
    assert settings_of("spapi-gateway", config, tmp_path)["AMAZON_ADS_ENDPOINT_EU"] == "http://127.0.0.1:9012/ads"
    account = settings_of("account-svc", config, tmp_path)
    assert account["AMAZON_CONSENT_URL"] == "http://127.0.0.1:9006"
    assert account["AMAZON_ADS_CONSENT_URL_FE"] == "http://127.0.0.1:9006/fe"


def test_without_simulator_no_outside_address_is_set(tmp_path):
    config = StackConfig.from_env({"SIMULATOR": "off", "OIDC_ISSUER": "https://id.example"}, project=tmp_path)
    services = ("account-svc", "token-svc", "spapi-gateway", "sync-svc")
    assert [name for service in services for name in settings_of(service, config, tmp_path) if name.startswith(("AMAZON_", "AWS_"))] == []
    assert settings_of("sync-svc", config, tmp_path)["OIDC_ISSUER"] == "https://id.example"


def test_an_outside_address_of_the_caller_wins_over_the_simulator(tmp_path):
    config = StackConfig.from_env({"AMAZON_SPAPI_ENDPOINT_NA": "https://proxy.example"}, project=tmp_path)
    gateway = settings_of("spapi-gateway", config, tmp_path)
    assert gateway["AMAZON_SPAPI_ENDPOINT_NA"] == "https://proxy.example"
    assert gateway["AMAZON_SPAPI_ENDPOINT_EU"].startswith("http://127.0.0.1:")


def test_a_secret_reaches_only_the_service_that_needs_it():
    lwa = {"AMAZON_LWA_CLIENT_SECRET": "s", "AMAZON_ADS_LWA_CLIENT_SECRET": "d"}
    settings = {**lwa, "AWS_SECRET_ACCESS_KEY": "a", "SMTP_PASSWORD": "m", "HOME": "/h"}
    assert passed_on(settings, "account-svc") == lwa
    with_queue = settings | {"AMAZON_SECRET_QUEUE_URL": "https://sqs.test/1/secrets"}
    assert passed_on(with_queue, "account-svc")["AWS_SECRET_ACCESS_KEY"] == "a"
    assert passed_on(settings, "token-svc") == {"AWS_SECRET_ACCESS_KEY": "a"}
    assert passed_on(settings, "spapi-gateway") == {}
    assert passed_on(settings, "sync-svc") == {"SMTP_PASSWORD": "m"}


def test_real_credentials_do_not_go_to_the_simulator():
    real = {"AMAZON_LWA_CLIENT_SECRET": "s", "AMAZON_ADS_LWA_CLIENT_SECRET": "d", "AWS_SECRET_ACCESS_KEY": "a", "LOG_LEVEL": "DEBUG"}
    assert passed_on(real, "account-svc", simulator=True) == {"LOG_LEVEL": "DEBUG"}
    assert passed_on(real, "token-svc", simulator=True) == {"LOG_LEVEL": "DEBUG"}
    addressed = {**real, "AMAZON_LWA_TOKEN_URL_NA": "https://lwa.example", "AMAZON_STS_ENDPOINT": "https://sts.example"}
    assert passed_on(addressed, "account-svc", simulator=True)["AMAZON_LWA_CLIENT_SECRET"] == "s"
    assert passed_on(addressed, "account-svc", simulator=True)["AMAZON_ADS_LWA_CLIENT_SECRET"] == "d"
    assert passed_on(addressed, "token-svc", simulator=True)["AWS_SECRET_ACCESS_KEY"] == "a"


def test_only_migrations_and_their_service_know_a_database(tmp_path):
    config = StackConfig(port_base=9000, state=StateFolder(tmp_path / "state"))
    assert [name for name in settings_of("token-svc", config, tmp_path) if name.startswith("DATABASE_")] == []
    serving = settings_of("sync-svc", config, tmp_path, database="postgresql://app")
    assert [name for name in serving if name.startswith("DATABASE_")] == ["DATABASE_URL_FILE"]
    assert Path(serving["DATABASE_URL_FILE"]).read_text() == "postgresql://app"
    migrating = settings_of("sync-svc", config, tmp_path, database="postgresql://app", owner="postgresql://owner")
    assert Path(migrating["DATABASE_OWNER_URL_FILE"]).read_text() == "postgresql://owner"


PROGRAMS = ("account-svc", "token-svc", "spapi-gateway", "sync-svc", "simulator")


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_secret_stands_in_the_environment_of_a_program(tmp_path, program):
    secrets, given = SecretStore(tmp_path / "secrets"), {"SIM_ADS_CLIENT_SECRET": "planted", "AMAZON_ADS_CLIENT_SECRET": "planted"}
    config = StackConfig.from_env(given, project=tmp_path)
    urls = {"database": "postgresql://app:planted@h/d", "owner": "postgresql://owner:planted@h/d"}
    settings = simulator_settings(config, secrets) if program == "simulator" else settings_of(program, config, tmp_path, **urls)
    files = [Path(value) for name, value in settings.items() if name.endswith("_FILE") and name.removesuffix("_FILE") not in settings]
    held = {file.read_text() for file in (*files, *secrets.folder.iterdir()) if file.is_file()}
    assert {name: value for name, value in settings.items() if value in held or "planted" in value} == {}
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in secrets.folder.iterdir())


def test_a_secrets_file_that_the_caller_names_stands(tmp_path):
    mine = {"AMAZON_LWA_CLIENT_SECRET_FILE": "/mine", "AMAZON_LWA_TOKEN_URL_NA": "https://lwa.example"}
    config = StackConfig.from_env(mine, project=tmp_path)
    assert settings_of("account-svc", config, tmp_path)["AMAZON_LWA_CLIENT_SECRET_FILE"] == "/mine"
