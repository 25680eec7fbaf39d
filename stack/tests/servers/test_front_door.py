"""The front door's routes, with stand-ins behind it that say what reached them."""

import http.client
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sellerport_stack.config import StackConfig
from sellerport_stack.front_door.site import FrontDoor
from sellerport_stack.processes import Process
from sellerport_stack.servers import caddy
from sellerport_stack.servers.ports import free_port, is_taken
from sellerport_stack.state.folder import StateFolder


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = json.dumps(
            {"service": self.server.name, "uri": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}}
        ).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - http.server's name

    def log_message(self, *_args):
        """Nobody reads it."""


def _free_base():
    while True:
        base = free_port()
        if not any(is_taken(base + offset) for offset in range(6)):
            return base


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    config = StackConfig(
        port_base=_free_base(), state=StateFolder(tmp_path_factory.mktemp("door") / "state"), project=tmp_path_factory.mktemp("p")
    )
    config.state.create()
    ports, servers = config.ports, []
    for name, port in {"account": ports.account_svc, "token": ports.token_svc, "gateway": ports.spapi_gateway}.items():
        server = ThreadingHTTPServer(("127.0.0.1", port), _Echo)
        server.daemon_threads = True
        server.name = name
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
    made = FrontDoor(config)
    made.write()
    log = config.state.log("caddy")
    spec = caddy.spec(caddyfile=made.caddyfile, http=ports.front_door, https=ports.sdk, authority=made.ca_bundle, log=log)
    process = Process(spec)
    process.start()
    try:
        process.wait_ready()
        yield made
    finally:
        process.stop()
        for server in servers:
            server.shutdown()
            server.server_close()


def ask(door, uri, *, method="GET", host=None, sdk=False):
    ports = door.config.ports
    if sdk:
        context = ssl.create_default_context(cafile=str(door.ca_bundle))
        connection = http.client.HTTPSConnection(sdk, ports.sdk, context=context, timeout=30)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", ports.front_door, timeout=30)
    connection.putrequest(method, uri, skip_host=host is not None, skip_accept_encoding=True)
    for name, value in {"host": host, "x-probe": "1"}.items():
        if value:
            connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.mark.parametrize(
    ("uri", "service"),
    [
        ("/api/v1/accounts", "account"),
        ("/api/v1/amazon/oauth/callback?state=x%2By", "account"),
        ("/v1/accounts/a/spapi/orders/v0/orders?a=b;c&d=%20", "gateway"),
        ("/v1/accounts/a/spapi/%2e%2e/x%2Fy//z", "gateway"),
        ("/v1/operations", "gateway"),
        ("/auth/o2/token", "token"),
    ],
)
def test_each_path_reaches_its_service_with_its_bytes(door, uri, service):
    _, body = ask(door, uri)
    assert (json.loads(body)["service"], json.loads(body)["uri"]) == (service, uri)


@pytest.mark.parametrize(
    "uri", ["/internal/v1/accounts/a/credentials", "//internal/v1", "/%69nternal/v1/x", "/v1/tokens", "/metrics", "/health/ready"]
)
def test_what_is_not_for_the_outside_is_not_found(door, uri):
    answer, body = ask(door, uri)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert json.loads(body)["code"] == "not_found"


def test_a_service_that_does_not_answer_is_a_problem_with_retry_after(door):
    answer, body = ask(door, "/api/v1/dashboard/amazon-orders")
    assert (answer.status, answer.headers["retry-after"], json.loads(body)["code"]) == (503, "1", "service_unavailable")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize(
    ("uri", "service"),
    [
        ("/auth/o2/token", "token"),
        ("/orders/v0/orders/%2F..//x?y=%2B+", "gateway"),
        ("/auth/o2/tokens", "gateway"),
        ("/internal/x", "gateway"),
    ],
)
def test_sdks_speak_https_that_the_ca_bundle_vouches_for(door, host, uri, service):
    _, body = ask(door, uri, sdk=host)
    assert (json.loads(body)["service"], json.loads(body)["uri"]) == (service, uri)


def test_nothing_is_added_to_what_the_gateway_gets(door):
    _, body = ask(door, "/orders/v0/orders", sdk="localhost")
    assert set(json.loads(body)["headers"]) == {"host", "x-probe"}


def test_a_path_that_cannot_be_passed_on_byte_for_byte_is_refused(door):
    answer, body = ask(door, "/orders/%2e%2e/%2F/c|d", sdk="localhost")
    assert (answer.status, json.loads(body)["code"]) == (400, "malformed_path")


def test_the_page_waits_for_its_build_then_appears_with_its_guards(door):
    answer, _ = ask(door, "/orders")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    dist = door.config.project / "dashboard" / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<h1>page</h1>")
    (dist / "assets" / "a.js").write_text("1")
    (dist / ".secret").write_text("hidden")
    page, body = ask(door, "/settings/amazon?amazon_connected=true")
    assert (page.status, body, page.headers["cache-control"]) == (200, b"<h1>page</h1>", "no-cache")
    assert f"connect-src 'self' http://127.0.0.1:{door.config.ports.simulator}" in page.headers["content-security-policy"]
    assert ask(door, "/assets/a.js")[0].headers["cache-control"] == "public, max-age=31536000, immutable"
    assert ask(door, "/assets/gone.js")[0].status == 404
    assert b"hidden" not in ask(door, "/.secret")[1]


def test_the_page_learns_its_issuer(door):
    _, body = ask(door, "/config.json")
    issuer = f"http://127.0.0.1:{door.config.ports.simulator}/oidc"
    assert json.loads(body) == {"oidc": {"issuer": issuer, "client_id": "sellerport-dashboard", "audience": "sellerport"}}


def test_the_browser_is_kept_on_one_host(door):
    port = door.config.ports.front_door
    answer, _ = ask(door, "/settings?x=1", host=f"localhost:{port}")
    assert (answer.status, answer.headers["location"]) == (302, f"http://127.0.0.1:{port}/settings?x=1")
    assert ask(door, "/api/v1/accounts", host=f"localhost:{port}")[0].status == 200


def test_a_page_cannot_be_written(door):
    assert ask(door, "/settings", method="POST")[0].status == 405
