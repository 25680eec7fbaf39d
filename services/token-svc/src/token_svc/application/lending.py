"""Asking account-svc, with its failures in the words callers get."""

from collections.abc import Awaitable
from typing import TypeVar

from svc_kit.errors import Conflict, PortError
from token_svc.application.ports.refresh_leases import LeaseHeld
from token_svc.domain import errors

T = TypeVar("T")


async def borrowed(question: Awaitable[T]) -> T:
    """Return the answer of account-svc; refuse with `account_service_unavailable` when there is none.

    `Conflict` and `LeaseHeld` are answers and pass.
    """
    try:
        return await question
    except (Conflict, LeaseHeld):
        raise
    except PortError as error:
        raise errors.account_service_unavailable(error.retry_after) from error
