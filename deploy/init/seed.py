"""Connects the demo company's accounts in a composition, with the very code that `make up` uses; done twice it changes nothing."""

import os
from pathlib import Path
from typing import Final

from sellerport_stack.demo.seed import DemoSeed
from sellerport_stack.state.service_keys import ServiceKeys
from sellerport_stack.tokens import TokenDesk

SECRETS: Final = Path("/run/sellerport")


def main() -> None:
    """Read the addresses from the environment and seed."""
    seed = DemoSeed(
        account_svc=os.environ["ACCOUNT_SVC_URL"],
        token_svc=os.environ["TOKEN_SVC_URL"],
        simulator=os.environ["SIMULATOR_URL"],
        moto=os.environ["MOTO_URL"],
        tokens=TokenDesk(ServiceKeys(SECRETS)),
    )
    accounts = seed.run(renew=False).accounts
    print(f"connected: {', '.join(str(account['selling_partner_id']) for account in accounts)}", flush=True)  # noqa: T201 - a command


if __name__ == "__main__":
    main()
