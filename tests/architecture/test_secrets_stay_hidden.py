"""No class that holds a secret shows it: neither in a log line, nor in a traceback, nor in a failed assertion."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
from typing import NewType

import msgspec
import pytest

from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct

PACKAGES = ("svc_kit", "account_svc", "token_svc", "spapi_gateway", "sync_svc")
# What a field is called that holds a secret, or something with a secret in it (headers, an address with a password).
SECRET = re.compile(
    r"token|secret|(refresh|access|session|security|restricted_data)_token|\w*secret(_\w+)?|\w*password|\w*private_key|handle|cookie"
    r"|authorization|(database|owner|nats)_url|headers|sealed|browser_proof"
)
SHOWN = re.compile(r"\w*_(sha256|hash)")


def is_text(annotation: object) -> bool:
    """Whether a field so annotated holds text or bytes that its repr would show; `Secret` hides itself."""
    return not isinstance(annotation, NewType) and bool(re.search(r"\bstr\b|\bbytes\b|Sealed", str(annotation)))


def showing(kind: type) -> list[str]:
    """Return the names of the fields whose secret the repr of `kind` shows."""
    if dataclasses.is_dataclass(kind):
        fields = [(field.name, field.type, field.repr) for field in dataclasses.fields(kind)]
    elif issubclass(kind, msgspec.Struct):
        hides = issubclass(kind, SecretStruct)
        fields = [(field.name, field.type, not hides) for field in msgspec.structs.fields(kind)]
    else:
        return []
    return [name for name, type_, shown in fields if shown and SECRET.fullmatch(name) and not SHOWN.fullmatch(name) and is_text(type_)]


def classes_of(package: str) -> list[type]:
    path = importlib.import_module(package).__path__
    names = [
        found.name for found in pkgutil.walk_packages(path, f"{package}.") if not re.search(r"migrations|\.memory\.", found.name)
    ]  # a fake is open to its tests
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    return [kind for module in modules for kind in vars(module).values() if inspect.isclass(kind) and kind.__module__ == module.__name__]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_repr_shows_a_secret(package):
    classes = classes_of(package)
    assert classes
    assert {f"{kind.__module__}.{kind.__name__}": names for kind in classes if (names := showing(kind))} == {}


def test_the_rule_bites():
    @dataclasses.dataclass
    class Careless:
        refresh_token: str
        secret_sha256: str
        client_secret: Secret
        database_url: str = dataclasses.field(repr=False)

    class CarelessStruct(msgspec.Struct):
        client_secret_next: str | None
        name: str

    class CarefulStruct(SecretStruct, CarelessStruct):
        pass

    assert showing(Careless) == ["refresh_token"]
    assert showing(CarelessStruct) == ["client_secret_next"]
    assert showing(CarefulStruct) == []


def test_a_secret_shape_still_says_what_it_is():
    class Lent(SecretStruct, kw_only=True):
        token: str

    class LentForLong(Lent, kw_only=True):
        days: int

    assert repr(LentForLong(token="planted", days=3)) == "LentForLong(**********)"
    assert msgspec.json.encode(LentForLong(token="planted", days=3)) == b'{"token":"planted","days":3}'
