"""Entry point: see `python -m sellerport_stack --help`."""

import os
import sys

from sellerport_stack.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
