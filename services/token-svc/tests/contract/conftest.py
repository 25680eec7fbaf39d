"""Each port on its fake and on the real thing."""

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

import httpx
import pytest

from svc_kit.clock import ManualClock
from svc_kit.errors import Conflict, DomainError, Unavailable
from svc_kit.http_client import ServiceClient
from svc_kit.messaging import NatsConnection
from svc_kit.secret import Secret
from token_svc.adapters.outbound.account.credential_source import SCOPES
from token_svc.adapters.outbound.memory.account_floors import MemoryAccountFloors
from token_svc.adapters.outbound.memory.credential_source import MemoryCredentialSource
from token_svc.adapters.outbound.memory.refresh_leases import MemoryRefreshLeases
from token_svc.adapters.outbound.memory.refresh_lock import MemoryRefreshLock
from token_svc.adapters.outbound.memory.shared_store import SharedStore
from token_svc.adapters.outbound.memory.token_cache import MemoryTokenCache
from token_svc.adapters.outbound.nats.account_floors import NatsAccountFloors
from token_svc.adapters.outbound.nats.entry_codec import EntryCodec
from token_svc.adapters.outbound.nats.refresh_lock import NatsRefreshLock
from token_svc.adapters.outbound.nats.token_cache import NatsTokenCache
from token_svc.adapters.outbound.nats.watched_bucket import WatchedBucket
from token_svc.application.ports.account_floors import AccountFloors
from token_svc.application.ports.refresh_leases import LeaseHeld, RefreshLease
from token_svc.application.ports.refresh_lock import RefreshLock
from token_svc.application.ports.token_cache import TokenCache

_NUMBERS = itertools.count(1)


class AccountSvc:
    """The internal endpoints as the contract writes them; refuses what it does not know."""

    def __init__(self, stored: MemoryCredentialSource, leases: MemoryRefreshLeases) -> None:
        self.stored = stored
        self.leases = leases
        self.is_down = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = (await receive()).get("body", b"")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        assert headers["authorization"].startswith("Bearer ey")
        status, answer = await self._answer(scope["method"], scope["path"], json.loads(body) if body else None)
        media_type = b"application/problem+json" if status >= 400 else b"application/json"
        is_passing = status == 503 or (status == 409 and answer["code"] == "refresh_lease_held")
        headers = [(b"content-type", media_type), *([(b"retry-after", b"3")] if is_passing else [])]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode() if answer is not None else b""})

    async def _answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if self.is_down:
            return 503, problem(503, "temporarily_unavailable")
        try:
            return await self._serve(method, path.split("/")[3:], body)
        except Unavailable:
            return 503, problem(503, "temporarily_unavailable")
        except LeaseHeld:
            return 409, problem(409, "refresh_lease_held")
        except DomainError as error:
            status = 404 if error.code.endswith("not_found") else 403
            return status, problem(status, error.code)
        except Conflict:
            return 409, problem(409, "version_conflict")

    async def _serve(self, method: str, path: list[str], body: Any) -> tuple[int, Any]:
        match (method, *path):
            case ("GET", "accounts", account_id, "credentials"):
                found = await self.stored.account(account_id)
                application = application_body(found.application)
                token = {"refresh_token": found.refresh_token.reveal(), "refresh_token_version": found.refresh_token_version}
                role = {"role_arn": found.role_arn, "external_id": found.external_id}
                account = {name: value for name, value in asdict(found.account).items() if name != "client_id"}
                return 200, {"account": account | {"new_field": 1}, "application": application, **token, **role}
            case ("GET", "applications", application_id, "credentials"):
                return 200, application_body(await self.stored.application(application_id))
            case ("PUT", "accounts", account_id, "refresh-token"):
                assert set(body) == {"expected_version", "refresh_token"}
                version = await self.stored.replace_refresh_token(
                    account_id, expected_version=body["expected_version"], refresh_token=Secret(body["refresh_token"])
                )
                return 200, {"refresh_token_version": version}
            case ("POST", "accounts", account_id, "authorization-failures"):
                assert set(body) == {"error", "error_description", "refresh_token_version"}
                await self.stored.report_authorization_failure(
                    account_id,
                    error=body["error"],
                    description=body["error_description"],
                    refresh_token_version=body["refresh_token_version"],
                )
                return 204, None
            case ("POST", "accounts", account_id, "refresh-leases"):
                assert set(body) == {"refresh_token_version", "seconds"}
                lease = await self.leases.take(account_id, **body)
                return 201, {"lease_id": lease.id, "expires_at": "2026-01-01T00:00:00Z", "in_doubt": lease.is_in_doubt}
            case ("DELETE", "accounts", account_id, "refresh-leases", lease_id):
                await self.leases.end(RefreshLease(account_id=account_id, id=lease_id))
                return 204, None
        return 404, problem(404, "not_found")


def application_body(application: Any) -> dict[str, Any]:
    following = application.client_secret_next
    return {
        "id": application.id,
        "client_id": application.client_id,
        "client_secret": application.client_secret.reveal(),
        "client_secret_next": following.reveal() if following else None,
        "role_arn": application.role_arn,
        "kind": application.kind,
    }


def problem(status: int, code: str) -> dict[str, Any]:
    return {"type": f"urn:sellerport:problem:{code}", "title": code, "status": status, "code": code}


@pytest.fixture
def speaking_to_account_svc(identities):
    """A client of a strict stand-in of account-svc: `async with speaking_to_account_svc(stored, leases) as (client, server)`."""

    @asynccontextmanager
    async def speaking(stored: MemoryCredentialSource, leases: MemoryRefreshLeases | None = None) -> AsyncIterator[Any]:
        server = AccountSvc(stored, leases or MemoryRefreshLeases(stored, ManualClock()))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://account-svc") as http:
            issuer = identities.issuer("token-svc")
            yield ServiceClient(http, issuer=issuer, audience="account-svc", scopes=SCOPES, deadline_seconds=5), server

    return speaking


@dataclass
class Replica:
    cache: TokenCache
    lock: RefreshLock
    floors: AccountFloors


@dataclass
class Fleet:
    """Two replicas on one shared store, and the clock of both."""

    clock: ManualClock
    one: Replica
    two: Replica


@pytest.fixture(params=["memory", "nats"])
async def fleet(request) -> AsyncIterator[Fleet]:
    clock = ManualClock()
    if request.param == "memory":
        store = SharedStore()
        replicas = [Replica(MemoryTokenCache(store), MemoryRefreshLock(store, clock), MemoryAccountFloors(store)) for _ in range(2)]
        yield Fleet(clock, *replicas)
        return
    url = request.getfixturevalue("nats_url")
    bucket_name = f"CONTRACT_{next(_NUMBERS)}"
    async with AsyncExitStack() as stack:
        replicas = []
        for name in ("one", "two"):
            connection = await stack.enter_async_context(NatsConnection.open(url, name))
            bucket = WatchedBucket(connection, clock, bucket=bucket_name, max_age_seconds=3600, timeout=30)
            cache = NatsTokenCache(bucket, EntryCodec(Secret("k" * 40)), clock)
            await stack.enter_async_context(bucket.following(wait_seconds=30))
            replicas.append(Replica(cache, NatsRefreshLock(bucket, clock), NatsAccountFloors(bucket)))
        yield Fleet(clock, *replicas)
