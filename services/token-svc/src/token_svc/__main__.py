"""`python -m token_svc serve|openapi`."""

import os
import sys

from svc_kit.program import print_openapi, run, settings_or_exit
from token_svc.adapters.inbound.http.api import SERVICE, build_api
from token_svc.adapters.inbound.serving import Serving
from token_svc.bootstrap import build_app
from token_svc.config import Config

if __name__ == "__main__":
    command = sys.argv[1] if len(sys.argv) == 2 else ""  # noqa: PLR2004 - the program and one command
    if command == "openapi":
        print_openapi(build_api(Serving()))
    elif command == "serve":
        config = settings_or_exit(Config.from_env, os.environ)
        run(SERVICE, config, lambda: build_app(config))
    else:
        sys.exit("usage: python -m token_svc serve|openapi")
