"""All that token-svc can be asked, in one place."""

import random
from dataclasses import dataclass

from svc_kit.clock import Clock
from svc_kit.ids import IdFactory
from svc_kit.secret import Secret
from token_svc.application.access_mint import AccessMint
from token_svc.application.account_lookup import AccountLookup
from token_svc.application.careful_use import CarefulUse
from token_svc.application.commands.assume_role_session import AssumeRoleSession
from token_svc.application.commands.clear_cache import ClearCache
from token_svc.application.commands.exchange_authorization_code import ExchangeAuthorizationCode
from token_svc.application.commands.follow_account import FollowAccount
from token_svc.application.commands.issue_access_token import IssueAccessToken
from token_svc.application.commands.issue_grantless_token import IssueGrantlessToken
from token_svc.application.commands.issue_handle import IssueHandle
from token_svc.application.commands.issue_restricted_token import IssueRestrictedToken
from token_svc.application.commands.redeem_handle import RedeemHandle
from token_svc.application.commands.refresh_ahead import RefreshAhead
from token_svc.application.ports.account_floors import AccountFloors
from token_svc.application.ports.credential_source import CredentialSource
from token_svc.application.ports.journal import Journal
from token_svc.application.ports.lwa_client import LwaClient
from token_svc.application.ports.refresh_leases import RefreshLeases
from token_svc.application.ports.refresh_lock import RefreshLock
from token_svc.application.ports.restricted_tokens import RestrictedTokens
from token_svc.application.ports.service_clients import ServiceClients
from token_svc.application.ports.sts_sessions import StsSessions
from token_svc.application.ports.token_cache import TokenCache
from token_svc.application.ports.token_signer import TokenSigner
from token_svc.application.queries.cache_stats import CacheStats
from token_svc.application.retry import Chance, Retrier
from token_svc.application.rotation_keeper import RotationKeeper
from token_svc.application.secret_slots import SecretSlots
from token_svc.application.shared_grants import SharedGrants
from token_svc.application.statistics import Statistics
from token_svc.application.usage import Usage


@dataclass(kw_only=True)
class Ports:
    """What the use cases need from outside."""

    clock: Clock
    ids: IdFactory
    source: CredentialSource
    leases: RefreshLeases
    lwa: LwaClient
    cache: TokenCache
    floors: AccountFloors
    lock: RefreshLock
    sts: StsSessions
    restricted: RestrictedTokens
    signer: TokenSigner
    clients: ServiceClients
    journal: Journal
    chance: Chance = random.random


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How long things may take; in seconds."""

    handle_key: Secret
    handle_key_previous: Secret | None = None
    attempt_seconds: float = 4.0
    lock_seconds: float = 8.0
    recent_seconds: float = 3900.0

    @property
    def handle_keys(self) -> tuple[Secret, ...]:
        """Return the keys whose handles are taken: the one that signs new ones, and the one before it."""
        return (self.handle_key,) if self.handle_key_previous is None else (self.handle_key, self.handle_key_previous)


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """The table of contents of the application layer."""

    issue_access_token: IssueAccessToken
    issue_grantless_token: IssueGrantlessToken
    issue_restricted_token: IssueRestrictedToken
    assume_role_session: AssumeRoleSession
    exchange_authorization_code: ExchangeAuthorizationCode
    issue_handle: IssueHandle
    redeem_handle: RedeemHandle
    clear_cache: ClearCache
    follow_account: FollowAccount
    refresh_ahead: RefreshAhead
    cache_stats: CacheStats
    grants: SharedGrants
    rotations: RotationKeeper

    async def close(self, seconds: float = 3.0) -> None:
        """Let refreshes under way end, so that nothing Amazon has issued is lost; about `seconds` at most."""
        await self.grants.close(seconds)
        await self.rotations.close(seconds)

    @classmethod
    def assemble(cls, ports: Ports, policy: Policy) -> "UseCases":
        """Put the use cases together."""
        clock, source, journal = ports.clock, ports.source, ports.journal
        statistics = Statistics()
        usage = Usage(clock, recent_seconds=policy.recent_seconds)
        retry = Retrier(clock, attempt_seconds=policy.attempt_seconds, chance=ports.chance)
        slots = SecretSlots(retry=retry, journal=journal)
        accounts = AccountLookup(source, ports.floors, clock)
        grants = SharedGrants(
            cache=ports.cache,
            floors=ports.floors,
            lock=ports.lock,
            clock=clock,
            journal=journal,
            statistics=statistics,
            lease_seconds=policy.lock_seconds,
        )
        rotations = RotationKeeper(source=source, cache=ports.cache, clock=clock, journal=journal)
        careful = CarefulUse(leases=ports.leases, clock=clock, journal=journal, chance=ports.chance, seconds=policy.lock_seconds)
        mint = AccessMint(
            source=source,
            lwa=ports.lwa,
            slots=slots,
            rotations=rotations,
            careful=careful,
            clock=clock,
            journal=journal,
            chance=ports.chance,
        )
        access = IssueAccessToken(grants=grants, mint=mint, usage=usage)
        clear = ClearCache(cache=ports.cache, accounts=accounts, journal=journal)
        redeem = RedeemHandle(
            accounts=accounts, clients=ports.clients, signer=ports.signer, clock=clock, ids=ports.ids, keys=policy.handle_keys
        )
        return cls(
            issue_access_token=access,
            issue_grantless_token=IssueGrantlessToken(grants=grants, source=source, lwa=ports.lwa, slots=slots, clock=clock),
            issue_restricted_token=IssueRestrictedToken(
                grants=grants, access=access, restricted=ports.restricted, retry=retry, clock=clock
            ),
            assume_role_session=AssumeRoleSession(grants=grants, source=source, sts=ports.sts, retry=retry, clock=clock),
            exchange_authorization_code=ExchangeAuthorizationCode(source=source, lwa=ports.lwa, slots=slots),
            issue_handle=IssueHandle(accounts=accounts, clients=ports.clients, key=policy.handle_key),
            redeem_handle=redeem,
            clear_cache=clear,
            follow_account=FollowAccount(cache=ports.cache, floors=ports.floors, clear=clear),
            refresh_ahead=RefreshAhead(issue=access, cache=ports.cache, usage=usage, clock=clock),
            cache_stats=CacheStats(cache=ports.cache, statistics=statistics, clock=clock),
            grants=grants,
            rotations=rotations,
        )
