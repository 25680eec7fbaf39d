"""What is known of an application beside its secrets."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from account_svc.domain.account import AccountKind
from account_svc.domain.application import Application
from account_svc.domain.errors import InvalidInputError
from account_svc.domain.identifiers import ApplicationId
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed

_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts:
    """Said by an operator or by the settings."""

    name: str
    spapi_application_id: str
    client_id: str
    redirect_uri: str
    is_draft: bool = False
    role: Role | None = None
    kind: AccountKind = AccountKind.SELLING_PARTNER

    def __post_init__(self) -> None:
        for field, value in (("name", self.name), ("client_id", self.client_id), ("spapi_application_id", self.spapi_application_id)):
            if not 1 <= len(value) <= _LONGEST or not value.isprintable():
                raise InvalidInputError("application_invalid", f"{field} has 1 to {_LONGEST} printable characters")
        url = urlsplit(self.redirect_uri)
        if url.scheme not in {"http", "https"} or not url.netloc or url.fragment:
            raise InvalidInputError("redirect_uri_invalid", "redirect_uri must be the http or https URL registered with Amazon")

    def created(self, application_id: ApplicationId, secret: Sealed, secret_expires_at: datetime | None) -> Application:
        """Return a new application at version 1."""
        return Application(
            id=application_id,
            name=self.name,
            spapi_application_id=self.spapi_application_id,
            client_id=self.client_id,
            redirect_uri=self.redirect_uri,
            client_secret=secret,
            secret_expires_at=secret_expires_at,
            is_draft=self.is_draft,
            role=self.role,
            kind=self.kind,
        )

    def applied_to(self, known: Application) -> Application:
        """Return the application with these facts, its version and secrets as they were."""
        return replace(
            known,
            name=self.name,
            spapi_application_id=self.spapi_application_id,
            client_id=self.client_id,
            redirect_uri=self.redirect_uri,
            is_draft=self.is_draft,
            role=self.role,
            kind=self.kind,
        )
