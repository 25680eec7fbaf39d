"""What lies in NATS is cipher text bound to its place."""

from svc_kit.messaging import NatsConnection
from svc_kit.secret import Secret
from token_svc.adapters.outbound.nats.entry_codec import EntryCodec
from token_svc.domain.cache_key import CacheKey


async def ask(client, town, account_id):
    headers = town.identities.bearer("spapi-gateway", "tokens:issue")
    response = await client.post("/v1/tokens", json={"account_id": account_id}, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()["token"]


async def test_neither_tokens_nor_accounts_can_be_read_in_nats_nor_moved_to_another_key(town, make_credentials, nats_url):
    mine, seller = town.seller(make_credentials)
    other, other_seller = town.seller(make_credentials)
    async with NatsConnection.open(nats_url, "thief") as thief:
        async with town.replica() as client:
            token = await ask(client, town, mine)
        bucket = await thief.jetstream().key_value(town.bucket)
        name, moved = (f"token.{CacheKey.access(account).text}" for account in (mine, other))
        sealed = (await bucket.get(name)).value
        assert token.encode() not in sealed
        assert b"A1SELLER" not in sealed
        codec = EntryCodec(Secret("k" * 40))
        assert codec.open(name, sealed).grant.secret == Secret(token)
        assert codec.open(moved, sealed) is None
        assert EntryCodec(Secret("x" * 40)).open(name, sealed) is None
        assert codec.open(name, sealed[:-1] + bytes([sealed[-1] ^ 1])) is None
        await bucket.put(moved, sealed)
        async with town.replica() as client:
            assert await ask(client, town, other) != token
    assert (len(town.amazon.lwa_calls(seller)), len(town.amazon.lwa_calls(other_seller))) == (1, 1)
