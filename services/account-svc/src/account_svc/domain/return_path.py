"""Where the seller's browser goes after connecting: a path of our own page, never another site."""

import re
from typing import Final, NewType

from account_svc.domain.errors import InvalidInputError

ReturnPath = NewType("ReturnPath", str)
HOME: Final = ReturnPath("/")
# Only the path characters of RFC 3986 section 3.3: no query, fragment, backslash, space or control character.
_PATH: Final = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%-][A-Za-z0-9._~!$&'()*+,;=:@%/-]{0,510})?")


def parse_return_path(text: str | None) -> ReturnPath:
    """Return the path ("/" when none is given).

    Raises `InvalidInputError` for anything that is not a plain absolute path: a scheme, `//host`, a backslash, a query, a
    control character (RFC 9700 section 4.11, open redirectors).
    """
    if text is None:
        return HOME
    if not _PATH.fullmatch(text):
        raise InvalidInputError("return_to_invalid", "return_to must be a path of the page, such as /settings")
    return ReturnPath(text)
