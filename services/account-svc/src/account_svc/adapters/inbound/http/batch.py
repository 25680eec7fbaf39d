"""POST /api/v1/accounts/batch."""

from http import HTTPStatus
from typing import Any, Literal

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from account_svc.adapters.inbound.http.account_changes import AccountPatchBody
from account_svc.adapters.inbound.http.statuses import STATUSES
from account_svc.adapters.inbound.http.tenancy import tenant_of
from account_svc.adapters.inbound.http.views import AccountView, account_view
from account_svc.application.commands.change_many import BatchAction, BatchResult
from account_svc.application.use_cases import UseCases
from svc_kit.errors import Conflict, DomainError
from svc_kit.identity import Caller
from svc_kit.problem import Problem, current_request_id
from svc_kit.web import user_or


class BatchBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do to which accounts (at most 100); `patch` goes with `update` alone."""

    action: Literal["sync", "disconnect", "update"]
    account_ids: list[str]
    patch: AccountPatchBody | None = None


class BatchItemView(msgspec.Struct, kw_only=True):
    """What became of one account: its status as if it had been asked alone, and the account or the problem."""

    account_id: str
    status: int
    account: AccountView | None
    problem: Problem | None


class BatchView(msgspec.Struct, kw_only=True):
    """One result per account, in the order asked."""

    results: list[BatchItemView]


@post("/api/v1/accounts/batch", guards=[user_or("accounts:admin")], status_code=207, tags=["accounts"])
async def change_many(
    data: JSONBody[BatchBody], caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]
) -> Response[BatchView]:
    """Synchronise, disconnect or change many accounts; each has a result of its own."""
    action = BatchAction(data.action)
    patch = data.patch.to_patch() if data.patch is not None else None
    results = await use_cases.accounts.change_many(tenant_of(caller), action, data.account_ids, patch)
    done = HTTPStatus.ACCEPTED if action is BatchAction.SYNC else HTTPStatus.OK
    return Response(BatchView(results=[_item(result, done) for result in results]), status_code=HTTPStatus.MULTI_STATUS)


def _item(result: BatchResult, done: int) -> BatchItemView:
    problem = _problem(result)
    account = account_view(result.account) if result.account is not None else None
    return BatchItemView(account_id=result.account_id, status=problem.status if problem else done, account=account, problem=problem)


def _problem(result: BatchResult) -> Problem | None:
    error = result.refusal
    if error is None:
        return None
    if isinstance(error, DomainError):
        status, code = STATUSES.get(error.code, HTTPStatus.BAD_REQUEST), error.code
    elif isinstance(error, Conflict):
        status, code = HTTPStatus.CONFLICT, "conflict"
    else:
        status, code = HTTPStatus.SERVICE_UNAVAILABLE, "temporarily_unavailable"
    return Problem.of(status, code, error.detail or "Try again shortly.", request_id=current_request_id())


BATCH_ROUTES: list[Any] = [change_many]
