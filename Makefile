# The same words for people and for CI; each sets up what it needs and may be run again at any time.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
READY := .venv/.ready
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: serve test test-cases-full check format generated assets bench bench-search soak test-engines docs wheel browser lock clean

serve: $(READY) assets
	$(BIN)/zhiyin build
	$(BIN)/zhiyin serve --host $(HOST) --port $(PORT)

test: $(READY) check assets browser
	$(BIN)/python -m pytest

# Every case in full, every figure changed, every shape by both engines: some half an hour.
test-cases-full: $(READY)
	ZHIYIN_EVERY_CASE=1 $(BIN)/python -m pytest tests/validation

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Rewrites ontology/generated from the text and the ontology; a test compares the committed files with it.
generated: $(READY)
	$(BIN)/zhiyin build --write-generated

# The front-end parts come from npm where the checkout has their lock; pages work without them.
assets: $(READY)
	@if [ -f frontend/build.py ]; then $(BIN)/python frontend/build.py; fi

bench: $(READY)
	$(BIN)/python bench/run.py

bench-search: $(READY)
	$(BIN)/python bench/search.py

soak: $(READY)
	$(BIN)/python bench/soak.py

# Other stores (Fuseki, Virtuoso) and other SHACL engines (Jena, TopBraid, RDF4J, rudof, shacl-engine), fetched and started;
# 10,000 invented companies; the ontology in HermiT and ROBOT. An hour or more; ZHIYIN_COMPANIES=100 makes it shorter.
test-engines: $(READY)
	$(BIN)/python -m pytest tests/engines

docs: $(READY)
	@if [ -f docs/build.py ]; then $(BIN)/python docs/build.py; else echo "docs/ needs no building"; fi

wheel: $(READY) assets
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

browser:
	@sh tests/web/install_browser.sh

lock:
	uv pip compile pyproject.toml --group dev --extra desk --extra mcp --extra sm --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 -o requirements.lock

clean:
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache

# The lock holds hashes and no index address: pip asks the index that the machine is configured for.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更高版本 / Python 3.11 or later is needed"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "安装依赖 / installing what requirements.lock names"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)
