"""What is promised of the drop-in clients, in memory and from a file."""

import hashlib
import json

import pytest

from svc_kit.secret import Secret
from token_svc.adapters.outbound.local.service_clients import FileServiceClients
from token_svc.adapters.outbound.memory.service_clients import MemoryServiceClients

CLIENTS = {"sdk": ("käse|\U0001f9c0", "demo-service"), "other": ("another", "other-service"), "twin": ("another", "twin-service")}


@pytest.fixture(params=["memory", "file"])
def clients(request, tmp_path):
    if request.param == "memory":
        return MemoryServiceClients({client_id: (Secret(secret), service) for client_id, (secret, service) in CLIENTS.items()})
    entries = [
        {"client_id": client_id, "secret_sha256": hashlib.sha256(secret.encode()).hexdigest(), "service": service}
        for client_id, (secret, service) in CLIENTS.items()
    ]
    path = tmp_path / "clients.json"
    path.write_text(json.dumps({"clients": entries}))
    return FileServiceClients.load(path)


def test_a_client_with_its_secret_stands_for_its_service(clients):
    assert {client_id: clients.service_of(client_id, Secret(secret)) for client_id, (secret, _) in CLIENTS.items()} == {
        client_id: service for client_id, (_, service) in CLIENTS.items()
    }


@pytest.mark.parametrize("secret", ["", "another", "käse", "KÄSE|\U0001f9c0", hashlib.sha256("käse|\U0001f9c0".encode()).hexdigest()])
def test_any_other_secret_stands_for_nobody(clients, secret):
    assert clients.service_of("sdk", Secret(secret)) is None


@pytest.mark.parametrize("client_id", ["", "SDK", "sdk ", "nobody"])
def test_an_unknown_client_stands_for_nobody_whatever_its_secret(clients, client_id):
    assert not clients.knows(client_id)
    assert [clients.service_of(client_id, Secret(secret)) for secret in ("", "another", "0" * 64)] == [None] * 3


def test_the_clients_are_known(clients):
    assert all(clients.knows(client_id) for client_id in CLIENTS)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"clients": [{"client_id": "sdk"}]}',
        b'{"clients": [{"client_id": "sdk", "secret_sha256": "short", "service": "s"}]}',
    ],
)
def test_a_file_of_another_form_is_refused_when_it_is_read(content):
    with pytest.raises(ValueError, match=r"file|hex"):
        FileServiceClients.parse(content)
