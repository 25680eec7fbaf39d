"""`python -m spapi_gateway serve|openapi`."""

import os
import sys

from spapi_gateway.adapters.inbound.http.api import SERVICE
from spapi_gateway.bootstrap import build_app, describe_app
from spapi_gateway.config import Config
from svc_kit.program import print_openapi, run, settings_or_exit

if __name__ == "__main__":
    command = sys.argv[1] if len(sys.argv) == 2 else ""  # noqa: PLR2004 - the program and one command
    if command == "openapi":
        print_openapi(describe_app())
    elif command == "serve":
        config = settings_or_exit(Config.from_env, os.environ)
        run(SERVICE, config, lambda: build_app(config))
    else:
        sys.exit("usage: python -m spapi_gateway serve|openapi")
