"""What operators are told."""

from typing import Protocol


class Journal(Protocol):
    """Takes notes that somebody will read; never a secret."""

    def info(self, event: str, **facts: object) -> None:
        """Note what happened."""
        ...

    def warning(self, event: str, **facts: object) -> None:
        """Note that something is not as it should be, but is being coped with."""
        ...

    def alarm(self, event: str, **facts: object) -> None:
        """Note what an operator has to mend."""
        ...
