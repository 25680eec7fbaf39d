"""What a tenant does with its accounts once they are there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from account_svc.application.commands.change_many import ChangeMany
from account_svc.application.commands.disconnect_account import DisconnectAccount
from account_svc.application.commands.erase_account import EraseAccount
from account_svc.application.commands.make_default import MakeDefault
from account_svc.application.commands.request_sync import RequestSync
from account_svc.application.commands.update_account import UpdateAccount

if TYPE_CHECKING:
    from account_svc.application.use_cases import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUseCases:
    """One field per use case."""

    update: UpdateAccount
    make_default: MakeDefault
    erase: EraseAccount
    change_many: ChangeMany

    @classmethod
    def over(cls, ports: "Ports") -> "AccountUseCases":
        """Return the use cases on these ports."""
        update = UpdateAccount(accounts=ports.accounts, applications=ports.applications, clock=ports.clock)
        return cls(
            update=update,
            make_default=MakeDefault(accounts=ports.accounts, clock=ports.clock),
            erase=EraseAccount(accounts=ports.accounts, erasure=ports.erasure, clock=ports.clock),
            change_many=ChangeMany(
                request_sync=RequestSync(accounts=ports.accounts, requests=ports.sync_requests),
                disconnect=DisconnectAccount(accounts=ports.accounts, clock=ports.clock),
                update=update,
            ),
        )
