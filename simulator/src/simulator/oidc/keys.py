"""The issuer's signing key."""

import base64
import hashlib
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from simulator.state.world import World


def ensure_key(world: World) -> None:
    """Makes the key on first start and keeps it, so that tokens stay valid over restarts."""
    if world.oidc_key_pem:
        return
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    world.oidc_key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    world.keep_credentials()


class SigningKey:
    """The private key with its public face as a JWK."""

    def __init__(self, pem: str) -> None:
        key = serialization.load_pem_private_key(pem.encode(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("the issuer signs with RSA")
        self._key = key
        numbers = key.public_key().public_numbers()
        modulus = _base64(numbers.n)
        self.key_id = hashlib.sha256(modulus.encode()).hexdigest()[:16]
        self.jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.key_id, "n": modulus, "e": _base64(numbers.e)}

    def sign(self, claims: dict[str, Any], typ: str = "JWT") -> str:
        """A compact RS256 JWT."""
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.key_id, "typ": typ})

    def read(self, token: str, audience: str, issuer: str) -> dict[str, Any]:
        """The claims of one of our own tokens; raises ``jwt.InvalidTokenError`` for any other."""
        return dict(jwt.decode(token, self._key.public_key(), algorithms=["RS256"], audience=audience, issuer=issuer))


def _base64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).decode().rstrip("=")
