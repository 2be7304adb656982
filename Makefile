# Everything starts from here: on a machine with Python 3.11 or later, each target sets up what it needs. What makes
# generated files again (python -m tests.make_docs, the lock file, pictures) is in CONTRIBUTING.md.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Compiled once, in the environment: each worker and each program that a test starts would compile all again.
COMPILED := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/$(VENV)/compiled
TESTS  := $(COMPILED) $(BIN)/python -m pytest -n auto --dist worksteal

.DEFAULT_GOAL := check
.PHONY: setup run test check night bench release clean

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

test: $(READY) ## the tests; ARGS="tests/domain -x" some of them
	@$(COMPILED) $(BIN)/python -m compileall -q ctg_tui tests
	$(TESTS) -m "not night" $(ARGS)

check: $(READY) ## what has to be green before a commit is shared: lint, format, types, layers, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/lint-imports --no-cache tests/circles.toml
	@$(MAKE) --no-print-directory test

night: $(READY) ## every test on more examples, kills and power cuts at each call too
	TESTS_AT_NIGHT=1 LABORATORY=1 $(TESTS) $(ARGS)

bench: $(READY) ## the ratios of docs/measures.md
	@$(BIN)/python -m compileall -q ctg_tui tests
	$(BIN)/python -m tests.bench $(ARGS)

release: $(READY) ## every file of a release in dist/, each tried; ARGS="--interpreter python-3.13.11-embed-amd64.zip"
	$(BIN)/python -m tests.release $(ARGS)

clean: ## takes the environment and what the tools left away
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
