"""Control of users, roles and applications."""

from datetime import timedelta

import msgspec

from simulator.control.bodies import read
from simulator.notifications.queues import Queues
from simulator.notifications.secrets import new_secret
from simulator.oidc.tokens import LIFE, TokenMint
from simulator.state.credentials import Api, Application
from simulator.state.people import Role, User
from simulator.state.world import World
from simulator.web.request import Request
from simulator.web.response import Response


class _NewUser(msgspec.Struct, forbid_unknown_fields=True):
    username: str
    password: str
    tenant_id: str
    name: str | None = None


class _TokenWish(msgspec.Struct, forbid_unknown_fields=True):
    tenant_id: str
    username: str | None = None
    sub: str | None = None
    expires_in: float = LIFE


class _NewApplication(msgspec.Struct, forbid_unknown_fields=True):
    application_id: str
    client_id: str
    client_secret: str
    redirect_uris: list[str] = []
    name: str = "Second application"
    draft: bool = False
    api: Api = "spapi"


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    client_secret: str | msgspec.UnsetType = msgspec.UNSET
    client_secret_next: str | msgspec.UnsetType | None = msgspec.UNSET
    redirect_uris: list[str] | msgspec.UnsetType = msgspec.UNSET
    draft: bool | msgspec.UnsetType = msgspec.UNSET


class _Rotation(msgspec.Struct, forbid_unknown_fields=True):
    overlap_seconds: float = 7 * 24 * 3600
    queue: str | None = None


class People:
    """The endpoints."""

    def __init__(self, world: World, mint: TokenMint, queues: Queues) -> None:
        self._world = world
        self._queues = queues
        self._mint = mint

    async def add_user(self, request: Request) -> Response:
        """Adds a user, or replaces the one of that name."""
        wish = read(request, _NewUser)
        username = wish.username.lower()
        user = User(username=username, tenant_id=wish.tenant_id, name=wish.name or username.partition("@")[0].capitalize())
        self._world.users[username] = user.with_password(wish.password)
        self._world.keep_credentials()
        return Response.of(201, {"username": username, "tenant_id": user.tenant_id, "sub": user.subject})

    async def user_token(self, request: Request) -> Response:
        """An access token without the sign-in page; ``expires_in`` may be negative."""
        wish = read(request, _TokenWish)
        username = (wish.username or wish.sub or "someone").lower()
        user = self._world.users.get(username)
        if user is None or user.tenant_id != wish.tenant_id:
            user = User(username=username, tenant_id=wish.tenant_id, name=username)
        return Response.of(200, {"access_token": self._mint.access_token(user, life=wish.expires_in), "sub": user.subject})

    async def add_role(self, request: Request) -> Response:
        """Registers a role that AssumeRole may name, with the external id it insists on."""
        role = read(request, Role)
        self._world.roles[role.role_arn] = role
        self._world.keep_credentials()
        return Response.of(201, role)

    async def applications(self, request: Request) -> Response:  # noqa: ARG002 - a route takes the request
        """The applications, without their secrets."""
        return Response.of(200, {"applications": [_shown(one) for one in self._world.credentials.applications.values()]})

    async def add_application(self, request: Request) -> Response:
        """Registers another application."""
        wish = read(request, _NewApplication)
        application = Application(**msgspec.structs.asdict(wish))
        self._world.credentials.applications[wish.client_id] = application
        self._world.keep_credentials()
        return Response.of(201, _shown(application))

    async def change_application(self, request: Request, client_id: str) -> Response:
        """Changes secrets (``client_secret_next: null`` empties the slot), redirect URIs or the draft flag."""
        application = self._world.credentials.application(client_id)
        if application is None:
            return Response.of(404, {"error": "not_found"})
        for name, value in msgspec.structs.asdict(read(request, _Change)).items():
            if value is not msgspec.UNSET:
                setattr(application, name, value)
        self._world.keep_credentials()
        return Response.of(200, _shown(application))

    async def rotate_secret(self, request: Request, client_id: str) -> Response:
        """Gives the application a new secret, told only by a notification in ``queue``; the old one works on for a while."""
        application = self._world.credentials.application(client_id)
        if application is None:
            return Response.of(404, {"error": "not_found"})
        wish, now = read(request, _Rotation), self._world.clock.now()
        application.rotate(now, timedelta(seconds=wish.overlap_seconds))
        self._world.keep_credentials()
        if wish.queue is not None:
            await self._queues.send(wish.queue, new_secret(application, now))
        return Response.of(200, _shown(application))


def _shown(application: Application) -> dict[str, object]:
    shown = msgspec.structs.asdict(application)
    del shown["client_secret"], shown["configured_secret"], shown["old_secret"]
    return shown | {"client_secret_next": application.client_secret_next is not None}
