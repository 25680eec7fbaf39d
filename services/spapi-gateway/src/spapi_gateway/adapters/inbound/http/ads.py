"""The `/ads/` side of the explicit door."""

from typing import Final

from spapi_gateway.adapters.inbound.http.incoming import BodyStream, Incoming, read_body, read_steering
from spapi_gateway.adapters.inbound.http.principal import Principal
from spapi_gateway.application.call import Call
from spapi_gateway.application.commands.authorize_call import AuthorizeCall
from spapi_gateway.application.commands.forward_ads_call import ForwardAdsCall
from spapi_gateway.application.ports.call_recorder import CallRecord
from spapi_gateway.application.ports.upstream import UpstreamAnswer
from spapi_gateway.domain.accounts import Account, Region
from spapi_gateway.domain.ads import CLIENT_HEADERS, AdsOperations
from spapi_gateway.domain.errors import CallRefusedError
from spapi_gateway.domain.target import check_path, check_query
from svc_kit.errors import PortError

_REGION: Final = "x-sellerport-region"
# Amazon answers 99 of 100 calls within 30 seconds (Amazon Ads "Limits"); a client must not give up before.
_SECONDS: Final = 60.0


class AdsEntrance:
    """Serves a call for an advertising account, once its caller is known."""

    def __init__(self, *, authorize: AuthorizeCall, forward: ForwardAdsCall, max_body: int) -> None:
        self._authorize = authorize
        self._forward = forward
        self._max_body = max_body
        self._operations = AdsOperations()

    async def __call__(self, incoming: Incoming, principal: Principal, account_id: str, record: CallRecord) -> UpstreamAnswer:
        """Return Amazon's answer; raises as the other doors do."""
        check_path(incoming.path)
        check_query(incoming.query)
        operation = self._operations.of(incoming.method, incoming.path)
        record.operation = operation.name
        read_steering(incoming)
        if incoming.special.get("x-sellerport-deadline-ms", "0").strip("0") == "":
            incoming.seconds = _SECONDS
        record.lane = incoming.lane.name.lower()
        account = await self._authorize.for_ads(principal.tenant, account_id, incoming.seconds)
        region = _region(incoming, account)
        record.tenant, record.region = account.tenant, region.value
        body = await read_body(incoming, self._max_body, needs_all=False)
        call = Call(
            account_id=account_id,
            operation=operation,
            method=incoming.method,
            path=incoming.path,
            query=incoming.query,
            headers=[(name, value) for name, value in incoming.headers if name not in CLIENT_HEADERS],
            body=aiter(body) if isinstance(body, BodyStream) else body,
            lane=incoming.lane,
            patience=incoming.patience,
            seconds=incoming.seconds,
        )
        try:
            return await self._forward(call, account, region, record)
        except PortError:
            if isinstance(body, BodyStream) and body.refusal is not None:
                raise body.refusal from None
            raise


def _region(incoming: Incoming, account: Account) -> Region:
    text = incoming.special.get(_REGION)
    if text is None:
        return account.region
    try:
        return Region(text)
    except ValueError:
        raise CallRefusedError("invalid_header", f"{_REGION} must be NA, EU or FE.") from None
