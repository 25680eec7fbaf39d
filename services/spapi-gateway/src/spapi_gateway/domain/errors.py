"""Why the gateway refuses a call, and what its ports fail with.

DomainError(code)
└── CallRefusedError         one of the slugs below; `retry_after` where waiting helps
PortError
├── Unavailable
│   ├── NotConnectedError            Amazon has seen nothing of the request
│   ├── AnswerLostError              the request went out; its effect is not known
│   └── CredentialUnavailableError   token-svc says that it cannot issue now
├── NonsenseAnswerError              what came back is not HTTP
└── AnswerCutError                   the body ended before its end

unsafe_path, unsafe_query    the target could be read in two ways, or cannot be sent as it came
unknown_operation            no published operation has this path
method_not_allowed           the path exists, the method does not (`allow` names those that do)
invalid_header               a header that steers the gateway cannot be read
body_not_allowed             a GET or HEAD carries a body; Amazon refuses that
malformed_json               the body says it is JSON and is not
body_too_large               more than GATEWAY_MAX_BODY_BYTES
unauthenticated, forbidden   the caller's token
amazon_not_connected         not the caller's account, or none
reauthorization_required     the seller has to connect again
account_not_found            a service named an account that does not exist
wrong_account_kind           an account of Amazon Ads at the SP-API's door, or the other way round
service_only                 the operation acts on the whole application
restricted_token_by_gateway  a seller asks for a restricted data token; the gateway fetches those itself
invalid_restricted_resources the body of createRestrictedDataToken cannot be read
invalid_account              an account without id, tenant or application
throttled                    no slot within the deadline
application_not_found, account_has_no_role, restricted_token_rejected, role_refused, scope_rejected
                             token-svc's refusals, passed on as they are
credential_refused           token-svc refuses for a reason of ours
"""

from svc_kit.errors import DomainError


class CallRefusedError(DomainError):
    """A refusal of one call; `retry_after` in seconds when the same call may succeed later."""

    def __init__(self, code: str, detail: str, *, retry_after: float | None = None, allow: tuple[str, ...] = ()) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after
        self.allow = allow
