# Everything starts here; a fresh machine needs only Python >= 3.11 (uv is used when it is there).
.DEFAULT_GOAL := all
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= auto
# LC_ALL=C keeps Python from reading the editable install below a folder with a Chinese name; without it UTF-8 is used
ifneq ($(filter C POSIX,$(LC_ALL)),)
unexport LC_ALL
endif
# what is compiled once is kept: else every run, and every worker of it, compiles all tests again
unexport PYTHONDONTWRITEBYTECODE

.PHONY: all demo test county stress mutants lint types docs record smoke bench data lock audit clean

all: lint types test

# with LOCKED=1, as .ci/run has it, the versions and hashes of requirements.lock and no others
# byte-compiled by hand: uv does not, and without it every command starts three times slower
.venv/.test: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("bbcs needs Python 3.11 or newer; set PYTHON=python3.x" if sys.version_info < (3, 11) else 0)'
	@if [ -n "$(LOCKED)" ]; then $(PYTHON) -m venv .venv && $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .; \
	elif command -v uv >/dev/null 2>&1; then uv venv -q --allow-existing --python $(PYTHON) .venv && uv pip install -q --python $(BIN)/python -e '.[dev]'; \
	else $(PYTHON) -m venv .venv && $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'; fi
	@$(BIN)/python -m compileall -q .venv/lib src || true
	@touch $@

demo: .venv/.test
	@$(BIN)/python -m compileall -q src
	@rm -rf demo
	@$(BIN)/bbcs demo demo
	@$(BIN)/python docs/tour.py demo

test: .venv/.test
	@$(BIN)/python -m compileall -q src
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# the ledger on PostgreSQL, whole: the contract, the sessions, rights, faults; on Debian's server
county: .venv/.test
	BBCS_COUNTY=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/test_sessions_county.py tests/store -k "postgres or county"

# property tests and state machines twenty times as long; not part of the checks before landing
stress: .venv/.test
	@$(BIN)/python -m compileall -q src
	BBCS_PROFILE=stress $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# one-line changes of the source, each of which a test must notice
mutants: .venv/.test
	$(BIN)/python tests/mutants

lint: .venv/.test
	$(BIN)/ruff check src tests benchmarks docs examples
	$(BIN)/ruff format --check src tests benchmarks docs examples

types: .venv/.test
	$(BIN)/mypy

docs: .venv/.test
	$(BIN)/python docs/generate.py

record: .venv/.test
	$(BIN)/python -m pytest -q tests/test_sessions.py --record

# --help with nothing but the run-time dependencies
smoke:
	@rm -rf .venv-smoke && $(PYTHON) -m venv .venv-smoke && .venv-smoke/bin/python -m pip install -q --disable-pip-version-check .
	.venv-smoke/bin/bbcs --help >/dev/null && .venv-smoke/bin/bbcs intake --help >/dev/null && .venv-smoke/bin/bbcs demo .venv-smoke/demo -q >/dev/null
	@rm -rf .venv-smoke

bench: .venv/.test
	@$(BIN)/python -m compileall -q src
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/deadlines.py
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/search.py
	$(BIN)/python benchmarks/imports.py xlsx 10000 csv 10000

# rewrites the generated files that are shipped
data: .venv/.test
	$(BIN)/python tests/calendar/generate_statutory.py
	$(BIN)/python -m bbcs.store.tables > src/bbcs/data/schema.sql
	$(BIN)/python -m bbcs.store.tables postgresql > src/bbcs/data/postgres.sql
	$(BIN)/python tests/store/generate_postgres_shape.py

# every version that pyproject.toml allows now, with its hashes
lock:
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install -q --disable-pip-version-check uv
	(echo '# Made by `make lock` from pyproject.toml; .ci/run installs it and audits it.'; \
	.venv-lock/bin/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q) > requirements.new
	mv requirements.new requirements.lock && rm -rf .venv-lock

# known faults of the versions in requirements.lock; an index that cannot tell is said so, line by line
audit:
	$(PYTHON) -m venv .venv-audit && .venv-audit/bin/python -m pip install -q --disable-pip-version-check pip-audit
	.venv-audit/bin/pip-audit --require-hashes --disable-pip -r requirements.lock
	@rm -rf .venv-audit

clean:
	rm -rf .venv .venv-smoke .venv-lock .venv-audit demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
