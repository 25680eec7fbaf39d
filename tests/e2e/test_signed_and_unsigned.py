"""An account with a role is signed for, one without is not; both are served."""

import secrets

from harness.world import World

PATH = "sellers/v1/marketplaceParticipations"


async def test_signed_and_unsigned_accounts_both_work(world: World) -> None:
    person = await world.person()
    plain, signed = await world.seller(orders=2, skus=2), await world.seller(region="EU", orders=2, skus=2)
    role, external_id = f"arn:aws:iam::123456789012:role/seller-{secrets.token_hex(4)}", secrets.token_hex(8)
    await world.simulator.add_role(role_arn=role, external_id=external_id)
    accounts = [
        await world.connect_by_hand(person, plain),
        await world.connect_by_hand(person, signed, role_arn=role, external_id=external_id, signing="sigv4"),
    ]
    mark = await world.simulator.mark()

    answers = [await person.api.get(f"/v1/accounts/{account['id']}/spapi/{PATH}") for account in accounts]

    assert [answer.status_code for answer in answers] == [200, 200], [answer.text for answer in answers]
    for seller, is_signed in ((plain, False), (signed, True)):
        entries = await world.simulator.ledger(kind="spapi", selling_partner_id=seller.id, since=mark)
        mine = [entry for entry in entries if entry["path"].endswith(PATH)]
        assert [(entry["status"], bool(entry.get("signed"))) for entry in mine] == [(200, is_signed)]
    assert [account["signing"] for account in accounts] == ["none", "sigv4"]


async def test_a_signed_account_is_synced_with_every_call_signed(world: World) -> None:
    person = await world.person()
    seller = await world.seller(region="EU", orders=5, skus=3)
    role, external_id = f"arn:aws:iam::123456789012:role/seller-{secrets.token_hex(4)}", secrets.token_hex(8)
    await world.simulator.add_role(role_arn=role, external_id=external_id)

    await world.connect_by_hand(person, seller, role_arn=role, external_id=external_id, signing="sigv4")
    await world.synced(person, seller)

    entries = await world.simulator.ledger(kind="spapi", selling_partner_id=seller.id)
    assert entries
    assert all(entry["signed"] for entry in entries)


async def test_a_role_that_refuses_is_told_from_a_seller_that_refuses(world: World) -> None:
    person = await world.person()
    seller = await world.seller(region="EU", orders=0, skus=0)
    role = f"arn:aws:iam::123456789012:role/seller-{secrets.token_hex(4)}"
    await world.simulator.add_role(role_arn=role, external_id="the-right-one")
    account = await world.connect_by_hand(person, seller, role_arn=role, external_id="a-wrong-one", signing="sigv4")

    steps = (await person.api.get(f"/v1/accounts/{account['id']}/test")).json()

    assert "sts" in str(steps).lower()
    assert await world.simulator.ledger(kind="spapi", selling_partner_id=seller.id) == []
