# Two commands do everything:  make demo   /   make test
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUM = $(shell cat $(1) | cksum | cut -d' ' -f1)
RUN := $(VENV)/.run-$(call SUM,requirements.txt)
TEST := $(VENV)/.test-$(call SUM,requirements.txt tests/requirements.txt)
PIP := $(PY) -m pip --python $(BIN)/python install -qq --disable-pip-version-check --no-deps
HASHED := --only-binary :all: --require-hashes

.PHONY: demo test more both check format soak bench lock clean

demo: $(RUN)
	@$(BIN)/python -m bot demo

test: $(TEST)
	@$(BIN)/python -m pytest -n auto --dist worksteal

# The tests that take long; `make check` runs them after the others.
more: $(TEST)
	@$(BIN)/python -m pytest -n auto --dist worksteal --long only

# Every test that has a store, on SQLite and on PostgreSQL: more than twice as long as `check`.
both: $(TEST)
	@$(BIN)/python -m pytest -n auto --dist worksteal --databases both --long all

# Exactly what .ci/run runs; the tests through the README's own command.
check: $(TEST)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m bot check-content
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory more

format: $(TEST)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# The long runs: they print figures and never fail on time.
soak: $(TEST)
	@$(BIN)/python -m benchmarks.soak

# All of it writes benchmarks/RESULTS.md; `make bench PARTS="press growth"` prints these alone.
bench: $(TEST)
	@$(BIN)/python -m benchmarks $(PARTS)

# --without-pip works where Debian's python3-venv (ensurepip) is missing, and pip --python
# installs into the environment without being stopped by PEP 668.
$(BIN)/python:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kollega needs Python 3.11 or newer.")'
	@$(PY) -m venv --without-pip $(VENV)

$(RUN): requirements.txt | $(BIN)/python
	@echo "Setting up (once, about half a minute) ..."
	@$(PIP) $(HASHED) -r requirements.txt
	@touch $@

$(TEST): requirements.txt tests/requirements.txt pyproject.toml | $(BIN)/python
	@echo "Setting up the tests (once, about a minute) ..."
	@$(PIP) $(HASHED) -r tests/requirements.txt
	@$(PIP) --no-build-isolation -e .
	@touch $(RUN) $@

# The lock holds hashes and no address of any registry. uv lives in a folder of its own.
LOCK = .venv-lock/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q
lock:
	@test -x .venv-lock/bin/uv || ($(PY) -m venv --without-pip .venv-lock && $(PY) -m pip --python .venv-lock/bin/python install -q uv)
	$(LOCK) -o requirements.txt
	$(LOCK) --group test -c requirements.txt -o tests/requirements.txt

clean:
	rm -rf $(VENV) .venv-lock .mypy_cache .ruff_cache .pytest_cache .hypothesis
