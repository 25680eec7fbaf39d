import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from sellerport_stack.servers.ports import free_port

APPLICATION = """
import asyncio, sys
from contextlib import asynccontextmanager
from litestar import get
from svc_kit.server import serve
from svc_kit.web import build_litestar

@asynccontextmanager
async def life(_app):
    yield
    print("closed", flush=True)

@get("/slow", opt={"public": True})
async def slow() -> str:
    print("started", flush=True)
    await asyncio.sleep(float(sys.argv[2]))
    return "done"

def build():
    return build_litestar(service="t", version="1", route_handlers=[slow], statuses={}, lifespan=[life])

serve(build, host="127.0.0.1", port=int(sys.argv[1]), drain_seconds=float(sys.argv[3]))
"""


async def printed(process, line: bytes) -> None:
    async with asyncio.timeout(60):
        while (found := await process.stdout.readline()) != line:
            assert found, "it ended without saying so"  # the process may have ended while its lines are read


@pytest.fixture
async def start(tmp_path: Path):
    script = tmp_path / "app.py"
    script.write_text(APPLICATION)
    started = []

    async def run(seconds: float, drain: float):
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(script), str(port), str(seconds), str(drain), stdout=asyncio.subprocess.PIPE, env=dict(os.environ)
        )
        started.append(process)
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60)
        async with asyncio.timeout(60):
            while True:
                try:
                    await client.get("/health/live")
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
                else:
                    return process, client

    yield run
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_request_under_way_ends_before_the_process_does(start):
    process, client = await start(0.5, 10)
    answer = asyncio.create_task(client.get("/slow"))
    await printed(process, b"started\n")
    process.send_signal(signal.SIGTERM)
    assert (await answer).text == "done"
    await printed(process, b"closed\n")
    assert await process.wait() == 0
    await client.aclose()


async def test_a_request_that_does_not_end_is_cut_after_the_drain_time(start):
    process, client = await start(3600, 0.3)
    answer = asyncio.create_task(client.get("/slow"))
    await printed(process, b"started\n")
    process.send_signal(signal.SIGTERM)
    with suppress(httpx.TransportError):  # cut without an answer is as good as an error
        assert (await answer).is_server_error
    async with asyncio.timeout(60):
        await process.wait()
    await client.aclose()


async def test_killing_the_process_frees_its_port(start):
    process, client = await start(0, 1)
    await client.aclose()
    process.kill()
    await process.wait()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(client.base_url.host, client.base_url.port)


async def test_a_service_does_not_pay_for_libraries_it_does_not_use():
    build = "svc_kit.web.build_litestar(service='t', version='1', route_handlers=[], statuses={})"
    program = f"import svc_kit.web, sys; {build}; print('pydantic' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert (await process.communicate())[0] == b"False\n"


async def test_caller_that_is_still_sending_reads_the_refusal(start):
    _, client = await start(0, 5)
    answers = [await client.post("/nowhere", content=b"x" * (8 << 20)) for _ in range(3)]
    await client.aclose()
    assert [answer.status_code for answer in answers] == [404, 404, 404]
