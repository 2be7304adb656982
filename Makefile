# Everything starts from here: on a machine with Python 3.11 or later, each target sets up what it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Compiled once, in the environment: each worker and each program that a test starts would compile all again.
COMPILED := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/$(VENV)/compiled
PYTEST := $(COMPILED) $(BIN)/python -m pytest
TESTS  := $(PYTEST) -n auto --dist loadgroup -m "not night"

.DEFAULT_GOAL := help
.PHONY: help setup run compiled test night check lint types layers bench robustness docs demo pictures lock release \
        clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(READY) ## the virtual environment, from the lock file

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or later is needed: make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo 'This Python cannot make virtual environments: install its venv module (Debian, Ubuntu: apt install python3-venv), or use another: make PYTHON=python3.12 ...' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

run: $(READY) ## opens the interface; ARGS="liste" runs a command
	@$(BIN)/python -m compileall -q ctg_tui  # without it, each start compiles everything again where caching is off
	@$(BIN)/ctg-tui $(ARGS)

compiled: $(READY)
	@$(COMPILED) $(BIN)/python -m compileall -q ctg_tui
	@$(PYTEST) --collect-only -qq > $(VENV)/collected || { cat $(VENV)/collected; exit 1; }

test: compiled ## the tests that take minutes
	$(TESTS)

night: compiled ## every test, those that take long too, on more examples
	TESTS_AT_NIGHT=1 $(PYTEST) -n auto --dist loadgroup

check: $(READY) ## what has to be green before a commit is shared
	@$(MAKE) --no-print-directory -j2 types compiled lint layers  # the types take one core
	$(TESTS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports
	$(BIN)/lint-imports tests/circles.toml

bench: $(READY) ## the ratios of docs/performance.md
	@$(BIN)/python -m compileall -q ctg_tui tests
	$(BIN)/python -m tests.bench $(ARGS)

robustness: $(READY) ## kills and power cuts at each call, a printed table; about 15 minutes
	@$(BIN)/python -m compileall -q ctg_tui tests
	$(BIN)/python -m tests.laboratory $(ARGS)

docs: $(READY) ## the tables that the docs take from the code
	$(BIN)/python -m tests.make_docs

demo: $(READY) ## the whole job without a keyboard, in demo/
	@$(BIN)/python -m tests.demo demo

pictures: $(READY) ## every page at four sizes in three themes, in pictures/; ARGS="--only grid --theme clair"
	@$(BIN)/python -m tests.pictures pictures $(ARGS)

release: $(READY) ## every file of a release in dist/, each tried; INTERPRETER=python-3.13.11-embed-amd64.zip, of the same version
	$(BIN)/python -m tests.release $(if $(INTERPRETER),--interpreter "$(INTERPRETER)")

lock: $(READY) ## requirements.lock again, after pyproject.toml changed
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --extra dev --python-version 3.11 \
	  --no-emit-index-url --no-emit-package pip --no-header pyproject.toml --output-file requirements.lock

clean: ## takes the environment and what the tools left away
	rm -rf $(VENV) dist build demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
