"""Refusals of sync-svc.

DomainError
├── InvalidParameterError     a query parameter cannot be used
├── SyncTooSoonError          the seller's data was asked for a moment ago
├── AmazonNotConnectedError   the tenant has no account that may be synchronised
├── NotFoundError             nothing of that name belongs to the tenant
├── LostRunError              another worker has taken the run over; what this one holds is stale
├── AmazonRefusedError        Amazon or the gateway refuses for a reason that trying again does not cure
└── ExpiredCursorError        the paging cursor is too old; the listing starts again
"""

from svc_kit.errors import DomainError


class InvalidParameterError(DomainError):
    """A query parameter cannot be used; `detail` says which and what is allowed."""

    def __init__(self, detail: str) -> None:
        super().__init__("invalid_parameter", detail)


class SyncTooSoonError(DomainError):
    """A synchronisation was asked for less than ten minutes ago."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("sync_too_soon", "A synchronisation was started a moment ago; wait for Retry-After.", retry_after=retry_after)


class AmazonNotConnectedError(DomainError):
    """The tenant has no active Amazon account."""

    def __init__(self) -> None:
        super().__init__("amazon_not_connected", "No Amazon account is connected; connect one under Settings first.")


class NotFoundError(DomainError):
    """The tenant has no such thing."""

    def __init__(self, what: str) -> None:
        super().__init__("not_found", f"There is no such {what}.")


class LostRunError(DomainError):
    """Another worker holds the run now: nothing that this one still has may be written."""

    def __init__(self) -> None:
        super().__init__("run_lost", "The run has been taken over by another worker.")


class AmazonRefusedError(DomainError):
    """The account's data cannot be read until somebody acts: `code` says what happened, `detail` what cures it."""


class ExpiredCursorError(DomainError):
    """Amazon no longer knows the cursor."""

    def __init__(self) -> None:
        super().__init__("cursor_expired", "The paging cursor has expired; the listing starts again.")
