"""Asks Amazon Ads what a tenant has."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from account_svc.application.ports.account_repository import AccountFilter, AccountRepository
from account_svc.application.ports.ads_directory import AdsDirectory, Finding
from account_svc.application.ports.ads_store import AdsStore
from account_svc.domain.account import AccountKind, AccountStatus, SellingPartnerAccount
from account_svc.domain.advertising import AdsKind, AdsRecord, is_dsp_agency, read_accounts
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.region import Region
from svc_kit.clock import Clock
from svc_kit.errors import DomainError, PortError

FRESH: Final = timedelta(minutes=5)
# Registering takes 3 to 30 seconds; Amazon advises to ask every 3 to 5 seconds until then.
_UNFINISHED: Final = timedelta(seconds=3)
_MOST_GRANTS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsProblem:
    """Who could not be asked, and why; what is known from before stays."""

    account: AccountId
    region: Region
    profile_id: str | None = None
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Question:
    account: SellingPartnerAccount
    region: Region
    profile_id: str | None = None


class RefreshAdvertising:
    """Asks each grant at its own region's host, and at the hosts of the regions that no other grant of the tenant is for.

    A token is good at every host and data are regional, so that all three are asked whatever is connected. A host or an
    agency's profile that fails fails alone. Nothing is asked while what is stored is fresh (five minutes).
    """

    def __init__(self, *, accounts: AccountRepository, directory: AdsDirectory, store: AdsStore, clock: Clock) -> None:
        self._accounts = accounts
        self._directory = directory
        self._store = store
        self._clock = clock

    async def __call__(self, tenant: TenantId, kind: AdsKind, *, is_forced: bool = False) -> Sequence[AdsProblem]:
        """Return who could not be asked. Raises `Unavailable` when the store is away."""
        if not is_forced and await self._is_fresh(tenant, kind):
            return ()
        questions = list(_questions(await self._grants(tenant)))
        if kind is AdsKind.ACCOUNT:
            return await self._ask(tenant, kind, questions, lambda one: self._directory.accounts(one.account, one.region))
        profile_problems = await self._ask_profiles(tenant, questions)
        if kind is AdsKind.PROFILE:
            return profile_problems
        agencies = [record for record in await self._store.records(tenant, AdsKind.PROFILE) if is_dsp_agency(record)]
        grants = {question.account.id: question.account for question in questions}
        through = [_Question(grants[agency.account], agency.region, agency.id) for agency in agencies if agency.account in grants]
        problems = await self._ask(
            tenant, kind, through, lambda one: self._directory.dsp_advertisers(one.account, one.region, one.profile_id or "")
        )
        return [*profile_problems, *problems]

    async def _ask_profiles(self, tenant: TenantId, questions: Sequence[_Question]) -> Sequence[AdsProblem]:
        return await self._ask(tenant, AdsKind.PROFILE, questions, lambda one: self._directory.profiles(one.account, one.region))

    async def _ask(
        self,
        tenant: TenantId,
        kind: AdsKind,
        questions: Sequence[_Question],
        ask: Callable[[_Question], Awaitable[Sequence[Finding]]],
    ) -> Sequence[AdsProblem]:
        asked_at = self._clock.now()
        outcomes = await asyncio.gather(*(_answered(question, ask) for question in questions))
        problems = [outcome for outcome in outcomes if isinstance(outcome, AdsProblem)]
        records = [
            _record(kind, question, finding, asked_at)
            for question, outcome in zip(questions, outcomes, strict=True)
            if not isinstance(outcome, AdsProblem)
            for finding in outcome
        ]
        await self._store.merge(tenant, records)
        if questions and not problems:
            await self._store.note_sync(tenant, kind, asked_at)
        return problems

    async def _grants(self, tenant: TenantId) -> Sequence[SellingPartnerAccount]:
        wanted = AccountFilter(kind=AccountKind.ADVERTISING, status=AccountStatus.ACTIVE)
        return await self._accounts.page(tenant, wanted, after=None, limit=_MOST_GRANTS)

    async def _is_fresh(self, tenant: TenantId, kind: AdsKind) -> bool:
        synced_at = await self._store.synced_at(tenant, kind)
        if synced_at is None:
            return False
        age = self._clock.now() - synced_at
        if age < _UNFINISHED or kind is not AdsKind.ACCOUNT:
            return age < FRESH
        is_waiting = any(account.is_unfinished for account in read_accounts(await self._store.records(tenant, kind)))
        return age < FRESH and not is_waiting


async def _answered(question: _Question, ask: Callable[[_Question], Awaitable[Sequence[Finding]]]) -> Sequence[Finding] | AdsProblem:
    try:
        return await ask(question)
    except PortError as error:
        code, detail = "temporarily_unavailable", error.detail
    except DomainError as error:
        code, detail = error.code, error.detail
    return AdsProblem(account=question.account.id, region=question.region, profile_id=question.profile_id, code=code, detail=detail)


def _questions(grants: Sequence[SellingPartnerAccount]) -> Sequence[_Question]:
    own = [_Question(grant, grant.identity.region) for grant in grants]
    covered = {question.region for question in own}
    return [*own, *(_Question(grant, region) for region in Region if region not in covered for grant in grants)]


def _record(kind: AdsKind, question: _Question, finding: Finding, at: datetime) -> AdsRecord:
    found, metadata = finding
    return AdsRecord(kind=kind, id=found, region=question.region, account=question.account.id, metadata=metadata, last_synced_at=at)
