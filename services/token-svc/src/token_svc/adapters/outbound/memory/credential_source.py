"""account-svc, as far as token-svc sees it."""

import asyncio
from dataclasses import dataclass, field, replace

from svc_kit.errors import Conflict, Unavailable
from svc_kit.secret import Secret
from token_svc.domain import errors
from token_svc.domain.account import AccountStatus
from token_svc.domain.credentials import AccountCredentials, ApplicationCredentials


@dataclass(slots=True)
class MemoryCredentialSource:
    """Holds credentials by account; `is_down` makes every call fail, `reports` holds what was reported."""

    accounts: dict[str, AccountCredentials] = field(default_factory=dict[str, AccountCredentials])
    applications: dict[str, ApplicationCredentials] = field(default_factory=dict[str, ApplicationCredentials])
    reports: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])
    reads: int = 0
    is_down: bool = False
    is_read_only: bool = False

    def put(self, credentials: AccountCredentials) -> None:
        """Store an account and its application."""
        self.accounts[credentials.account.id] = credentials
        self.applications[credentials.application.id] = credentials.application

    def reconnect(self, account_id: str, refresh_token: str) -> None:
        """Do what a seller's new consent does."""
        known = self.accounts[account_id]
        self.accounts[account_id] = replace(
            known, refresh_token=Secret(refresh_token), refresh_token_version=known.refresh_token_version + 1
        )
        self.set_status(account_id, "active")

    def set_status(self, account_id: str, status: AccountStatus) -> None:
        known = self.accounts[account_id]
        self.accounts[account_id] = replace(known, account=replace(known.account, status=status, version=known.account.version + 1))

    async def account(self, account_id: str) -> AccountCredentials:
        await self._answer()
        self.reads += 1
        found = self._known(account_id)
        found.account.require_usable()
        return found

    async def application(self, application_id: str) -> ApplicationCredentials:
        await self._answer()
        if application_id not in self.applications:
            raise errors.application_not_found()
        return self.applications[application_id]

    async def replace_refresh_token(self, account_id: str, *, expected_version: int, refresh_token: Secret) -> int:
        await self._answer(is_write=True)
        known = self._known(account_id)
        if known.refresh_token_version != expected_version:
            raise Conflict("another refresh token is stored")
        self.accounts[account_id] = replace(
            known, refresh_token=refresh_token, refresh_token_version=expected_version + 1, rotates_refresh_tokens=True
        )
        return expected_version + 1

    async def report_authorization_failure(self, account_id: str, *, error: str, description: str, refresh_token_version: int) -> None:
        await self._answer(is_write=True)
        self._known(account_id)
        self.reports[account_id, refresh_token_version] = f"{error}: {description}"

    def stored(self, account_id: str) -> AccountCredentials:
        """Return what is stored, usable or not; refuse with `account_not_found`."""
        if self.is_down:
            raise Unavailable("account-svc cannot be reached")
        return self._known(account_id)

    def _known(self, account_id: str) -> AccountCredentials:
        if account_id not in self.accounts:
            raise errors.account_not_found()
        return self.accounts[account_id]

    async def _answer(self, *, is_write: bool = False) -> None:
        await asyncio.sleep(0)
        if self.is_down or (is_write and self.is_read_only):
            raise Unavailable("account-svc cannot be reached")
