# The portal's commands. A newcomer needs `make run` and `make test`; Python 3.11 or newer is all they ask for.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONPATH := $(CURDIR)

.PHONY: install run test check bench bench-analysis soak css screens lock clean

install: $(VENV)/.installed

$(VENV)/.installed: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

run: install
	@$(BIN)/python -m portal.launch

test: check
	$(BIN)/pytest -n 2 --dist loadgroup

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates

bench: install
	$(BIN)/python -m bench --out docs/benchmarks.md

bench-analysis: install
	OMP_NUM_THREADS=2 $(BIN)/python -m bench.analysis

soak: install
	$(BIN)/pytest -m soak tests/soak
	NAUGHTY_EVERY=1 GENERATED_REQUESTS=100000 $(BIN)/pytest -n 2 tests/security/test_naughty.py tests/security/test_generated_requests.py

css: install
	$(BIN)/python tools/bundle_css.py

screens: install
	$(BIN)/python -m tools.screens

lock: install
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements.txt -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements-dev.txt -o requirements-dev.lock

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache
