"""What operators are told."""

from typing import Protocol


class Journal(Protocol):
    """Takes notes that somebody will read, in the order in which they are taken.

    A note never fails, whatever its facts are, and it shows no secret: a `Secret` among the facts stays hidden. Notes taken
    by several threads at once are all there, each whole.
    """

    def info(self, event: str, **facts: object) -> None:
        """Note what happened; for whoever looks."""
        ...

    def warning(self, event: str, **facts: object) -> None:
        """Note that something is not as it should be, but is being coped with; told apart from what merely happened."""
        ...

    def alarm(self, event: str, **facts: object) -> None:
        """Note what an operator has to mend; told apart from everything else, so that it can wake somebody."""
        ...
