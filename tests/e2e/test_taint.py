"""A secret that went in is found nowhere but in cipher text: not in a log, not in a stream, not in a row, not in an answer."""

import base64
import secrets

from harness.databases import dump
from harness.events import read_messages, stream_names
from harness.world import US, World


def _disguises(secret: str) -> list[bytes]:
    raw = secret.encode()
    return [raw, base64.b64encode(raw)[:-4], base64.urlsafe_b64encode(raw)[:-4], raw.hex().encode(), secret.replace("|", "%7C").encode()]


async def test_no_secret_is_found_outside_cipher_text(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=3, skus=2)
    planted = [f"Atzr|taint-{secrets.token_hex(16)}", f"taint-secret-{secrets.token_hex(16)}"]
    await world.connect_by_hand(person, seller)
    refused = await world.seller(orders=0, skus=0)
    broken = await person.api.post(
        "/api/v1/accounts",
        json={
            "kind": "selling_partner",
            "selling_partner_id": refused.id,
            "region": "NA",
            "marketplaces": [US],
            "refresh_token": planted[0],
            "lwa_client_id": "amzn1.application-oa2-client.taint",
            "lwa_client_secret": planted[1],
        },
    )
    await world.synced(person, seller)
    granted = str(await world.simulator.grant(seller.id))
    again = await person.api.post(
        "/api/v1/accounts",
        json={
            "kind": "selling_partner",
            "selling_partner_id": seller.id,
            "region": "NA",
            "marketplaces": [US],
            "refresh_token": granted,
        },
    )
    assert again.is_success, again.text
    call = await person.api.get(f"/v1/accounts/{again.json()['id']}/spapi/sellers/v1/marketplaceParticipations")
    assert call.status_code == 200, call.text

    places = {f"log of {part}": text.encode() for part, text in world.backend.logs().items()}
    for stream in await stream_names(world.backend.addresses.nats):
        places[f"stream {stream}"] = b"\n".join(await read_messages(world.backend.addresses.nats, stream))
    places["databases"] = (await dump(world.backend.addresses.databases)).encode()
    for path in ("/api/v1/accounts", "/api/v1/amazon/connection", f"/api/v1/accounts/{again.json()['id']}"):
        places[f"answer of {path}"] = (await person.api.get(path)).content
    places["answer to the upsert"] = again.content
    places["answer to the broken one"] = broken.content

    found = [place for place, content in places.items() for secret in (*planted, granted) if any(d in content for d in _disguises(secret))]
    assert found == []
    assert all(b"Atza|" not in content for place, content in places.items())
    assert any(len(content) > 0 for place, content in places.items() if place.startswith("log"))
    assert seller.id.encode() in places["databases"], "the search itself must find what is there"
