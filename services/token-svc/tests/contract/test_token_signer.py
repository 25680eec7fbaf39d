"""What every signer promises: the claims can be had from the token, by whoever holds the public key."""

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from svc_kit.clock import ManualClock
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.secret import Secret
from token_svc.adapters.outbound.local.token_signer import EdDsaTokenSigner
from token_svc.adapters.outbound.memory.token_signer import MemoryTokenSigner

CLAIMS = {"iss": "token-svc", "sub": "käse", "iat": 1, "exp": 4_000_000_000, "is_new": True, "scope": ["a", "b"], "more": {"n": 1.5}}


class InMemory:
    """The fake, and how its tokens are read."""

    def __init__(self):
        self.signer = MemoryTokenSigner()

    def claims_of(self, token: str):
        return self.signer.signed.get(token)


class WithEdDsa:
    """The real one, read with the public key alone."""

    def __init__(self):
        self._key = Ed25519PrivateKey.generate()
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        self.signer = EdDsaTokenSigner(ServiceTokenIssuer(Secret(pem), "token-svc", "token-svc-1", ManualClock()))

    def claims_of(self, token: str):
        try:
            return jwt.decode(token, self._key.public_key(), algorithms=["EdDSA"], options={"verify_iat": False})
        except jwt.InvalidTokenError:
            return None


@pytest.fixture(params=[InMemory, WithEdDsa], ids=["memory", "eddsa"])
def signing(request):
    return request.param()


def test_the_token_gives_the_claims_back(signing):
    assert signing.claims_of(signing.signer.sign(CLAIMS).reveal()) == CLAIMS


def test_the_claims_are_those_of_the_moment_of_signing(signing):
    claims = dict(CLAIMS)
    token = signing.signer.sign(claims)
    claims["sub"] = "somebody else"
    assert signing.claims_of(token.reveal()) == CLAIMS


def test_each_set_of_claims_has_a_token_of_its_own(signing):
    tokens = [signing.signer.sign({**CLAIMS, "jti": str(number)}).reveal() for number in range(20)]
    assert [signing.claims_of(token)["jti"] for token in tokens] == [str(number) for number in range(20)]
    assert len(set(tokens)) == 20


def test_an_altered_token_gives_nothing(signing):
    token = signing.signer.sign(CLAIMS).reveal()
    middle = len(token) // 2
    altered = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    assert [signing.claims_of(other) for other in (altered, token[:-2], "")] == [None] * 3


def test_the_token_is_hidden_from_whoever_prints_it(signing):
    token = signing.signer.sign(CLAIMS)
    assert token.reveal() not in f"{token!r} {token}"


def test_the_header_names_algorithm_and_key():
    header = jwt.get_unverified_header(WithEdDsa().signer.sign(CLAIMS).reveal())
    assert (header["alg"], header["kid"]) == ("EdDSA", "token-svc-1")
