"""Which headers pass through the gateway."""

from collections.abc import Iterable
from typing import Final

# RFC 9110 section 7.6.1, RFC 9112, and their forerunners: they speak about one connection.
HOP_BY_HOP: Final = frozenset(
    {"connection", "keep-alive", "te", "trailer", "trailers", "transfer-encoding", "upgrade", "http2-settings", "proxy-connection"}
)
_STRIPPED: Final = frozenset(
    {
        "host",
        "authorization",
        "cookie",
        "cookie2",
        "content-length",
        "expect",
        "forwarded",
        "via",
        "x-real-ip",
        "x-original-url",
        "x-original-host",
        "x-rewrite-url",
        "x-host",
        "x-method-override",
        "x-http-method",
        "x-request-id",
        "true-client-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "traceparent",
        "tracestate",
        "baggage",
    }
)
# x-amz-* signs, dates and authorises; x-amzn-* (for example x-amzn-shipping-business-id) is the caller's to set.
_STRIPPED_PREFIXES: Final = ("x-amz-", "x-sellerport-", "x-forwarded-", "x-http-method-override", "proxy-")
_ANSWER_STRIPPED: Final = frozenset({"set-cookie", "set-cookie2", "alt-svc"})
_ANSWER_STRIPPED_PREFIXES: Final = ("x-sellerport-", "proxy-")
_REMEMBERED: Final = 2048


class HeaderFilter:
    """Decides by name, and remembers the decision: the same few names come with every call."""

    def __init__(self, names: frozenset[str], prefixes: tuple[str, ...]) -> None:
        self._names = names | HOP_BY_HOP
        self._prefixes = prefixes
        self._known: dict[str, bool] = {}

    def passes(self, name: str) -> bool:
        """Return whether a header of this lower-case name goes on.

        A name with an underscore does not: a front end that reads `_` as `-` would see another header than we did.
        """
        known = self._known.get(name)
        if known is None:
            known = name not in self._names and not name.startswith(self._prefixes) and "_" not in name
            if len(self._known) < _REMEMBERED:
                self._known[name] = known
        return known

    def apply(self, headers: Iterable[tuple[str, str]], connection: str = "") -> list[tuple[str, str]]:
        """Return the headers that go on; `connection` is the Connection header, whose named headers stop here too."""
        passes = self.passes
        if not connection:
            return [pair for pair in headers if passes(pair[0])]
        named = {token.strip().lower() for token in connection.split(",")}
        return [pair for pair in headers if pair[0] not in named and passes(pair[0])]


def request_filter() -> HeaderFilter:
    """Return the filter of what a caller sent."""
    return HeaderFilter(_STRIPPED, _STRIPPED_PREFIXES)


def answer_filter() -> HeaderFilter:
    """Return the filter of what Amazon answered."""
    return HeaderFilter(_ANSWER_STRIPPED, _ANSWER_STRIPPED_PREFIXES)
