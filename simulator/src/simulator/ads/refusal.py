"""The five ways in which the Ads APIs say no."""

from simulator.faults import ErrorShape
from simulator.web.response import Response

_LIST_CODES = {400: "V2InvalidInput", 401: "V2Unauthorized", 403: "V2AccessDenied", 429: "V2RateExceeded"}
_CODES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "UNPROCESSABLE_ENTITY",
    429: "TOO_MANY_REQUESTS",
}
TOO_MANY = 429


class AdsRefusalError(Exception):
    """The request ends here with an error of the Ads API."""

    def __init__(self, status: int, text: str, *, code: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.code = code or _CODES.get(status, "INTERNAL_ERROR")
        self.retry_after = retry_after

    def response(self, shape: ErrorShape, request_id: str) -> Response:
        """The error as the API that was called words it."""
        answer = Response.of(self.status, self._body(shape, request_id))
        if self.retry_after is not None:
            answer.headers.append(("retry-after", str(self.retry_after)))
        return answer

    def _body(self, shape: ErrorShape, request_id: str) -> dict[str, object]:
        match shape:
            case "classic":
                return {"code": self.code, "details": self.text, "requestId": request_id}
            case "detail":
                return {"code": str(self.status), "detail": self.text}
            case "message":
                return {"message": self.text}
            case "errors":
                code = _LIST_CODES.get(self.status, "V2InternalServer")
                return {"errors": [{"errorCode": code, "errorId": request_id, "errorMessage": self.text}]}
            case "v1":
                return {"code": self.code, "message": self.text}


def unauthorized(text: str) -> AdsRefusalError:
    """401: the token, or what it may see."""
    return AdsRefusalError(401, text)
