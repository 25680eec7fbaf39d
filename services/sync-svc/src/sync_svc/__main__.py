"""`python -m sync_svc serve|migrate|openapi`."""

import asyncio
import os
import sys

from svc_kit.clock import SystemClock
from svc_kit.program import print_openapi, run, settings_or_exit
from sync_svc.adapters.inbound.http.api import SERVICE, Served, build_api, end_streams
from sync_svc.bootstrap import build_app, migrate_database
from sync_svc.config import Config, MigrateConfig

if __name__ == "__main__":
    command = sys.argv[1] if len(sys.argv) == 2 else ""  # noqa: PLR2004 - the program and one command
    if command == "openapi":
        print_openapi(build_api(Served(), SystemClock()))
    elif command == "migrate":
        asyncio.run(migrate_database(settings_or_exit(MigrateConfig.from_env, os.environ)))
    elif command == "serve":
        config = settings_or_exit(Config.from_env, os.environ)
        run(SERVICE, config, lambda: build_app(config), on_drain=end_streams)
    else:
        sys.exit("usage: python -m sync_svc serve|migrate|openapi")
