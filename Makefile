# The same words for people and for CI; each sets up what it needs and may be run again at any time.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
READY := .venv/.ready
SERVING := .venv/.serving
HOST ?= 127.0.0.1
PORT ?= 8000
PLATFORM ?=
MUTANTS ?= 200
FUZZ_SECONDS ?= 60

.PHONY: serve bundle sbom mutants fuzz wheels-only test test-cases-full check format generated assets bench bench-search soak soak-desk bench-asking test-office test-engines docs wheel browser lock clean

# What serving needs and no more; the developers' tools come with make test.
serve: $(SERVING) assets
	$(BIN)/zhiyin build
	$(BIN)/zhiyin serve --host $(HOST) --port $(PORT)

# A process for each core; a file's tests stay together, for they share what is dear to make.
test: $(READY) check assets browser
	$(BIN)/python -m pytest -n auto --dist loadfile

# Every case in full, every figure, path, class, comparator and connective changed, every shape by both engines: an hour or more.
test-cases-full: $(READY)
	ZHIYIN_EVERY_CASE=1 $(BIN)/python -m pytest tests/validation
	ZHIYIN_FIVE_TIERS=1 $(BIN)/python -m pytest tests/composition/test_five_tiers.py

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
assets: $(SERVING)
	@if [ -f frontend/build.py ]; then $(BIN)/python frontend/build.py; fi

bench: $(READY)
	$(BIN)/python bench/run.py

bench-search: $(READY)
	$(BIN)/python bench/search.py

bench-asking: $(READY)
	$(BIN)/python bench/asking.py

soak: $(READY)
	$(BIN)/python bench/soak.py

# The desk under load and faults: firms by the hundred, processes killed at random instants, a full disk, twenty writers.
# KILLS=200 FIRMS=150 SUBMISSIONS=20 for the whole of it, DESK_ARGS=--postgresql for the other database.
soak-desk: $(READY)
	ZHIYIN_JOURNEYS=1 $(BIN)/python -m pytest tests/desk/test_browser.py
	$(BIN)/python -m tests.desk.soak $(if $(KILLS),--kills $(KILLS)) $(if $(FIRMS),--firms $(FIRMS)) $(if $(SUBMISSIONS),--submissions $(SUBMISSIONS)) $(DESK_ARGS)

# LibreOffice itself: the form's formulas over every sample, every way of spoiling a right form, and the forms filled in from
# blank to met, in LibreOffice and at /declare. An hour.
test-office: $(READY)
	ZHIYIN_OFFICE=1 ZHIYIN_MANGLER=all $(BIN)/python -m pytest tests/form/test_formulas.py tests/intake
	ZHIYIN_OFFICE=1 ZHIYIN_JOURNEYS=1 $(BIN)/python -m pytest tests/web/test_workbook_journey.py tests/web/test_declare_journey.py

# Other stores (Fuseki, Virtuoso, RDF4J) and other SHACL engines (Jena, TopBraid, RDF4J, rudof, shacl-engine), fetched and started;
# 10,000 invented companies; the ontology in HermiT and ROBOT. An hour or more; ZHIYIN_COMPANIES=100 makes it shorter.
test-engines: $(READY)
	$(BIN)/python -m pytest tests/engines
	ZHIYIN_COMPOSE=1 $(BIN)/python -m pytest tests/test_deploy.py -k works_together

docs: $(READY)
	@if [ -f docs/build.py ]; then $(BIN)/python docs/build.py; else echo "docs/ needs no building"; fi

wheel: $(READY) assets
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

# One archive that installs and serves without a network; PLATFORM=manylinux_2_28_aarch64 for another machine.
bundle: $(READY) assets
	$(BIN)/python deploy/bundle/build.py dist $(PLATFORM)

# The bill of materials of what is served (CycloneDX 1.6).
sbom: $(READY)
	@mkdir -p dist
	$(BIN)/cyclonedx-py requirements --output-reproducible --spec-version 1.6 -o dist/sbom.json requirements-serve.lock

# 200 single changes by a fixed seed, each tried on the tests of its area: hours. MUTANTS=20 tries fewer.
mutants: $(READY)
	$(BIN)/python tests/mutants.py $(MUTANTS)

# Readers, scanner and front with changed inputs for so many seconds in all.
fuzz: $(READY)
	$(BIN)/python tests/fuzz/run.py $(FUZZ_SECONDS)

# Whether wheels stand for both platforms; two of the packages are pure Python and come as source alone.
wheels-only:
	for platform in x86_64-manylinux_2_28 aarch64-manylinux_2_28; do \
		uv pip compile pyproject.toml --quiet --python-version 3.11 --python-platform $$platform -c requirements-serve.lock \
			--only-binary :all: --no-binary jieba --no-binary opencc-python-reimplemented -o /dev/null || exit 1; \
	done

browser:
	@sh tests/web/install_browser.sh

lock:
	uv pip compile pyproject.toml --group dev --extra desk --extra mcp --extra sm --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 -o requirements.lock
	uv pip compile pyproject.toml --group build --extra desk --extra mcp --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 -c requirements.lock -o requirements-serve.lock

clean:
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache

# The lock holds hashes and no index address: pip asks the index that the machine is configured for.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更高版本 / Python 3.11 or later is needed"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "安装依赖 / installing what requirements.lock names"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY) $(SERVING)

$(SERVING): requirements-serve.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更高版本 / Python 3.11 or later is needed"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "安装运行所需 / installing what requirements-serve.lock names"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --require-hashes --requirement requirements-serve.lock | sed -n 's/^Collecting /  /p'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(SERVING)
