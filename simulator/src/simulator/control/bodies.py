"""Reading the bodies of control requests."""

from typing import TypeVar

import msgspec

from simulator.web.request import BadRequestError, Request

_T = TypeVar("_T")


def read(request: Request, shape: type[_T]) -> _T:
    """The body as ``shape`` (an empty body is ``{}``); BadRequestError tells what does not fit."""
    try:
        return msgspec.json.decode(request.body or b"{}", type=shape, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequestError(str(error)) from None
