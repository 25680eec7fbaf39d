"""What a tenant does with its accounts once they are there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from account_svc.application.commands.erase_account import EraseAccount
from account_svc.application.commands.make_default import MakeDefault
from account_svc.application.commands.update_account import UpdateAccount

if TYPE_CHECKING:
    from account_svc.application.use_cases import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUseCases:
    """One field per use case."""

    update: UpdateAccount
    make_default: MakeDefault
    erase: EraseAccount

    @classmethod
    def over(cls, ports: "Ports") -> "AccountUseCases":
        """Return the use cases on these ports."""
        return cls(
            update=UpdateAccount(accounts=ports.accounts, clock=ports.clock),
            make_default=MakeDefault(accounts=ports.accounts, clock=ports.clock),
            erase=EraseAccount(accounts=ports.accounts, erasure=ports.erasure, clock=ports.clock),
        )
