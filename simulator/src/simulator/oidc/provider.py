"""OpenID Connect: authorisation code with PKCE (S256) for a public client, refresh tokens that rotate."""

import base64
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import jwt

from simulator.clock import stamp
from simulator.ledger import Entry
from simulator.oidc import pages
from simulator.oidc.tokens import LIFE, TokenMint, profile
from simulator.state.people import User
from simulator.state.world import World
from simulator.web.html import page
from simulator.web.request import Request
from simulator.web.response import Response
from simulator.web.router import Router

_CODE_LIFE = 60.0
_CHALLENGE_LENGTH = 43


@dataclass(slots=True)
class _SignIn:
    username: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    scope: str
    expires: float


_Route = Callable[[Request], Awaitable[Response]]


class OidcError(Exception):
    """The token endpoint refuses, in the words of RFC 6749."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class OidcProvider:
    """All endpoints under ``/oidc``."""

    def __init__(self, world: World, mint: TokenMint) -> None:
        self._world = world
        self._mint = mint
        self._codes: dict[str, _SignIn] = {}
        self._refresh: dict[str, tuple[str, str]] = {}

    def routes(self, router: Router) -> None:
        """Adds the endpoints; those that pages call from their own origin answer with CORS headers and to preflights."""
        for path, method, route in (
            ("/oidc/.well-known/openid-configuration", "GET", self.discovery),
            ("/oidc/jwks", "GET", self.jwks),
            ("/oidc/token", "POST", self.token),
            ("/oidc/userinfo", "GET", self.userinfo),
        ):
            router.add(method, path, self._shared(route))
            router.add("OPTIONS", path, self._shared(self._preflight))
        router.add("GET", "/oidc/authorize", self.show)
        router.add("POST", "/oidc/authorize", self.sign_in)
        router.add("GET", "/oidc/logout", self.logout)

    def _shared(self, route: _Route) -> _Route:
        async def with_cors(request: Request) -> Response:
            response = await route(request)
            origin = request.header("origin")
            if origin in {_origin(uri) for uri in self._world.config.oidc_redirect_uris}:
                response.headers += [
                    ("access-control-allow-origin", origin or ""),
                    ("access-control-allow-headers", "authorization, content-type"),
                    ("access-control-allow-methods", "GET, POST, OPTIONS"),
                    ("vary", "origin"),
                ]
            return response

        return with_cors

    async def _preflight(self, request: Request) -> Response:  # noqa: ARG002 - a route takes the request
        return Response(204)

    async def discovery(self, request: Request) -> Response:  # noqa: ARG002 - a route takes the request
        """OpenID Connect Discovery 1.0."""
        issuer = self._world.config.issuer
        return Response.of(
            200,
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "userinfo_endpoint": f"{issuer}/userinfo",
                "jwks_uri": f"{issuer}/jwks",
                "end_session_endpoint": f"{issuer}/logout",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "claims_supported": ["sub", "email", "name", "tenant_id"],
            },
        )

    async def jwks(self, request: Request) -> Response:  # noqa: ARG002 - a route takes the request
        """The public key."""
        return Response.of(200, {"keys": [self._mint.key.jwk]})

    async def show(self, request: Request) -> Response:
        """The sign-in page, or the error it must show or send back."""
        problem = self._problem(request)
        response = problem or Response.page(200, pages.sign_in())
        self._record(request, "authorize", response)
        return response

    async def sign_in(self, request: Request) -> Response:
        """302 with a code when user and password are right, the page again when not."""
        response = self._problem(request) or self._signed_in(request)
        self._record(request, "sign_in", response)
        return response

    def _signed_in(self, request: Request) -> Response:
        fields = request.fields()
        username = fields.get("username", "").strip().lower()
        user = self._world.users.get(username)
        if user is None or not user.accepts(fields.get("password", "")):
            return Response.page(401, pages.sign_in(username, "The e-mail or the password is not right."))
        query = request.query_fields
        code = secrets.token_urlsafe(24)
        self._codes[code] = _SignIn(
            username=username,
            redirect_uri=query["redirect_uri"],
            challenge=query["code_challenge"],
            nonce=query.get("nonce"),
            scope=query.get("scope", ""),
            expires=time.monotonic() + _CODE_LIFE,
        )
        return _back(query["redirect_uri"], {"code": code, "state": query["state"], "iss": self._world.config.issuer})

    def _problem(self, request: Request) -> Response | None:
        query, config = request.query_fields, self._world.config
        if query.get("client_id") != config.oidc_client_id:
            return Response.page(400, pages.refusal("The client is not known."))
        redirect_uri = query.get("redirect_uri", "")
        if redirect_uri not in config.oidc_redirect_uris:
            return Response.page(400, pages.refusal("The redirect URI is not registered."))
        if query.get("response_type") != "code":
            return _back(redirect_uri, {"error": "unsupported_response_type", "state": query.get("state", "")})
        if "openid" not in query.get("scope", "").split():
            return _back(redirect_uri, {"error": "invalid_scope", "state": query.get("state", "")})
        if (
            query.get("code_challenge_method") != "S256"
            or len(query.get("code_challenge", "")) != _CHALLENGE_LENGTH
            or not query.get("state")
        ):
            description = "state and a code_challenge with the method S256 are required"
            return _back(redirect_uri, {"error": "invalid_request", "error_description": description, "state": query.get("state", "")})
        return None

    async def token(self, request: Request) -> Response:
        """Trades a code with its verifier, or a refresh token, for tokens."""
        try:
            response = self._tokens(request.fields())
        except OidcError as error:
            response = Response.of(400, {"error": error.error, "error_description": error.description})
        response.headers.append(("cache-control", "no-store"))
        self._record(request, "token", response)
        return response

    def _tokens(self, fields: dict[str, str]) -> Response:
        if fields.get("client_id") != self._world.config.oidc_client_id:
            raise OidcError("invalid_client", "The client is not known.")
        match fields.get("grant_type"):
            case "authorization_code":
                signed_in = self._codes.pop(fields.get("code", ""), None)
                if signed_in is None or signed_in.expires < time.monotonic() or signed_in.redirect_uri != fields.get("redirect_uri"):
                    raise OidcError("invalid_grant", "The code is wrong, used, or too old, or the redirect URI differs.")
                if not secrets.compare_digest(_s256(fields.get("code_verifier", "")).encode(), signed_in.challenge.encode()):
                    raise OidcError("invalid_grant", "The code verifier does not match the challenge.")
                return self._issue(self._world.users.get(signed_in.username), signed_in.scope, signed_in.nonce)
            case "refresh_token":
                username, scope = self._refresh.pop(fields.get("refresh_token", ""), ("", ""))
                return self._issue(self._world.users.get(username), scope, None)
        raise OidcError("unsupported_grant_type", "Use authorization_code or refresh_token.")

    def _issue(self, user: User | None, scope: str, nonce: str | None) -> Response:
        if user is None:
            raise OidcError("invalid_grant", "The grant is not valid any more.")
        content = {
            "access_token": self._mint.access_token(user, scope=scope),
            "token_type": "Bearer",
            "expires_in": LIFE,
            "id_token": self._mint.id_token(user, nonce),
            "scope": scope,
        }
        if "offline_access" in scope.split():
            content["refresh_token"] = secrets.token_urlsafe(32)
            self._refresh[str(content["refresh_token"])] = (user.username, scope)
        return Response.of(200, content)

    async def userinfo(self, request: Request) -> Response:
        """The claims of the access token's user."""
        scheme, _, token = (request.header("authorization") or "").partition(" ")
        try:
            claims = self._mint.key.read(token, self._world.config.oidc_audience, self._world.config.issuer)
            user = next((user for user in self._world.users.values() if user.subject == claims["sub"]), None)
        except jwt.InvalidTokenError:
            user = None
        if scheme.lower() != "bearer" or user is None:
            return Response(401, b"", [("www-authenticate", 'Bearer error="invalid_token"')])
        return Response.of(200, {"sub": user.subject, **profile(user)})

    async def logout(self, request: Request) -> Response:
        """Back to the dashboard: there is no session to end, the page asks for the password each time."""
        target = request.query_fields.get("post_logout_redirect_uri", "")
        if _origin(target) in {_origin(uri) for uri in self._world.config.oidc_redirect_uris}:
            return Response.redirect(target)
        return Response.page(200, page("Signed out", "<p>You have signed out.</p>"))

    def _record(self, request: Request, operation: str, response: Response) -> None:
        now = stamp(self._world.clock.now())
        entry = Entry(kind="oidc", time=now, method=request.method, path=request.path, operation=operation, status=response.status)
        self._world.ledger.record(entry)


def _back(redirect_uri: str, fields: dict[str, str]) -> Response:
    return Response.redirect(redirect_uri + ("&" if "?" in redirect_uri else "?") + urlencode(fields))


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
