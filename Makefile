# One word each, the same for people and for CI. Nothing here names an index address: pip's own configuration decides.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: serve test check format bench bench-search soak test-engines docs build wheel lock clean browser

$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "安装依赖 / installing the pinned packages …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

serve: $(STAMP) ## create the environment, build the graph and serve on http://127.0.0.1:8000
	@$(BIN)/zhiyin serve

build: $(STAMP)
	@$(BIN)/zhiyin build

browser:
	@sh tests/web/install_browser.sh

test: $(STAMP) check browser ## every test
	@$(BIN)/python -m pytest

check: $(STAMP) ## linter, formatter and type checker
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(STAMP)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(STAMP) ## speed, beside its peers in the same run
	@$(BIN)/python bench/run.py

bench-search: $(STAMP)
	@$(BIN)/python bench/search.py

soak: $(STAMP)
	@$(BIN)/python bench/soak.py

test-engines: $(STAMP) ## against Fuseki and Virtuoso
	@$(BIN)/python -m pytest tests/engines --engines

wheel: $(STAMP)
	@$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

lock:
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -o requirements.lock

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache
