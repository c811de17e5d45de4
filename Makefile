# What one does with a checkout. `make demo` and `make test` need nothing but Python 3.11 or newer.
VENV ?= .venv
BIN := $(VENV)/bin
export PYTHON VENV
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help environment environment-dev demo test check bench browser soak schema lock upgrade clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

environment:
	@infra/environment.sh

environment-dev:
	@infra/environment.sh --dev

demo: environment ## Build a demonstration bank and serve it (PYTHON=… chooses the interpreter)
	@$(BIN)/tenure demo

test: environment-dev ## Run the tests (ARGS=… are given to pytest)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow and not browser" $(ARGS)

check: environment-dev ## Lint, types, import contracts, GraphQL contract, policies, container, locks
	@$(BIN)/python -m infra.check

bench: environment-dev ## Measure the figures that the documentation quotes
	$(BIN)/python -m tests.benchmarks

browser: environment-dev ## Run the web client's tests in headless Chromium
	$(BIN)/python -m pytest -m browser tests/browser $(ARGS)

soak: environment-dev ## Run the long tests that `make test` leaves out
	$(BIN)/python -m pytest -m slow $(ARGS)

schema: environment ## Export the GraphQL contract after a change
	$(BIN)/tenure schema export

lock: environment-dev ## Resolve the locks after a change of requirements
	$(BIN)/python -m infra.lock

upgrade: environment-dev ## Resolve the locks with the newest versions
	$(BIN)/python -m infra.lock --upgrade

clean: ## Remove the environment and the demonstration
	rm -rf $(VENV) .tenure
