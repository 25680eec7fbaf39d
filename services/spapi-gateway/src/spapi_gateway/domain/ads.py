"""The Ads API as far as the gateway has to know it: nobody publishes a catalogue of it, nor figures for its limits."""

import re
from typing import Final

from spapi_gateway.domain.accounts import Account
from spapi_gateway.domain.operations import Operation
from spapi_gateway.domain.usage_plan import PlanKey

CLIENT_HEADERS: Final = ("amazon-advertising-api-clientid", "amazon-ads-clientid")
"""How the classic APIs and the unified one (/adsApi/v1) want the LWA client named; both know the first."""
_UNIFIED: Final = "/adsApi/"
# Limits are dynamic (Amazon Ads "Rate limiting"): a cautious start, halved by each 429 and raised by successes.
_RATE: Final = 5.0
_BURST: Final = 10
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,31}")
_READS: Final = re.compile(r"/adsAccounts/list|/adsApi/v1/(?:query|retrieve)/[A-Za-z]+")
_MOST: Final = 500


class AdsOperations:
    """Names operations by the first words of their path, so that ids make no endless names."""

    def __init__(self) -> None:
        self._known: dict[str, Operation] = {}

    def of(self, method: str, path: str) -> Operation:
        """Return the operation of a checked path; beyond five hundred all further ones are one."""
        words: list[str] = []
        for segment in path.split("/")[1:4]:
            if not _WORD.fullmatch(segment):
                break
            words.append(segment)
        is_read = method in {"GET", "HEAD"} or _READS.fullmatch(path) is not None
        key = f"{method} {is_read} {'.'.join(words)}"
        operation = self._known.get(key)
        if operation is None:
            name = ".".join(words) if words and len(self._known) < _MOST else "other"
            operation = Operation(
                api="ads",
                version="-",
                operation_id=name,
                method=method,
                template=f"/{name}",
                rate=_RATE,
                burst=_BURST,
                is_plan_published=False,
                is_read=is_read,
            )
            if len(self._known) < _MOST:
                self._known[key] = operation
        return operation


def client_headers(account: Account, path: str) -> list[tuple[str, str]]:
    """Return the headers that name the LWA client of the account's application."""
    names = CLIENT_HEADERS if path.startswith(_UNIFIED) else CLIENT_HEADERS[:1]
    return [(name, account.client_id) for name in names]


def ads_plan_key(account: Account, operation: Operation, region: str) -> PlanKey:
    """Return whose limits a call draws on: a grant's at one region's host, each API of its own."""
    return PlanKey(account.application, account.id, region, operation.key)


def is_about_scope(text: str) -> bool:
    """Return whether a 401 (lower case) is about the profile that was named, which no other token would change.

    Amazon says "No matching advertiser found for scope", "Scope header is missing", "Not authorized to access scope".
    """
    return "scope" in text
