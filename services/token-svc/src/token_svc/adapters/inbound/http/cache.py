"""GET and DELETE /v1/cache."""

from litestar import delete, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from svc_kit.web import requires
from token_svc.adapters.inbound.serving import Serving
from token_svc.application.queries.cache_stats import CacheReport


def cache_routes(serving: Serving) -> list[HTTPRouteHandler]:
    """Return the handlers by which operators and account-svc look after the cache."""

    @get("/v1/cache", guards=[requires("cache:read")], tags=["cache"], sync_to_thread=False, summary="Figures of the token cache")
    def show_cache() -> CacheReport:
        """Return sizes, hits, misses, refreshes, errors and ages; never a token."""
        return serving.use_cases.cache_stats()

    @delete("/v1/cache", guards=[requires("cache:clear")], tags=["cache"], summary="Forget all tokens")
    async def clear_all() -> None:
        """Forget every cached credential in all replicas."""
        await serving.use_cases.clear_cache(reason="asked for")

    @delete("/v1/cache/{account_id:str}", guards=[requires("cache:clear")], tags=["cache"], summary="Forget an account's tokens")
    async def clear_account(account_id: FromPath[str]) -> None:
        """Forget every cached credential of one account in all replicas."""
        await serving.use_cases.clear_cache(account_id, reason="asked for")

    return [show_cache, clear_all, clear_account]
