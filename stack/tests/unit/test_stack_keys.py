import json
import stat

import jwt
import pytest

from sellerport_stack.state.folder import NotOursError, StateFolder
from sellerport_stack.state.secret_store import SecretStore
from sellerport_stack.state.service_keys import GRANTS, ServiceKeys
from sellerport_stack.tokens import TokenDesk
from svc_kit.clock import SystemClock
from svc_kit.identity import ServiceDirectory, TokenVerifier, Unauthenticated


@pytest.fixture
def keys(tmp_path):
    made = ServiceKeys(tmp_path / "keys")
    made.ensure()
    return made


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_made_once_and_are_private(keys, tmp_path):
    before = {file.name: file.read_text() for file in (tmp_path / "keys").iterdir()}
    ServiceKeys(tmp_path / "keys").ensure()
    assert before == {file.name: file.read_text() for file in (tmp_path / "keys").iterdir()}
    assert {mode(file) for file in (tmp_path / "keys").iterdir()} == {0o600}


def test_the_directory_holds_public_halves_only(keys):
    entries = json.loads(keys.directory.read_text())["services"]
    assert set(entries) == set(GRANTS)
    assert all("d" not in key for entry in entries.values() for key in entry["keys"])


@pytest.mark.parametrize(("service", "audience"), [(service, audience) for service, grants in GRANTS.items() for audience in grants])
async def test_every_grant_of_the_directory_is_honoured_by_the_verifier(keys, service, audience):
    verifier = TokenVerifier(audience, ServiceDirectory.load(keys.directory), None, SystemClock())
    caller = await verifier.verify(TokenDesk(keys).token(service, audience, tenant="harbor"))
    assert (caller.subject, caller.tenant, caller.scopes) == (service, "harbor", frozenset(GRANTS[service][audience]))


@pytest.mark.parametrize("audience", GRANTS["operator"])
async def test_the_operators_one_token_opens_every_service(keys, audience):
    verifier = TokenVerifier(audience, ServiceDirectory.load(keys.directory), None, SystemClock())
    assert (await verifier.verify(TokenDesk(keys).token("operator"))).scopes == frozenset(GRANTS["operator"][audience])


async def test_a_token_for_one_service_is_refused_by_another(keys):
    verifier = TokenVerifier("sync-svc", ServiceDirectory.load(keys.directory), None, SystemClock())
    with pytest.raises(Unauthenticated):
        await verifier.verify(TokenDesk(keys).token("operator", "account-svc"))


def test_tokens_of_one_desk_expire_together(keys):
    desk = TokenDesk(keys)
    claims = jwt.decode(desk.token("operator", "sync-svc"), options={"verify_signature": False})
    assert claims["exp"] == desk.expires_at


def test_secrets_are_made_once_private_and_different(tmp_path):
    store = SecretStore(tmp_path / "secrets")
    assert store.password("a") == SecretStore(tmp_path / "secrets").password("a") != store.password("b")
    assert mode(store.key_file("handle")) == 0o600
    assert mode(store.key_encryption_file()) == 0o600


def test_the_client_file_of_token_svc_holds_no_secret(tmp_path):
    store = SecretStore(tmp_path / "secrets")
    assert store.sdk_secret() not in store.service_clients_file().read_text()


def test_a_folder_with_other_files_is_neither_used_nor_removed(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    for act in (StateFolder(tmp_path).create, StateFolder(tmp_path).remove):
        with pytest.raises(NotOursError):
            act()
    assert (tmp_path / "thesis.txt").exists()


def test_a_state_folder_is_closed_to_others(tmp_path):
    folder = StateFolder(tmp_path / "state")
    folder.create()
    folder.create()
    assert not mode(folder.root) & 0o044
    assert {mode(part) for part in (folder.logs, folder.pids, folder.secrets)} == {0o700}
    folder.remove()
    assert not folder.root.exists()
