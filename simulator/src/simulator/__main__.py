"""``python -m simulator``: starts the simulator with the settings of the environment."""

import os
import sys

import uvloop

from simulator.config import Config, ConfigError
from simulator.server import serve


def main() -> int:
    """Serves until it is told to stop; 2 when the settings are wrong."""
    try:
        config = Config.from_env(os.environ)
    except ConfigError as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 2
    uvloop.run(serve(config))
    return 0


if __name__ == "__main__":
    sys.exit(main())
