"""The simulator's doors: one ASGI application for each port, all on one world."""

from dataclasses import dataclass, replace

import httpx

from simulator.ads.consent import AdsConsent
from simulator.ads.door import AdsDoor
from simulator.config import REGIONS
from simulator.control.routes import add_control
from simulator.lwa.appstore import Appstore
from simulator.lwa.consent import Consent
from simulator.lwa.token import LwaToken
from simulator.notifications.queues import Queues
from simulator.oidc.keys import ensure_key
from simulator.oidc.provider import OidcProvider
from simulator.oidc.tokens import TokenMint
from simulator.spapi.door import SpApiDoor
from simulator.state.world import World
from simulator.sts.recorder import StsRecorder
from simulator.web.asgi import AsgiDoor
from simulator.web.request import Request
from simulator.web.response import Response
from simulator.web.router import Router

_ADS = "/ads/"


@dataclass(frozen=True, slots=True)
class Doors:
    """The applications: ``main`` and one for each region."""

    main: AsgiDoor
    regions: dict[str, AsgiDoor]


def open_doors(world: World, sts_client: httpx.AsyncClient | None = None) -> Doors:
    """Builds the applications; ``sts_client`` reaches moto: STS behind the recorder, and SQS.

    Without it the recorder issues credentials itself, and nothing is told by queue.
    """
    ensure_key(world)
    mint = TokenMint(world)
    consent, sts = Consent(world), StsRecorder(world, sts_client)
    router = Router()
    router.add("POST", "/auth/o2/token", LwaToken(world))
    router.add("GET", "/apps/authorize/consent", consent.show)
    router.add("POST", "/apps/authorize/consent", consent.decide)
    appstore = Appstore(world)
    for path in ("/apps/store/{application}", "/apps/manage/{application}"):
        router.add("GET", path, appstore.show)
        router.add("POST", path, appstore.choose)
    router.add("GET", "/apps/authorize/confirm/{application}", appstore.confirm)
    ads_consent = AdsConsent(world)
    for path in ("/ap/oa", "/{region}/ap/oa"):
        router.add("GET", path, ads_consent.show)
        router.add("POST", path, ads_consent.decide)
    router.add("POST", "/sts", sts)
    OidcProvider(world, mint).routes(router)
    add_control(router, world, mint, Queues(sts_client))
    router.add("GET", "/health/live", _live)
    return Doors(main=AsgiDoor(router), regions={region: AsgiDoor(RegionalDoor(world, region)) for region in REGIONS})


class RegionalDoor:
    """One region's port: the Ads host under ``/ads``, the SP-API host everywhere else."""

    def __init__(self, world: World, region: str) -> None:
        self._spapi = SpApiDoor(world, region)
        self._ads = AdsDoor(world, region)

    async def __call__(self, request: Request) -> Response:
        """The answer of the host that is meant."""
        if request.path.startswith(_ADS):
            return await self._ads(replace(request, path=request.path[len(_ADS) - 1 :]))
        return await self._spapi(request)


async def _live(request: Request) -> Response:  # noqa: ARG001 - a route takes the request
    return Response.of(200, {"status": "ok"})
