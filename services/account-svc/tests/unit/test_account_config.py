from pathlib import Path

import pytest

from account_svc.config import Config, MigrationConfig
from svc_kit.sealing.key_holders import AwsKmsKeys
from svc_kit.secret import Secret
from svc_kit.settings import ConfigError


def test_everything_wrong_is_said_at_once():
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"HTTP_PORT": "many", "KEY_PROVIDER": "paper"})
    told = "\n".join(caught.value.problems)
    for name in ("HTTP_PORT", "KEY_PROVIDER", "DATABASE_URL", "SERVICE_KEY", "STATE_HMAC_KEY", "FRONTEND_URL", "PUBLIC_URL", "KEK_FILE"):
        assert name in told


def test_the_callback_lies_at_the_public_address_and_cookies_follow_its_scheme(environment):
    config = Config.from_env(environment)
    assert config.application.redirect_uri == "http://door.test/api/v1/amazon/oauth/callback"
    assert config.is_cookie_secure is False
    assert Config.from_env(environment | {"PUBLIC_URL": "https://door.test"}).is_cookie_secure is True
    assert Config.from_env(environment | {"PUBLIC_URL": "https://door.test", "COOKIE_SECURE": "false"}).is_cookie_secure is False


def test_without_an_application_the_service_still_starts(environment):
    bare = {name: value for name, value in environment.items() if not name.startswith("AMAZON_")}
    assert Config.from_env(bare).application is None


def test_half_an_application_is_a_fault(environment):
    environment.pop("AMAZON_LWA_CLIENT_SECRET")
    with pytest.raises(ConfigError, match="AMAZON_LWA_CLIENT_SECRET"):
        Config.from_env(environment)


def test_a_role_that_is_none_is_a_fault(environment):
    with pytest.raises(ConfigError, match="AMAZON_ROLE_ARN"):
        Config.from_env(environment | {"AMAZON_ROLE_ARN": "role"})


def test_no_secret_shows_in_the_settings(environment):
    shown = repr(Config.from_env(environment | {"DATABASE_URL": "postgresql://a:planted@h/d"}))
    for secret in ("planted", "state-hmac-key", "PRIVATE KEY"):
        assert secret not in shown


def test_migrating_grants_to_the_user_of_the_services_own_url():
    owner = {"DATABASE_OWNER_URL": "postgresql://owner:x@h/d"}
    assert MigrationConfig.from_env(owner).app_role == "account_app"
    assert MigrationConfig.from_env(owner | {"DATABASE_URL": "postgresql+asyncpg://other_app:x@h/d"}).app_role == "other_app"
    with pytest.raises(ConfigError, match="DATABASE_OWNER_URL"):
        MigrationConfig.from_env({})


KMS = {"KEY_PROVIDER": "aws-kms", "KMS_KEY_ID": "alias/sealing", "KMS_REGION": "eu-west-1"}
VAULT = {"KEY_PROVIDER": "vault-transit", "VAULT_ADDR": "https://vault.test:8200", "VAULT_TOKEN": "s.planted"}


def test_each_holder_of_keys_has_its_own_settings(environment):
    del environment["KEK_FILE"]
    assert Config.from_env(environment | KMS).key_holder == AwsKmsKeys(key="alias/sealing", region="eu-west-1")
    with pytest.raises(ConfigError, match="KMS_SECRET_ACCESS_KEY"):
        Config.from_env(environment | KMS | {"KMS_ACCESS_KEY_ID": "AKIA"})
    config = Config.from_env(environment | VAULT)
    assert config.key_holder.key == "account-svc"
    assert config.key_holder.vault.token == Secret("s.planted")
    assert "s.planted" not in repr(config)
    followed = Config.from_env(environment | VAULT | {"VAULT_TOKEN_FILE": "/run/vault/token"})
    assert followed.key_holder.vault.token == Path("/run/vault/token")


@pytest.mark.parametrize(
    ("provider", "missing"), [("aws-kms", ("KMS_KEY_ID", "KMS_REGION")), ("vault-transit", ("VAULT_ADDR", "VAULT_TOKEN"))]
)
def test_a_holder_that_is_half_named_is_a_fault(environment, provider, missing):
    with pytest.raises(ConfigError) as caught:
        Config.from_env(environment | {"KEY_PROVIDER": provider})
    assert all(name in "\n".join(caught.value.problems) for name in missing)


def test_secrets_stay_in_the_database_unless_vault_is_named_as_their_store(environment):
    assert Config.from_env(environment).vault_kv is None
    vault = {name: value for name, value in VAULT.items() if name.startswith("VAULT_")}
    kept = Config.from_env(environment | vault | {"SECRET_STORE": "vault-kv", "VAULT_KV_PREFIX": "sellerport/accounts/"}).vault_kv
    assert (kept.mount, kept.prefix, kept.vault.address) == ("secret", "sellerport/accounts", VAULT["VAULT_ADDR"])
    with pytest.raises(ConfigError, match="VAULT_ADDR"):
        Config.from_env(environment | {"SECRET_STORE": "vault-kv"})
