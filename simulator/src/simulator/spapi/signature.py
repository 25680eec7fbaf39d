"""SigV4, checked with botocore's own signer against the session credentials that STS issued.

Amazon ignores signatures since October 2023; here a bad one is refused, so that an account that is set to sign does sign well.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from http.client import HTTPMessage as HTTPHeaders
from urllib.parse import quote, unquote_to_bytes

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from simulator.spapi.refusal import RefusalError
from simulator.state.world import World
from simulator.web.request import Request

ALGORITHM = "AWS4-HMAC-SHA256"
AWS_REGIONS = {"NA": "us-east-1", "EU": "eu-west-1", "FE": "us-west-2"}
_SKEW = timedelta(minutes=5)
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,\s]+)/(?P<day>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request,\s*"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


def bad_signature(details: str) -> RefusalError:
    """403 as the API gateway words it."""
    return RefusalError(403, "InvalidSignature", "The request signature we calculated does not match the signature you provided.", details)


def is_signed(request: Request) -> bool:
    """Whether the request claims to be signed."""
    return (request.header("authorization") or "").startswith("AWS4-")


def check_signature(world: World, request: Request, region: str) -> None:
    """Raises 403 unless the signature is right in every part. Skew is judged by the machine's clock, as signers are."""
    parsed = _AUTHORIZATION.fullmatch((request.header("authorization") or "").strip())
    if parsed is None:
        raise bad_signature("The Authorization header is not complete.")
    if (parsed["region"], parsed["service"]) != (AWS_REGIONS[region], "execute-api"):
        raise bad_signature(f"The credential should be scoped to {AWS_REGIONS[region]}/execute-api.")
    names = parsed["headers"].split(";")
    if names != sorted(set(names)) or not {"host", "x-amz-date", "x-amz-access-token"} <= set(names):
        raise bad_signature("host, x-amz-access-token and x-amz-date must be signed, in order and once.")
    date = _check_date(world, request, parsed["day"])
    session = world.sessions.get(parsed["key"])
    if session is None or session.expires <= world.clock.now():
        raise RefusalError(
            403, "ExpiredToken" if session else "InvalidClientTokenId", "The security token included in the request is invalid."
        )
    if "x-amz-security-token" not in names or not hmac.compare_digest(
        (request.header("x-amz-security-token") or "").encode(), session.session_token.encode()
    ):
        raise RefusalError(403, "UnrecognizedClient", "The security token included in the request is invalid.")
    signer = SigV4Auth(Credentials(parsed["key"], session.secret_access_key), "execute-api", AWS_REGIONS[region])
    expected = expected_signature(signer, request, names, date)
    if not hmac.compare_digest(expected, parsed["signature"]):
        raise bad_signature("Check the secret key, the canonical request and the signed headers.")


def _check_date(world: World, request: Request, day: str) -> str:
    text = request.header("x-amz-date") or ""
    try:
        signed = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise bad_signature("x-amz-date is missing or malformed.") from None
    if not text.startswith(day):
        raise bad_signature("The day of the credential scope is not that of x-amz-date.")
    if abs(world.clock.real() - signed) > _SKEW:
        raise bad_signature("Signature expired: x-amz-date is more than five minutes from now.")
    return text


def _as_given(request: AWSRequest) -> HTTPHeaders:
    """All the headers that the caller signed; botocore by itself would leave out some, such as user-agent."""
    headers = HTTPHeaders()
    for name, value in request.headers.items():
        headers[name.lower()] = value
    return headers


def _strict_query(query: str) -> str:
    """The query with every name and value encoded anew, as AWS does before it sorts; botocore takes the caller's spelling.

    Without it `a=1,2` and `at=00:00` could never be signed rightly: IAM User Guide, "Create a canonical request".
    """
    parts = (part.partition("=") for part in query.split("&") if part)
    return "&".join("=".join(quote(unquote_to_bytes(text), safe="-_.~") for text in (name, value)) for name, _, value in parts)


def expected_signature(signer: SigV4Auth, request: Request, names: list[str], date: str) -> str:
    """What botocore computes for the request as it arrived; 403 when the stated body hash is not the body's."""
    body_hash = hashlib.sha256(request.body).hexdigest()
    stated = request.header("x-amz-content-sha256")
    if stated is not None and stated != body_hash:
        raise bad_signature("x-amz-content-sha256 is not the hash of the body.")
    host = request.header("host") or ""
    url = f"http://{host}{request.path}" + (f"?{_strict_query(request.query)}" if request.query else "")
    received = AWSRequest(method=request.method, url=url, data=request.body)
    received.context["timestamp"] = date
    for name in names:
        values = request.header_values(name)
        if not values:
            raise bad_signature(f"The signed header {name} is missing.")
        received.headers.add_header(name, ",".join(values))
    signer.headers_to_sign = _as_given
    return str(signer.signature(signer.string_to_sign(received, signer.canonical_request(received)), received))
