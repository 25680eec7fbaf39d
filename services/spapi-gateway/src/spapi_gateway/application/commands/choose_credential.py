"""Picks the kind of credential an operation needs."""

from spapi_gateway.application.call import Call
from spapi_gateway.domain.accounts import Account
from spapi_gateway.domain.credentials import CredentialKind, CredentialNeed, RestrictedResource
from spapi_gateway.domain.errors import CallRefusedError
from spapi_gateway.domain.operations import RdtRule


def access_need(account_id: str) -> CredentialNeed:
    """Return the need for an account's ordinary access token."""
    return CredentialNeed(CredentialKind.ACCESS, account_id)


def session_need(account_id: str) -> CredentialNeed:
    """Return the need for the AWS session by which a signed account's calls are signed."""
    return CredentialNeed(CredentialKind.AWS_SESSION, account_id)


def restricted_need(call: Call) -> CredentialNeed:
    """Return the need for an RDT: generic by template where Amazon allows it, by concrete path for documents."""
    if call.restricted:
        resources = call.restricted
    else:
        path = call.path if call.operation.rdt is RdtRule.ON_REFUSAL else call.operation.template
        resources = (RestrictedResource(call.method, path, call.data_elements),)
    return CredentialNeed(CredentialKind.RESTRICTED, call.account_id, resources=resources)


class ChooseCredential:
    """Returns the need for a call: access token, RDT or grantless token, as the catalogue and the caller say."""

    def need(self, call: Call, account: Account) -> CredentialNeed:
        """Raises `CallRefusedError("invalid_header")` for data elements the operation does not have."""
        operation = call.operation
        if operation.grantless_scope is not None:
            return CredentialNeed(CredentialKind.GRANTLESS, None, application=account.application, scope=operation.grantless_scope)
        if call.data_elements:
            _check_elements(call)
        if call.restricted or operation.rdt is RdtRule.ALWAYS or (operation.rdt is RdtRule.ON_REQUEST and call.data_elements):
            return restricted_need(call)
        return access_need(call.account_id)


def _check_elements(call: Call) -> None:
    allowed = call.operation.data_elements
    unknown = [element for element in call.data_elements if element not in allowed]
    if unknown:
        cure = f"it has {', '.join(allowed)}" if allowed else "it has none; leave the header out"
        raise CallRefusedError("invalid_header", f"x-sellerport-data-elements: {call.operation.operation_id} has no {unknown[0]}; {cure}.")
