"""`python -m account_svc serve|migrate|openapi|keys …|audit verify [EARLIER]`."""

import asyncio
import os
import sys

from account_svc.adapters.inbound.http.api import SERVICE, build_api
from account_svc.bootstrap import audit, build_app, manage_keys, migrate_database
from account_svc.config import AuditConfig, Config, KeysConfig, MigrationConfig
from svc_kit.program import print_openapi, run, settings_or_exit

if __name__ == "__main__":
    match sys.argv[1:]:
        case ["openapi"]:
            print_openapi(build_api())
        case ["migrate"]:
            asyncio.run(migrate_database(settings_or_exit(MigrationConfig.from_env, os.environ)))
        case ["audit", "verify", *earlier] if len(earlier) <= 1:
            sys.exit(asyncio.run(audit(settings_or_exit(AuditConfig.from_env, os.environ), *earlier)))
        case ["serve"]:
            run(SERVICE, config := settings_or_exit(Config.from_env, os.environ), lambda: build_app(config))
        case ["keys", *arguments]:
            sys.exit(asyncio.run(manage_keys(settings_or_exit(KeysConfig.from_env, os.environ), arguments)))
        case _:
            sys.exit("usage: python -m account_svc serve|migrate|openapi|keys …|audit verify [EARLIER]")
