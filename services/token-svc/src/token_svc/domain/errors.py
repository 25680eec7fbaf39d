"""What token-svc refuses, each with a stable slug, and what its ports fail with.

DomainError
├── account_not_found                    no such account, or not the caller's
├── amazon_not_connected                 the account was disconnected
├── reauthorization_required             Amazon refuses the seller's authorisation; the seller must connect again
├── account_has_no_role                  an STS session was asked for, but the account is not signed
├── authorization_code_rejected          the code was wrong, used, older than five minutes, or for another redirect URI
├── scope_rejected                       Amazon does not know the grantless scope
├── application_not_found                no such LWA application
├── application_credentials_rejected     both slots of the client secret were refused: an operator's task, never the seller's
├── lwa_unavailable                      Amazon's token endpoint does not answer; retry_after says when to try again
├── sts_unavailable, role_refused        the same for AssumeRole, and its refusal
├── restricted_token_rejected            Amazon refuses the restricted data token for what was asked
├── account_service_unavailable          credentials cannot be read now
├── client_not_found                     a handle was asked for a client that is not in the clients' file
├── invalid_request                      a parameter is missing, occurs twice, or cannot be used
├── malformed_handle                     a handle that was not made here
└── invalid_client, invalid_grant, unsupported_grant_type    RFC 6749's own, at the drop-in endpoint

PortError, caught by the use cases (each is defined beside its port)
├── GrantRefused                         Amazon answered invalid_grant
├── ClientRejected                       Amazon does not accept the application or its secret
├── RequestRefused                       Amazon refuses the request itself
├── Malformed                            an answer of Amazon's that is no token
├── AnswerLost                           the connection to Amazon broke before an answer that may have been given
├── LeaseHeld                            another replica uses the refresh token
├── AccessTokenExpired                   the Tokens API wants a newer access token
├── RestrictionRefused                   the Tokens API refuses what was asked for
└── RoleRefused                          AWS does not let the role be assumed
"""

from svc_kit.errors import DomainError

RETRY_SECONDS = 1.0


def account_not_found() -> DomainError:
    """There is no such account, or it is another tenant's."""
    return DomainError("account_not_found", "There is no such account; list the accounts at account-svc.")


def not_connected() -> DomainError:
    """The account was disconnected."""
    return DomainError("amazon_not_connected", "The account was disconnected; connect it again under Settings.")


def reauthorization_required() -> DomainError:
    """Amazon refuses the seller's authorisation."""
    return DomainError("reauthorization_required", "Amazon no longer accepts the seller's authorisation; the seller must connect again.")


def has_no_role() -> DomainError:
    """There is no role to assume."""
    return DomainError("account_has_no_role", "The account has no role ARN; its requests are not signed and need no session.")


def application_not_found() -> DomainError:
    """There is no such application."""
    return DomainError("application_not_found", "There is no such application; see account-svc for the ones that exist.")


def application_rejected() -> DomainError:
    """Amazon refuses every slot of the application's secret."""
    detail = "Amazon refuses the application's client secret; an operator must set the current one."
    return DomainError("application_credentials_rejected", detail, retry_after=30)


def lwa_unavailable(retry_after: float | None = None) -> DomainError:
    """Login with Amazon does not serve; try again after `retry_after` seconds, one at least."""
    wait = max(RETRY_SECONDS, retry_after or RETRY_SECONDS)
    return DomainError("lwa_unavailable", "Amazon's token endpoint does not serve now; try again after Retry-After.", retry_after=wait)


def account_service_unavailable(retry_after: float | None = None) -> DomainError:
    """account-svc does not serve; try again after `retry_after` seconds, one at least."""
    detail = "The credentials cannot be read now; try again after Retry-After."
    return DomainError("account_service_unavailable", detail, retry_after=max(RETRY_SECONDS, retry_after or RETRY_SECONDS))
