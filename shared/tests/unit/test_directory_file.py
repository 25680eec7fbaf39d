"""Keys and grants change with the file, without a restart; a broken file changes nothing."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import OKPAlgorithm

from svc_kit.clock import ManualClock
from svc_kit.identity import DirectoryFile, ServiceTokenIssuer, TokenVerifier, Unauthenticated
from svc_kit.secret import Secret

KEYS = {"k1": Ed25519PrivateKey.generate(), "k2": Ed25519PrivateKey.generate()}


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def publish(tmp_path):
    """Write the directory with these keys of token-svc, in place of what is there."""

    def written(*key_ids: str, grants=("credentials:read",)) -> None:
        jwks = [{**OKPAlgorithm.to_jwk(KEYS[key_id].public_key(), as_dict=True), "kid": key_id} for key_id in key_ids]
        draft = tmp_path / "draft"
        draft.write_text(json.dumps({"services": {"token-svc": {"keys": jwks, "grants": {"account-svc": list(grants)}}}}))
        draft.replace(tmp_path / "services.json")

    written("k1")
    return written


@pytest.fixture
def verifier(publish, tmp_path, clock):
    return TokenVerifier("account-svc", DirectoryFile(tmp_path / "services.json", clock), None, clock)


def token(clock, key_id):
    pem = KEYS[key_id].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return ServiceTokenIssuer(Secret(pem), "token-svc", key_id, clock).token("account-svc", ("credentials:read",))


async def test_a_key_is_replaced_without_a_moment_in_which_neither_works(publish, verifier, clock):
    old, new = token(clock, "k1"), token(clock, "k2")
    await verifier.verify(old)
    with pytest.raises(Unauthenticated):
        await verifier.verify(new)
    publish("k1", "k2")
    clock.advance(1)
    assert {(await verifier.verify(each)).subject for each in (old, new)} == {"token-svc"}
    publish("k2")
    clock.advance(1)
    assert (await verifier.verify(new)).subject == "token-svc"
    with pytest.raises(Unauthenticated, match="not in the directory"):
        await verifier.verify(old)


async def test_a_grant_that_was_taken_back_ends_for_tokens_that_are_known(publish, verifier, clock):
    known = token(clock, "k1")
    assert (await verifier.verify(known)).has("credentials:read")
    publish("k1", grants=())
    clock.advance(1)
    assert not (await verifier.verify(known)).has("credentials:read")


@pytest.mark.parametrize("content", ["", "{", '{"services": []}', '{"services": {"x": {"keys": [{"kty": "RSA"}]}}}', None])
async def test_a_file_that_cannot_be_used_changes_nothing(verifier, clock, tmp_path, publish, content):
    file = tmp_path / "services.json"
    file.unlink()
    if content is not None:
        file.write_text(content)
    clock.advance(1)
    assert (await verifier.verify(token(clock, "k1"))).subject == "token-svc"
    publish("k2")
    clock.advance(1)
    assert (await verifier.verify(token(clock, "k2"))).subject == "token-svc"
