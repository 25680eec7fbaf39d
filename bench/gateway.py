"""The gateway as it is deployed, except that its credentials come from memory: auth, pacing, signing, metrics and audit are on."""

import os
import sys
from pathlib import Path
from typing import Any

from bench.identities import make_identities

from spapi_gateway.adapters.inbound.http.principal import SellerportTokens
from spapi_gateway.adapters.outbound.jsonlines.call_recorder import JsonLinesCallRecorder
from spapi_gateway.adapters.outbound.memory.credential_source import MemoryCredentialSource
from spapi_gateway.adapters.outbound.pyreqwest.upstream import PyreqwestUpstream
from spapi_gateway.bootstrap import Adapters, build_app
from spapi_gateway.config import Config
from spapi_gateway.domain.accounts import Account, AccountId, Region
from svc_kit.clock import SystemClock
from svc_kit.identity import ServiceDirectory, TokenVerifier
from svc_kit.server import serve


def account(name: str, *, is_signed: bool) -> Account:
    """Return an account of the bench's seller."""
    return Account(
        id=AccountId(name),
        tenant="bench",
        region=Region.NA,
        selling_partner_id=f"A1{name.upper()}",
        marketplaces=("ATVPDKIKX0DER",),
        is_signed=is_signed,
        application="default",
    )


def build() -> Any:
    """Return the application; the folder for keys and the upstream's address come from the environment."""
    folder = Path(os.environ["BENCH_FOLDER"])
    identities = make_identities(folder)
    upstream = os.environ["BENCH_UPSTREAM"]
    environment = {f"AMAZON_SPAPI_ENDPOINT_{region}": upstream for region in ("NA", "EU", "FE")} | {
        "SERVICE_KEY": identities.gateway_key,
        "SERVICE_DIRECTORY_FILE": str(identities.directory_file),
        "OIDC_ISSUER": "http://127.0.0.1:9/oidc",
        "TOKEN_SVC_URL": "http://127.0.0.1:9",
    }
    clock = SystemClock()
    directory = ServiceDirectory.load(identities.directory_file)
    credentials = MemoryCredentialSource(clock, account("signed", is_signed=True), account("plain", is_signed=False))
    return build_app(
        Config.from_env(environment),
        overrides=Adapters(
            clock=clock,
            verifier=TokenVerifier("spapi-gateway", directory, None, clock),
            tokens=SellerportTokens(directory, clock),
            credentials=credentials,
            upstream=PyreqwestUpstream(),
            recorders=(JsonLinesCallRecorder(sys.stdout.buffer.write, clock),),
        ),
    )


if __name__ == "__main__":
    serve(build, host="127.0.0.1", port=int(os.environ["HTTP_PORT"]))
