"""What only a real process shows: sockets that are cut, signals, and state that outlives it."""

import http.client
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from simulator.config import Config

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"
ROLE = "arn:aws:iam::123456789012:role/seller"


def _seller(simulator: Any, **content: Any) -> str:
    return str(simulator.control("POST", "sellers", region="NA", marketplaces=["US"], **content)["selling_partner_id"])


def _get(url: str, headers: dict[str, str]) -> httpx.Response:
    return httpx.get(url, headers=headers, timeout=60)


def _refresh(simulator: Any, refresh_token: str) -> httpx.Response:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": Config.client_id,
        "client_secret": Config.client_secret,
    }
    return httpx.post(simulator.url("MAIN") + "/auth/o2/token", data=form, timeout=60)


def _access(simulator: Any, seller: str) -> dict[str, str]:
    return {"x-amz-access-token": _refresh(simulator, simulator.refresh_token(seller)).json()["access_token"]}


def test_kill_loses_no_refresh_token_and_a_stop_loses_nothing(start_simulator: Any) -> None:
    simulator = start_simulator()
    seller = _seller(simulator, orders=10, rotates_refresh_tokens=True)
    first = simulator.refresh_token(seller)
    rotated = _refresh(simulator, first).json()["refresh_token"]
    assert simulator.stop(signal.SIGKILL) == -signal.SIGKILL
    simulator = start_simulator()
    current = _refresh(simulator, rotated).json()["refresh_token"]
    created = simulator.control("POST", f"sellers/{seller}/orders", order_id="903-1-1")["count"]
    assert created == 1
    assert simulator.stop(signal.SIGTERM) == 0
    simulator = start_simulator()
    kept = {order["order_id"] for order in simulator.control("GET", f"sellers/{seller}/orders")["orders"]}
    assert "903-1-1" in kept
    assert len(kept) == 11
    assert _refresh(simulator, current).status_code == 200


def test_a_cut_answer_ends_in_the_middle_of_its_body(start_simulator: Any) -> None:
    simulator = start_simulator()
    headers = _access(simulator, _seller(simulator, orders=50))
    simulator.control("POST", "faults", target="spapi", kind="cut", times=1)
    url = simulator.url("NA") + "/orders/2026-01-01/orders?createdAfter=2026-01-01T00:00:00Z"
    with pytest.raises(httpx.RemoteProtocolError):
        _get(url, headers=headers)
    assert _get(url, headers=headers).status_code == 200
    entries = simulator.control("GET", "ledger?operation=searchOrders")["entries"]
    assert [("fault" in entry, "ids" in entry) for entry in entries] == [(True, False), (False, True)]


def test_a_slow_answer_takes_its_time_and_delays_nobody_else(start_simulator: Any) -> None:
    simulator = start_simulator()
    slow, quick = (_access(simulator, seller) for seller in (_seller(simulator), _seller(simulator)))
    slow_seller = simulator.control("GET", "sellers")["sellers"][0]["selling_partner_id"]
    slow_for = {"target": "spapi", "kind": "slow", "times": 1, "selling_partner_id": slow_seller}
    simulator.control("POST", "faults", **slow_for, delay_ms=300)
    assert _get(simulator.url("NA") + PARTICIPATIONS, headers=slow).elapsed.total_seconds() >= 0.3
    simulator.control("POST", "faults", **slow_for, delay_ms=60_000)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(_get, simulator.url("NA") + PARTICIPATIONS, headers=slow)
        while simulator.control("GET", "faults")["faults"]:
            assert not waiting.done()  # its fault is used up as soon as it is under way
        assert _get(simulator.url("NA") + PARTICIPATIONS, headers=quick).status_code == 200
        assert not waiting.done()
        simulator.stop(signal.SIGKILL)
        assert isinstance(waiting.exception(), httpx.TransportError)


def test_two_hosts_in_one_request_are_refused(start_simulator: Any) -> None:
    simulator = start_simulator()
    headers = _access(simulator, _seller(simulator))
    connection = http.client.HTTPConnection("127.0.0.1", simulator.ports["NA"])
    connection.putrequest("GET", PARTICIPATIONS, skip_host=True)
    for name, value in (("Host", "a.example"), ("Host", "b.example"), *headers.items()):
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()


class _Sts(BaseHTTPRequestHandler):
    """An STS that answers as moto's does."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        text = (
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><SessionToken>from-behind</SessionToken>"
            "<SecretAccessKey>secret-from-behind</SecretAccessKey><AccessKeyId>ASIABEHIND</AccessKeyId>"
            "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        )
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.send_header("content-type", "text/xml")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: Any) -> None:
        """Stays silent."""


def test_credentials_from_the_sts_behind_open_signed_calls(start_simulator: Any) -> None:
    behind = HTTPServer(("127.0.0.1", 0), _Sts)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    try:
        simulator = start_simulator(SIM_MOTO_URL=f"http://127.0.0.1:{behind.server_port}")
        simulator.control("POST", "roles", role_arn=ROLE, external_id="t")
        form = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": ROLE, "RoleSessionName": "one", "ExternalId": "t"}
        request = AWSRequest("POST", simulator.url("MAIN") + "/sts", {"content-type": "application/x-www-form-urlencoded"}, urlencode(form))
        SigV4Auth(Credentials("AKIA", "secret"), "sts", "us-east-1").add_auth(request)
        answer = httpx.post(simulator.url("MAIN") + "/sts", content=urlencode(form), headers=dict(request.headers.items()), timeout=60)
        assert "from-behind" in answer.text
        signed = AWSRequest("GET", simulator.url("NA") + PARTICIPATIONS, _access(simulator, _seller(simulator)))
        SigV4Auth(Credentials("ASIABEHIND", "secret-from-behind", "from-behind"), "execute-api", "us-east-1").add_auth(signed)
        assert _get(simulator.url("NA") + PARTICIPATIONS, headers=dict(signed.headers.items())).status_code == 200
    finally:
        behind.shutdown()
        behind.server_close()
