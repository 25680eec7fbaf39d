"""moto's server: the AWS APIs (STS, SQS) of demos and tests."""

import sys
from pathlib import Path

from sellerport_stack.processes import ProcessSpec
from sellerport_stack.servers.ports import LOCALHOST, answers


def spec(*, port: int, log: Path, name: str = "moto") -> ProcessSpec:
    """Describe a moto server on localhost; it keeps its state in memory."""
    return ProcessSpec(
        name=name,
        argv=(sys.executable, "-m", "moto.server", "-H", LOCALHOST, "-p", str(port)),
        # moto answers with these to whoever asks for instance credentials; nothing here is a secret
        env={
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "PYTHONUNBUFFERED": "1",
        },
        log=log,
        ready=lambda: answers(f"{url(port)}/moto-api/data.json"),
        ports={port: "PORT_BASE + 10"},
        stop_seconds=3,
        cure="free the port or choose another PORT_BASE",
    )


def url(port: int) -> str:
    """Return the endpoint of every AWS API on `port`."""
    return f"http://{LOCALHOST}:{port}"
