"""One authorisation of a selling partner: who it is, what it may be used for, and whether Amazon still honours it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from account_svc.domain.errors import AmazonNotConnectedError, InvalidInputError, ReauthorizationRequiredError, VersionConflictError
from account_svc.domain.identifiers import AccountId, ApplicationId, SellingPartnerId, TenantId
from account_svc.domain.region import Region
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed

APPLICATION_CHANGED: Final = "application_changed"


class AccountKind(StrEnum):
    """Which of Amazon's APIs the authorisation is for."""

    SELLING_PARTNER = "selling_partner"
    ADVERTISING = "advertising"


class AccountStatus(StrEnum):
    """Whether the account can be used."""

    ACTIVE = "active"
    REAUTHORIZATION_REQUIRED = "reauthorization_required"
    DISCONNECTED = "disconnected"


class Signing(StrEnum):
    """How requests of the account are signed; the Selling Partner API has ignored signatures since 2 October 2023."""

    NONE = "none"
    SIGV4 = "sigv4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why the account stopped working, in Amazon's word and a person's."""

    code: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What makes two authorisations the same account.

    For Amazon Ads `selling_partner_id` names the grant (see `ads_grant_id`): Amazon tells no id of who consented.
    """

    tenant: TenantId
    selling_partner_id: SellingPartnerId
    region: Region
    kind: AccountKind = AccountKind.SELLING_PARTNER


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """What a completed connection brings: credentials (sealed), what they are for, and when the seller consented, if known."""

    refresh_token: Sealed = field(repr=False)
    application: ApplicationId
    marketplaces: tuple[str, ...]
    name: str | None = None
    signing: Signing | None = None
    role: Role | None = None
    authorized_at: datetime | None = None

    def signing_with(self, role: Role | None) -> Signing:
        """Return how to sign: as asked, else with the role where there is one."""
        return self.signing or (Signing.SIGV4 if role else Signing.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SellingPartnerAccount:
    """The aggregate. `version` grows with every change; `refresh_token_version` with every new refresh token."""

    id: AccountId
    identity: Identity
    name: str | None
    marketplaces: tuple[str, ...]
    signing: Signing
    role: Role | None
    application: ApplicationId
    status: AccountStatus
    version: int
    refresh_token: Sealed | None = field(repr=False)
    refresh_token_version: int
    connected_at: datetime
    authorized_at: datetime | None = None
    disconnected_at: datetime | None = None
    last_failure: Failure | None = None
    is_default: bool = False
    rotates_refresh_tokens: bool = False
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        if self.status is AccountStatus.DISCONNECTED and self.refresh_token is not None:
            raise ValueError("a disconnected account has no secrets")
        if self.identity.kind is AccountKind.ADVERTISING and (self.signing is Signing.SIGV4 or self.role is not None):
            raise InvalidInputError("signing_unsupported", "calls of the Ads API are not signed; leave signing and role out")
        if self.signing is Signing.SIGV4 and self.role is None:
            raise InvalidInputError("role_missing", "signing sigv4 needs role_arn")
        if self.status is AccountStatus.DISCONNECTED and self.is_default:
            raise ValueError("a disconnected account is nobody's default")

    @classmethod
    def create(cls, account_id: AccountId, identity: Identity, given: Authorization, now: datetime) -> "SellingPartnerAccount":
        """Return a new, active account at version 1."""
        return cls(
            id=account_id,
            identity=identity,
            name=given.name,
            marketplaces=given.marketplaces,
            signing=given.signing_with(given.role),
            role=given.role,
            application=given.application,
            status=AccountStatus.ACTIVE,
            version=1,
            refresh_token=given.refresh_token,
            refresh_token_version=1,
            connected_at=now,
            authorized_at=given.authorized_at,
            created_at=now,
            updated_at=now,
        )

    def reconnect(self, given: Authorization, now: datetime) -> "SellingPartnerAccount":
        """Return the account with new credentials: same id and history, active, marketplaces added to those known."""
        role = given.role or self.role
        return replace(
            self,
            name=given.name or self.name,
            marketplaces=tuple(dict.fromkeys((*self.marketplaces, *given.marketplaces))),
            signing=given.signing_with(role),
            role=role,
            application=given.application,
            status=AccountStatus.ACTIVE,
            version=self.version + 1,
            refresh_token=given.refresh_token,
            refresh_token_version=self.refresh_token_version + 1,
            connected_at=self.connected_at if self.status is AccountStatus.ACTIVE else now,
            authorized_at=given.authorized_at,
            disconnected_at=None,
            last_failure=None,
            updated_at=now,
        )

    def disconnect(self, now: datetime) -> "SellingPartnerAccount":
        """Return the account without its secrets; one that is disconnected already stays as it is."""
        if self.status is AccountStatus.DISCONNECTED:
            return self
        return replace(
            self,
            status=AccountStatus.DISCONNECTED,
            version=self.version + 1,
            refresh_token=None,
            role=None,
            signing=Signing.NONE,
            is_default=False,
            disconnected_at=now,
            updated_at=now,
        )

    def ended(self, now: datetime) -> "SellingPartnerAccount":
        """Return the account as the last one to be told of: disconnected, one version on whatever it was before."""
        return replace(self.disconnect(now), version=self.version + 1, updated_at=now)

    def make_default(self, now: datetime) -> "SellingPartnerAccount":
        """Return the account as its tenant's default of its kind; raise `AmazonNotConnectedError` when it is disconnected."""
        if self.status is AccountStatus.DISCONNECTED:
            raise AmazonNotConnectedError
        return self if self.is_default else replace(self, is_default=True, version=self.version + 1, updated_at=now)

    def yield_default(self, now: datetime) -> "SellingPartnerAccount":
        """Return the account after another of its kind became the tenant's default."""
        return replace(self, is_default=False, version=self.version + 1, updated_at=now)

    def rotate_refresh_token(self, sealed: Sealed, expected_version: int, now: datetime) -> "SellingPartnerAccount":
        """Return the account with the refresh token Amazon gave in place of version `expected_version`.

        Raises `VersionConflictError` when that is not the current one, `AmazonNotConnectedError` when there is none.
        """
        if self.status is AccountStatus.DISCONNECTED:
            raise AmazonNotConnectedError
        if self.refresh_token_version != expected_version:
            raise VersionConflictError(self.refresh_token_version)
        return replace(
            self,
            refresh_token=sealed,
            refresh_token_version=self.refresh_token_version + 1,
            rotates_refresh_tokens=True,
            version=self.version + 1,
            updated_at=now,
        )

    def fail_authorization(self, failure: Failure, refresh_token_version: int) -> "SellingPartnerAccount":
        """Return the account as one that must be authorised again.

        Unchanged when it is not active, or when the refused refresh token is not the current one: an answer that was
        under way while the seller connected again says nothing about the new token.
        """
        if self.status is not AccountStatus.ACTIVE or self.refresh_token_version != refresh_token_version:
            return self
        return replace(
            self, status=AccountStatus.REAUTHORIZATION_REQUIRED, version=self.version + 1, last_failure=failure, updated_at=failure.at
        )

    def move_to(self, application: ApplicationId, now: datetime) -> "SellingPartnerAccount":
        """Return the account as one of another LWA application.

        Its refresh token belongs to the application that it was given to, so the seller must authorise again.
        """
        if application == self.application:
            return self
        failure = Failure(code=APPLICATION_CHANGED, detail="The account belongs to another application now.", at=now)
        is_connected = self.status is not AccountStatus.DISCONNECTED
        return replace(
            self,
            application=application,
            status=AccountStatus.REAUTHORIZATION_REQUIRED if is_connected else self.status,
            last_failure=failure if is_connected else self.last_failure,
            version=self.version + 1,
            updated_at=now,
        )

    def usable_refresh_token(self) -> Sealed:
        """Return the sealed refresh token; raise `AmazonNotConnectedError` or `ReauthorizationRequiredError`."""
        if self.status is AccountStatus.DISCONNECTED or self.refresh_token is None:
            raise AmazonNotConnectedError
        if self.status is AccountStatus.REAUTHORIZATION_REQUIRED:
            raise ReauthorizationRequiredError
        return self.refresh_token
