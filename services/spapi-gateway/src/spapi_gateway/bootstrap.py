"""Composition root: settings → adapters → use cases → one ASGI application."""

import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from litestar import Litestar

from spapi_gateway.adapters.inbound.http.ads import AdsEntrance
from spapi_gateway.adapters.inbound.http.api import SERVICE, Gateway, Runtime, build_api
from spapi_gateway.adapters.inbound.http.doors import Doors
from spapi_gateway.adapters.inbound.http.principal import SellerportTokens
from spapi_gateway.adapters.inbound.http.restricted_tokens import RestrictedHandles
from spapi_gateway.adapters.inbound.nats.account_events import AccountEvents
from spapi_gateway.adapters.outbound.jsonlines.call_recorder import JsonLinesCallRecorder
from spapi_gateway.adapters.outbound.packaged.catalogue import load_catalogue
from spapi_gateway.adapters.outbound.prometheus.call_recorder import PrometheusCallRecorder
from spapi_gateway.adapters.outbound.pyreqwest.upstream import PyreqwestUpstream
from spapi_gateway.adapters.outbound.tokens.credential_source import AUDIENCE, SCOPES, HttpCredentialSource, NatsCredentialSource
from spapi_gateway.application.commands.authorize_call import AuthorizeCall
from spapi_gateway.application.commands.forward_ads_call import ForwardAdsCall
from spapi_gateway.application.commands.forward_call import ForwardCall
from spapi_gateway.application.commands.lend_restricted_token import LendRestrictedToken
from spapi_gateway.application.credential_cache import CredentialCache
from spapi_gateway.application.credential_sources import FallbackCredentialSource
from spapi_gateway.application.pacer import Pacer
from spapi_gateway.application.ports.call_recorder import CallRecorder
from spapi_gateway.application.ports.credential_source import CredentialSource
from spapi_gateway.application.ports.upstream import Upstream
from spapi_gateway.application.queries.probe_connection import ProbeConnection
from spapi_gateway.config import Config
from spapi_gateway.domain.catalogue import Catalogue
from svc_kit.clock import Clock, SystemClock
from svc_kit.health import ReadinessCheck
from svc_kit.http_client import ServiceClient
from svc_kit.identity import DirectoryFile, ServiceTokenIssuer, TokenVerifier, users_and_services
from svc_kit.messaging import NatsConnection, RpcClient

OWN_SEGMENTS: Final = frozenset({b"v1", b"health", b"metrics", b"schema"})


@dataclass(kw_only=True)
class Adapters:
    """The ports this service needs, filled."""

    clock: Clock
    verifier: TokenVerifier
    tokens: SellerportTokens
    credentials: CredentialSource
    upstream: Upstream
    recorders: Sequence[CallRecorder] = ()
    nats: NatsConnection | None = None


def build_app(config: Config, *, overrides: Adapters | None = None) -> Gateway:
    """Return the application for `config`; `overrides` replaces every adapter, and nothing has to be started then."""
    clock = overrides.clock if overrides else SystemClock()
    catalogue = load_catalogue(allow_unknown=config.is_unknown_allowed)
    directory = DirectoryFile(config.service_directory_file, clock)
    verifier = overrides.verifier if overrides else users_and_services(SERVICE, config, clock)
    runtime = Runtime()

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            if overrides is None:
                adapters = await _open(config, verifier, SellerportTokens(directory, clock), clock, stack)
                _wire(runtime, api, config, catalogue, adapters)
                await _listen(runtime)
            yield

    check = ReadinessCheck(name="nats", probe=runtime.ping_nats, required=False)  # token-svc answers over HTTP as well
    api = build_api(catalogue, runtime, verifier=verifier, lifespan=[lifespan], readiness=[check])
    if overrides is not None:
        _wire(runtime, api, config, catalogue, overrides)
    return Gateway(api, runtime)


async def _open(config: Config, verifier: TokenVerifier, tokens: SellerportTokens, clock: Clock, stack: AsyncExitStack) -> Adapters:
    issuer = ServiceTokenIssuer(config.service_key, SERVICE, config.service_key_id, clock)
    nats = await stack.enter_async_context(NatsConnection.open(config.nats_url.reveal(), SERVICE))
    client = await stack.enter_async_context(
        ServiceClient.open(config.token_svc_url, issuer=issuer, audience=AUDIENCE, scopes=SCOPES, deadline_seconds=20)
    )
    upstream = PyreqwestUpstream()
    stack.push_async_callback(upstream.close)
    audit = JsonLinesCallRecorder(_print, clock)
    stack.callback(audit.flush)
    return Adapters(
        clock=clock,
        verifier=verifier,
        tokens=tokens,
        credentials=FallbackCredentialSource(NatsCredentialSource(RpcClient(nats), issuer, clock), HttpCredentialSource(client)),
        upstream=upstream,
        recorders=(audit,),
        nats=nats,
    )


def describe_app() -> Litestar:
    """Return the application with nothing behind it: enough to print its OpenAPI document."""
    return build_api(load_catalogue())


def _wire(runtime: Runtime, api: Litestar, config: Config, catalogue: Catalogue, adapters: Adapters) -> None:
    clock = adapters.clock
    credentials = CredentialCache(adapters.credentials, clock)
    authorize = AuthorizeCall(credentials)
    shared: dict[str, Any] = {"upstream": adapters.upstream, "credentials": credentials, "pacer": Pacer(clock), "clock": clock}
    forward = ForwardCall(endpoints=config.endpoints, **shared)
    forward_ads = ForwardAdsCall(endpoints=config.ads_endpoints, **shared)
    runtime.credentials, runtime.nats = credentials, adapters.nats
    runtime.probe = ProbeConnection(authorize=authorize, credentials=credentials, forward=forward, catalogue=catalogue, clock=clock)
    runtime.doors = Doors(
        rest=api,
        own_segments=OWN_SEGMENTS,
        catalogue=catalogue,
        verifier=adapters.verifier,
        tokens=adapters.tokens,
        authorize=authorize,
        forward=forward,
        lend=LendRestrictedToken(credentials, clock),
        handles=RestrictedHandles(ServiceTokenIssuer(config.service_key, SERVICE, config.service_key_id, clock), SERVICE, clock),
        ads=AdsEntrance(authorize=authorize, forward=forward_ads, max_body=config.max_body_bytes),
        recorders=(*adapters.recorders, PrometheusCallRecorder(api.state["metrics"].registry)),
        clock=clock,
        max_body=config.max_body_bytes,
    )


async def _listen(runtime: Runtime) -> None:
    if runtime.nats is not None and runtime.credentials is not None:
        await AccountEvents(runtime.nats, runtime.credentials).start()


def _print(content: bytes) -> None:
    sys.stdout.write(content.decode())
    sys.stdout.flush()
