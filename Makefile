# The verbs that people and CI use. `make serve` and `make test` set up what they need.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
EXAMPLES ?= 10000
EDITS ?= 500
TURTLE := . tests/museum
# Tests of deadlines and of what processes leave behind: nothing else may run beside them.
ALONE := tests/gate/test_bounded.py tests/web/sparql

.PHONY: serve test validate build lint types layers format bench bench-dumps bench-scale bench-search bench-sparql soak soak-faults audit release licences lock vendor clean

serve: $(VENV)/.run                ## validate, build and serve this repository's data
	$(BIN)/reviewgraph serve . --port $(PORT)

validate: $(VENV)/.run             ## the gate alone
	$(BIN)/reviewgraph validate .

build: $(VENV)/.run                ## the gate, then a release in .reviewgraph/
	$(BIN)/reviewgraph build .

test: $(VENV)/.dev lint types layers ## everything that CI checks
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --maxprocesses 4 --dist loadfile $(ALONE:%=--ignore %)
	$(BIN)/coverage run -m pytest $(ALONE)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: $(VENV)/.dev
	$(BIN)/ruff format --check src tests benchmarks tools
	$(BIN)/ruff check src tests benchmarks tools
	$(BIN)/reviewgraph fmt --check $(TURTLE)

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports

format: $(VENV)/.dev               ## put code and Turtle into their canonical layout
	$(BIN)/ruff format src tests benchmarks tools
	$(BIN)/reviewgraph fmt $(TURTLE)

bench-sparql: $(VENV)/.bench       ## the SPARQL endpoint beside its peers (needs wrk): BENCH='--triples 100000'
	$(BIN)/python benchmarks/serving.py --plot benchmarks/serving.svg $(BENCH)

bench-dumps: $(VENV)/.bench        ## what dumps take as the data grow: BENCH='--sizes 10000,10000000'
	$(BIN)/python benchmarks/dumps.py $(BENCH)

bench-scale: $(VENV)/.bench        ## how gate, build and server grow: BENCH='--sizes 10000,10000000'
	$(BIN)/python benchmarks/scale.py --plot benchmarks/scale.svg $(BENCH)

bench-search: $(VENV)/.bench       ## how long it takes to find a name: BENCH='--names 10000,1000000'
	$(BIN)/python benchmarks/search.py $(BENCH)

bench: $(VENV)/.bench              ## compare with peers, side by side: BENCH='--sizes 10000,100000'
	$(BIN)/python benchmarks/run.py $(BENCH)

soak: $(VENV)/.dev                 ## what takes longer: thousands of drawn graphs in two SHACL engines, every look of every page
	SHACL_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -q tests/gate/test_shacl_graphs.py tests/gate/test_agreement.py
	SHACL_EXAMPLES=$(EDITS) $(BIN)/pytest -q tests/gate/test_edits.py tests/gate/test_facts.py
	EVERY_LOOK=1 $(BIN)/pytest -q tests/web/browser

soak-faults: $(VENV)/.dev          ## faults injected into real processes: SOAK='--kills 20 --minutes 1'
	$(BIN)/python benchmarks/survival.py $(SOAK)

audit: $(VENV)/.audit              ## known weaknesses of dependencies, a bill of materials in dist/ (needs the internet)
	mkdir -p dist
	$(VENV)/audit/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
	  --output-file dist/sbom.cdx.json
	$(VENV)/audit/bin/pip-audit --disable-pip --require-hashes --requirement requirements.lock \
	  || { code=$$?; $(BIN)/python -c 'import httpx; httpx.get("https://pypi.org/pypi/pip/json", timeout=10)' 2>/dev/null \
	  && exit $$code || echo "skipped: no service that knows weaknesses can be reached from here"; }

release: $(VENV)/.dev              ## sdist and wheel in dist/, the same bytes for the same commit
	rm -rf dist
	$(PYTHON) -m venv $(VENV)/build
	$(VENV)/build/bin/pip install --quiet --disable-pip-version-check build==1.3.0 hatchling==1.27.0
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(VENV)/build/bin/python -m build --no-isolation
	cd dist && sha256sum *.whl *.tar.gz > SHA256SUMS

licences: $(VENV)/.run             ## docs/licences.md, from what is installed
	$(BIN)/python tools/licences.py

lock:                              ## renew the lock files from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" \
	  pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" --extra dev \
	  -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" --extra dev --extra bench \
	  -c requirements-dev.lock pyproject.toml -o requirements-bench.lock

vendor:                            ## fetch the front-end packages that static/vendor holds (needs npm)
	$(PYTHON) tools/vendor.py

clean:
	rm -rf $(VENV) .reviewgraph .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %d.%d" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.lock
	touch $@

$(VENV)/.audit: | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.9.0 cyclonedx-bom==7.1.0
	touch $@
