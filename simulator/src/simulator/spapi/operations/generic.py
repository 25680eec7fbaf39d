"""The answer of operations whose state the simulator does not keep."""

from simulator.spapi.call import Call
from simulator.web.response import Response

_NO_CONTENT = 204


def generic_answer(call: Call) -> Response:
    """The catalogue's success status with an empty answer in the API's own envelope: wrapped in v0 and v1, bare in the dated APIs."""
    if call.operation.ok == _NO_CONTENT:
        return Response(_NO_CONTENT)
    return Response.of(call.operation.ok, {"payload": {}} if call.operation.wraps_payload else {}, call.operation.produces)
