"""Amazon's error envelope."""

from simulator.web.response import Response

DENIED = "Access to requested resource is denied."


class RefusalError(Exception):
    """The request ends here with one of Amazon's errors."""

    def __init__(self, status: int, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def response(self) -> Response:
        """The envelope, with the error's type in the header as Amazon does."""
        answer = Response.of(self.status, {"errors": [{"code": self.code, "message": self.message, "details": self.details}]})
        answer.headers.append(("x-amzn-errortype", f"{self.code}Exception"))
        return answer


def invalid_input(details: str) -> RefusalError:
    """400: the parameters are not what the operation takes."""
    return RefusalError(400, "InvalidInput", "Request has missing or invalid parameters and cannot be parsed.", details)


def unauthorized(details: str) -> RefusalError:
    """403: the token does not open this."""
    return RefusalError(403, "Unauthorized", DENIED, details)


def missing_token(details: str) -> RefusalError:
    """403: no token, or nothing there to use one on."""
    return RefusalError(403, "MissingAuthenticationToken", DENIED, details)


def quota_exceeded() -> RefusalError:
    """429: the bucket is empty."""
    return RefusalError(429, "QuotaExceeded", "You exceeded your quota for the requested resource.")


def not_found(details: str) -> RefusalError:
    """404: no such thing, or not the caller's."""
    return RefusalError(404, "NotFound", "The resource specified does not exist.", details)


REVOKED = "The access token you provided is revoked, malformed or invalid."
EXPIRED = "The access token you provided has expired."
