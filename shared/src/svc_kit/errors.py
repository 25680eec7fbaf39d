"""What can go wrong, in words that know neither HTTP nor a vendor.

DomainError(code)            a rule refused the request; `code` is a stable slug
PortError                    something outside failed
├── Unavailable              it does not answer or answers that it cannot; retry_after is a hint in seconds
├── Timeout                  it did not answer within the deadline
├── Conflict                 it holds another version than the caller thought
└── RateLimited              it asks to wait retry_after seconds
Anything else is a bug.
"""


class DomainError(Exception):
    """A refusal by a rule of the domain.

    `code` is stable and machine readable; `detail` tells a person what is wrong and what cures it; `context` holds
    facts that may be shown (never a secret).
    """

    def __init__(self, code: str, detail: str = "", **context: object) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.context = context


class PortError(Exception):
    """Something beyond a port failed; raised at the adapter's edge in place of the vendor's exception."""

    def __init__(self, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after


class Unavailable(PortError):  # noqa: N818 - named for the state the caller meets, as in the house style
    """The other side cannot serve now; trying again after `retry_after` seconds makes sense."""

    def __init__(self, detail: str = "", *, retry_after: float | None = 1.0) -> None:
        super().__init__(detail, retry_after=retry_after)


class Timeout(PortError):  # noqa: N818 - as above
    """No answer came within the deadline; whether the effect happened is not known."""


class Conflict(PortError):  # noqa: N818 - as above
    """Another writer was first; read again and decide anew."""


class RateLimited(PortError):  # noqa: N818 - as above
    """The other side asks to wait `retry_after` seconds."""
