"""Who calls: end users by OIDC, services by short-lived EdDSA tokens."""

from svc_kit.identity.accepting import users_and_services
from svc_kit.identity.caller import Caller, Forbidden, Unauthenticated
from svc_kit.identity.directory import Directory, ServiceDirectory
from svc_kit.identity.directory_file import DirectoryFile
from svc_kit.identity.issuer import ServiceTokenIssuer
from svc_kit.identity.oidc import OidcVerifier
from svc_kit.identity.verifier import TokenVerifier

__all__ = [
    "Caller",
    "Directory",
    "DirectoryFile",
    "Forbidden",
    "OidcVerifier",
    "ServiceDirectory",
    "ServiceTokenIssuer",
    "TokenVerifier",
    "Unauthenticated",
    "users_and_services",
]
