"""How accounts are."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from account_svc.application.commands.note_run import NoteRun
from account_svc.application.queries.get_account import GetAccount
from account_svc.application.queries.get_account_health import GetAccountHealth
from account_svc.application.queries.list_account_health import ListAccountHealth
from account_svc.application.queries.list_accounts import ListAccounts

if TYPE_CHECKING:
    from account_svc.application.use_cases import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthUseCases:
    """One field per use case."""

    note_run: NoteRun
    get: GetAccountHealth
    list: ListAccountHealth

    @classmethod
    def over(cls, ports: "Ports") -> "HealthUseCases":
        """Return the use cases on these ports."""
        records, clock = ports.sync_records, ports.clock
        return cls(
            note_run=NoteRun(records=records),
            get=GetAccountHealth(get=GetAccount(accounts=ports.accounts), records=records, clock=clock),
            list=ListAccountHealth(accounts=ListAccounts(accounts=ports.accounts), records=records, clock=clock),
        )
