"""What a tenant may change of an account that stays connected."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final, Literal

from account_svc.domain.account import AccountStatus, SellingPartnerAccount, Signing
from account_svc.domain.account_name import parse_account_name
from account_svc.domain.errors import AmazonNotConnectedError, InvalidInputError
from account_svc.domain.identifiers import ApplicationId
from account_svc.domain.marketplaces import marketplaces_in
from account_svc.domain.role import Role


class Unchanged(Enum):
    """The one value that stands for "leave it as it is", apart from None, which takes a value away."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED
_Unchanged = Literal[Unchanged.UNCHANGED]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPatch:
    """The new values by name, as in a JSON merge patch (RFC 7396)."""

    name: str | _Unchanged | None = UNCHANGED
    marketplaces: Sequence[str] | _Unchanged = UNCHANGED
    role_arn: str | _Unchanged | None = UNCHANGED
    external_id: str | _Unchanged | None = UNCHANGED
    signing: Signing | _Unchanged = UNCHANGED
    application: ApplicationId | _Unchanged = UNCHANGED

    def applied_to(self, account: SellingPartnerAccount, now: datetime) -> SellingPartnerAccount:
        """Return the account with the new values, one version on; the same object when nothing differs.

        A role that is named or taken away decides how to sign, unless `signing` says it. Another application means that the
        seller must authorise again. Raises `InvalidInputError`, and
        `AmazonNotConnectedError` for a role or a way of signing on a disconnected account, which has neither.
        """
        role, signing = self._role_of(account), self._signing_of(account)
        moved = account if self.application is UNCHANGED else account.move_to(self.application, now)
        changed = replace(
            moved,
            name=account.name if self.name is UNCHANGED else parse_account_name(self.name) if self.name is not None else None,
            marketplaces=account.marketplaces
            if self.marketplaces is UNCHANGED
            else marketplaces_in(account.identity.region, self.marketplaces),
            role=role,
            signing=signing,
        )
        if changed == account:
            return account
        if account.status is AccountStatus.DISCONNECTED and (role, signing) != (account.role, account.signing):
            raise AmazonNotConnectedError
        return replace(changed, version=account.version + 1, updated_at=now)

    def _role_of(self, account: SellingPartnerAccount) -> Role | None:
        arn = self.role_arn if self.role_arn is not UNCHANGED else account.role.arn if account.role else None
        known = account.role.external_id if account.role and self.role_arn is not None else None
        external_id = known if self.external_id is UNCHANGED else self.external_id
        if arn is None and external_id is not None:
            raise InvalidInputError("role_missing", "external_id needs role_arn")
        return Role(arn=arn, external_id=external_id) if arn is not None else None

    def _signing_of(self, account: SellingPartnerAccount) -> Signing:
        if self.signing is not UNCHANGED:
            return self.signing
        if self.role_arn is UNCHANGED:
            return account.signing
        return Signing.NONE if self.role_arn is None else Signing.SIGV4
