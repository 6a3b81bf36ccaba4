# The targets people and CI use. `make` alone lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WEB := clients/web
STAMPS := .stamps
HOST ?= 0.0.0.0
PORT ?= 8080
WORLD ?= worlds/square
MINUTES ?= 15

KERNELS := $(shell find server protocol bench -name '_*.pyx' 2>/dev/null)
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/public -type f 2>/dev/null) \
	$(wildcard $(WEB)/index.html $(WEB)/vite.config.ts $(WEB)/tsconfig.json)

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench bench-full vectors autobahn soak fuzz clean bench-client soak-client \
	kernels-checked wheel-smoke browser-ready kills

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

# -- set-up: each stamp is renewed when what it was made from changes ------------------------------

$(STAMPS)/venv: constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Aukio needs Python 3.11 or newer."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r constraints.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/kernels: $(STAMPS)/venv setup.py $(KERNELS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation --editable .
	@touch $@

$(STAMPS)/npm: $(WEB)/package-lock.json
	@command -v npm >/dev/null || { echo "Aukio's web client needs Node 20 or newer with npm."; exit 1; }
	cd $(WEB) && npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/client: $(STAMPS)/npm $(WEB_SOURCES)
	cd $(WEB) && npm run --silent build
	@touch $@

setup: $(STAMPS)/kernels $(STAMPS)/client ## build everything; programs land in .venv/bin

# -- using it --------------------------------------------------------------------------------------

run: setup ## serve the example world (HOST=, PORT=, WORLD=)
	@exec $(BIN)/aukio serve $(WORLD) --host $(HOST) --port $(PORT)

# -- proving it ------------------------------------------------------------------------------------

browser-ready:
	@command -v chromium >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; \
		else \
			echo "The browser tests need Chromium: run 'apt-get install chromium' as root."; exit 1; \
		fi; }

test: setup browser-ready ## all tests: Python, TypeScript, browser
	cd $(WEB) && npm test --silent
	$(BIN)/python -m pytest -q

check: setup ## lint, types, generated files, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m aukio_protocol.codegen --check
	$(BIN)/python -m aukio_protocol.vectors --check
	$(BIN)/python tests/jitter_trace.py --check
	$(BIN)/python -m pytest -q tests/architecture
	cd $(WEB) && npm run --silent check

kernels-checked: setup ## the kernel tests with bounds checks on
	rm -rf build/checked-tree && mkdir -p build/checked-tree
	AUKIO_CHECKED_KERNELS=1 $(BIN)/python setup.py -q build_ext --build-lib build/checked-tree \
		--build-temp build/checked-temp
	$(BIN)/python tests/checked_kernels.py build/checked-tree

wheel-smoke: ## the wheel works in an empty environment and any folder
	sh tests/wheel_smoke.sh

vectors: $(STAMPS)/kernels ## renew golden bytes, generated TypeScript and SPEC tables
	$(BIN)/python -m aukio_protocol.codegen
	$(BIN)/python -m aukio_protocol.vectors
	$(BIN)/python tests/movement_cases.py
	$(BIN)/python tests/jitter_trace.py

kills: setup ## what was told to be saved survives a hundred crashes
	AUKIO_KILLS=100 $(BIN)/python -m pytest -q tests/scenarios/test_kept_state.py

bench: setup ## every mix once, short: 8 to 10 minutes
	$(BIN)/aukio bench set short

bench-full: setup ## what is claimed, as medians of five: 54 to 60 minutes
	$(BIN)/aukio bench set full

bench-client: setup browser-ready ## script a frame of the web client with 300 people in view
	$(BIN)/python bench/client/frames.py

soak-client: setup browser-ready ## people come and go for MINUTES; does the web client's memory stay flat?
	$(BIN)/python bench/client/memory.py --minutes $(MINUTES)

autobahn: setup ## the Autobahn suite of websocket conformance (needs Python 2.7)
	$(BIN)/python bench/autobahn/run.py

soak: setup ## churn for MINUTES and watch memory, descriptors and threads
	$(BIN)/aukio bench soak --minutes $(MINUTES)

fuzz: setup ## random bytes against the session and the lane for MINUTES
	$(BIN)/python tests/server/session/fuzz_session.py --minutes $(MINUTES)
	PYTHONPATH=server:tests $(BIN)/python tests/server/transport/fuzz_lane.py $$(( $(MINUTES) * 60 ))

clean: ## forget everything that was built
	rm -rf build dist $(STAMPS) $(WEB)/dist *.egg-info
	find server protocol bench \( -name '_*.so' -o -name '_*.c' \) -delete
