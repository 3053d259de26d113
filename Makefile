# Everything stands in .venv; a fresh machine needs python3, pip, make and git.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: install demo demo-web run test lint check bench judge soak lock licences sbom clean

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch .venv/installed

demo: install
	$(BIN)/watcher demo

demo-web: install
	$(BIN)/watcher demo --browse 127.0.0.1:8080

run: install
	$(BIN)/watcher run

test: install
	$(BIN)/python -m pytest -n 2 --dist loadfile --promises docs/promises.md

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint
	$(BIN)/python -m pytest -n 0 tests/test_layers.py tests/test_names.py tests/test_docs.py tests/test_style.py

bench: install
	$(BIN)/python -m bench.startup
	$(BIN)/python bench/matching.py
	$(BIN)/python bench/deadlines.py
	$(BIN)/python bench/fetching.py
	$(BIN)/python bench/polling.py
	$(BIN)/python -m bench.readers
	$(BIN)/python -m bench.keeping
	$(BIN)/python -m bench.messages
	$(BIN)/python -m bench.replicas
	$(BIN)/python -m bench.idle
	$(BIN)/python -m bench.digests
	$(BIN)/python -m bench.latency
	$(BIN)/python -m bench.search
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.history
	$(BIN)/python -m bench.month > /dev/null

# How well topics, stories, telling, briefs and dates are judged, beside the last run: docs/judgement.md.
judge: install
	$(BIN)/python -m bench.judge

# A simulated year with faults, some ten minutes: docs in bench/soak/__main__.py.
soak: install
	$(BIN)/python -m bench.soak

# One lock for every platform and Python >= 3.11, with hashes and without any registry's address.
lock: install
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 --all-extras pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 --extra postgres --extra demo --constraint requirements.lock pyproject.toml --output-file requirements-run.lock

# What an installation runs on: a page of licences, and a bill of materials (CycloneDX) for programs.
licences: install
	$(BIN)/python -m tools.run_packages licences > docs/licences.md.part
	mv docs/licences.md.part docs/licences.md

sbom: install
	mkdir -p dist
	$(BIN)/python -m tools.run_packages sbom > dist/practice-watcher.cdx.json

clean:
	rm -rf .venv
