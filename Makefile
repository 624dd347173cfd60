# One entry for everything; CI calls the same targets. `make run ARGS="--port 8051 --data DIR"` passes arguments on.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup compiled run test check format bench soak docs sbom screenshots lock clean

ARGS ?=
JOBS ?= 3
BIN := .venv/bin
READY := .venv/.ready
ROOMS := dashboard callbacks layouts feeds
PACKAGES := chromium fonts-noto-cjk redis-server curl
PROXIES := nginx caddy
KIOSK := xvfb matchbox-window-manager x11-xserver-utils x11-utils procps

help: ## this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: $(READY) ## make .venv with everything the board needs
$(READY): requirements.lock pyproject.toml deploy/venv.sh
	@deploy/venv.sh
	@touch $@

compiled: $(READY)
	@$(BIN)/python -m compileall -q $(ROOMS)

run: compiled ## run the board with the demo city; ARGS="--port 8051 --data DIR" goes to `board run`
	@exec $(BIN)/board run $(ARGS)

test: compiled ## every test, with a real Redis and a real Chromium; ARGS="tests/feeds -k name" chooses, JOBS=0 runs them in one process
	@deploy/system-packages.sh $(PACKAGES) $(PROXIES) $(KIOSK)
	$(BIN)/pytest --numprocesses=$(JOBS) --dist=loadfile --no-loadscope-reorder $(ARGS)

check: $(READY) ## lint, format, types, import directions, generated documentation, licences, known advisories
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python docs/build.py --check
	$(BIN)/python deploy/licences.py --check
	@$(BIN)/python deploy/advisories.py

format: $(READY) ## put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: compiled ## measure speed and memory; ARGS chooses, see benchmarks/
	@deploy/system-packages.sh $(PACKAGES)
	$(BIN)/python -m benchmarks $(ARGS)

soak: compiled ## leave the wall of a running board alone for 90 minutes, its pictures 112 times as fast; ARGS="--url … --minutes 10"
	@deploy/system-packages.sh $(PACKAGES)
	$(BIN)/python -m benchmarks.soak $(ARGS)

docs: $(READY) ## write docs/reference again from the declarations
	$(BIN)/python docs/build.py
	$(BIN)/python deploy/licences.py

sbom: $(READY) ## write build/sbom.cdx.json: every part that others made, with licence and hashes, as CycloneDX
	@$(BIN)/python deploy/sbom.py

screenshots: $(READY) ## take docs/images again from a running demo
	@deploy/system-packages.sh $(PACKAGES)
	$(BIN)/python docs/screenshots.py $(ARGS)

lock: $(READY) ## choose the versions in requirements.lock again from pyproject.toml
	$(BIN)/uv pip compile --quiet --upgrade --universal --fork-strategy fewest --python-version 3.11 --extra dev \
	  --generate-hashes --no-emit-index-url --no-header pyproject.toml --output-file requirements.lock

clean: ## remove .venv and caches; your data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
