"""Whatever is done to the record of credential uses, `VerifyAudit` names the first entry that is not as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from account_svc.adapters.outbound.memory.audit_trail import MemoryAuditTrail
from account_svc.adapters.outbound.memory.credential_audit import MemoryCredentialAudit
from account_svc.application.queries.verify_audit import VerifyAudit
from account_svc.domain.audit_chain import AuditSeal, ChainFault
from account_svc.domain.credential_use import CredentialUse
from account_svc.domain.identifiers import SYSTEM_TENANT, AccountId, ApplicationId, TenantId
from svc_kit.secret import Secret

ACME, RIVAL = TenantId("acme"), TenantId("rival")
SEAL = AuditSeal(Secret("right"))
FORGER = AuditSeal(Secret("wrong"))


def use(tenant, request_id):
    return CredentialUse(
        tenant=tenant,
        account=AccountId("1"),
        application=ApplicationId("default"),
        caller="token-svc",
        purpose="account_credentials",
        request_id=request_id,
        at=datetime(2026, 1, 2, tzinfo=UTC),
    )


@pytest.fixture
async def audit():
    it = MemoryCredentialAudit(SEAL)
    for number in range(1, 6):
        for tenant in (ACME, RIVAL):
            await it.record(use(tenant, f"r{number}"))
    return it


@pytest.fixture
def verify(audit):
    return VerifyAudit(trail=MemoryAuditTrail(audit), seal=SEAL)


async def test_an_untouched_record_is_whole(verify):
    report = await verify()
    assert report.faults == []
    assert [(end.tenant, end.number) for end in report.ends] == [(SYSTEM_TENANT, 2), (ACME, 5), (RIVAL, 5)]


CHANGES = {
    "tenant": RIVAL,
    "account": None,
    "application": ApplicationId("other"),
    "caller": "nobody",
    "purpose": "fun",
    "request_id": None,
    "at": datetime(2026, 1, 2, tzinfo=UTC) + timedelta(microseconds=1),
}


@pytest.mark.parametrize("field", CHANGES)
async def test_no_field_can_be_altered(audit, verify, field):
    entry = audit.entries[ACME][2]
    audit.entries[ACME][2] = replace(entry, use=replace(entry.use, **{field: CHANGES[field]}))
    assert (await verify()).faults == [ChainFault(tenant=ACME, number=3, what="altered")]


@pytest.mark.parametrize("number", [1, 3, 5])
async def test_an_entry_that_was_dropped_is_missing(audit, verify, number):
    del audit.entries[ACME][number - 1]
    assert (await verify()).faults == [ChainFault(tenant=ACME, number=number, what="missing")]


async def test_all_entries_of_a_tenant_are_missed(audit, verify):
    audit.entries[ACME].clear()
    assert (await verify()).faults == [ChainFault(tenant=ACME, number=1, what="missing")]


async def test_a_whole_chain_that_vanished_with_its_head_is_missed_because_the_system_knows_of_it(audit, verify):
    del audit.entries[ACME], audit.heads[ACME]
    assert (await verify()).faults == [ChainFault(tenant=ACME, number=1, what="missing")]


async def test_entries_that_changed_places_are_named_by_the_first(audit, verify):
    chain = audit.entries[ACME]
    chain[1], chain[2] = replace(chain[2], number=2), replace(chain[1], number=3)
    assert (await verify()).faults == [ChainFault(tenant=ACME, number=2, what="misplaced")]


async def test_an_entry_put_in_between_is_named(audit, verify):
    chain = audit.entries[ACME]
    later = [replace(entry, number=entry.number + 1) for entry in chain[2:]]
    chain[2:] = [replace(chain[1], number=3), *later]
    assert (await verify()).faults == [ChainFault(tenant=ACME, number=3, what="misplaced")]


async def test_the_same_entry_twice_is_named(audit, verify):
    audit.entries[ACME].append(audit.entries[ACME][1])
    assert (await verify()).faults == [ChainFault(tenant=ACME, number=3, what="misplaced")]


async def test_an_entry_dropped_with_the_rest_moved_up_is_named(audit, verify):
    chain = audit.entries[ACME]
    chain[2:] = [replace(entry, number=entry.number - 1) for entry in chain[3:]]
    assert (await verify()).faults == [ChainFault(tenant=ACME, number=3, what="misplaced")]


async def test_a_chain_that_was_made_anew_without_the_key_is_named_by_its_first_forged_entry(audit, verify):
    chain, head = audit.entries[ACME], FORGER.begin(ACME)
    for index, entry in enumerate(chain[:]):
        told = replace(entry.use, caller="nobody") if index == 2 else entry.use
        if index < 2:
            head = replace(head, number=entry.number, hash=entry.hash)
            continue
        chain[index], head = FORGER.follow(head, told)
    audit.heads[ACME] = head
    assert (await verify()).faults == [ChainFault(tenant=ACME, number=3, what="altered")]


async def test_an_end_cut_off_together_with_a_changed_head_is_named(audit, verify):
    del audit.entries[ACME][3:]
    audit.heads[ACME] = replace(audit.heads[ACME], number=3, hash=audit.entries[ACME][2].hash)
    assert (await verify()).faults == [ChainFault(tenant=ACME, number=3, what="head_forged")]


async def test_an_end_without_head_is_named(audit, verify):
    del audit.heads[ACME]
    assert (await verify()).faults == [ChainFault(tenant=ACME, number=5, what="head_missing")]


async def test_an_old_head_put_back_shows_against_an_earlier_verification(audit, verify):
    old = audit.heads[ACME]
    await audit.record(use(ACME, "r6"))
    earlier = (await verify()).ends
    audit.entries[ACME].pop()
    audit.heads[ACME] = old
    assert (await verify()).faults == []
    assert (await verify(earlier)).faults == [ChainFault(tenant=ACME, number=6, what="missing")]


async def test_a_chain_made_anew_with_the_key_shows_against_an_earlier_verification(audit, verify):
    earlier = (await verify()).ends
    audit.entries[ACME].clear()
    audit.heads[ACME] = SEAL.begin(ACME)
    for number in range(1, 8):
        entry, audit.heads[ACME] = SEAL.follow(audit.heads[ACME], use(ACME, f"other{number}"))
        audit.entries[ACME].append(entry)
    assert (await verify(earlier)).faults == [ChainFault(tenant=ACME, number=5, what="replaced")]


async def test_a_record_that_grew_is_whole_against_an_earlier_verification(audit, verify):
    earlier = (await verify()).ends
    await audit.record(use(ACME, "r6"))
    assert (await verify(earlier)).faults == []


async def test_each_broken_chain_is_named_once(audit, verify):
    del audit.entries[ACME][0], audit.entries[ACME][2]
    audit.entries[RIVAL].pop()
    faults = (await verify()).faults
    assert [(fault.tenant, fault.number) for fault in faults] == [(ACME, 1), (RIVAL, 5)]
