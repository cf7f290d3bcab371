# Vinloop: run, test, check, measure and ship. `make` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
DIST := src/vinloop/kernel/static/dist
CATALOGUES := $(shell find src/vinloop -name '*.po' 2>/dev/null)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run install assets messages messages-update test check bench wheel lock format clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

run: install assets messages ## Run everything with the demo network; Ctrl-C stops it
	@exec $(BIN)/vinloop up --demo

install: $(STAMPS)/venv

assets: $(DIST)/LICENSES.txt

messages: $(STAMPS)/messages

messages-update: install ## Collect new texts for translation and drop unused ones
	@$(BIN)/python tools/messages.py update

test: install assets messages ## The whole suite, browser journeys included
	@tools/browser.sh
	$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

check: install assets messages ## Style, types, floors, migrations, translations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/check_migrations.py
	$(BIN)/python tools/untranslated.py
	$(BIN)/python tools/state_diagram.py --check

bench: install assets messages ## The figures as JSON (takes long; see docs/operations.md)
	@$(BIN)/python -m benchmarks $(ARGS)

wheel: install assets messages ## Build dist/vinloop-*.whl, which needs no Node to install
	rm -f dist/vinloop-*.whl
	$(BIN)/python -m hatchling build -t wheel -d dist

lock: install ## Renew requirements.lock after a change in pyproject.toml
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --upgrade --generate-hashes \
	  --no-emit-index-url --no-header --group dev pyproject.toml -o requirements.lock

format: install ## Put the code in the house's format
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean: ## Remove what was built (your data stays)
	rm -rf dist $(DIST) frontend/node_modules $(VENV)

# The environment follows the lock file; the package itself is installed so that edits take effect.
$(STAMPS)/venv: requirements.lock pyproject.toml
	@tools/make_venv.sh "$(PYTHON)" "$(VENV)"
	@mkdir -p $(@D) && touch $@

$(DIST)/LICENSES.txt: frontend/package-lock.json frontend/build.mjs frontend/icons.txt $(wildcard frontend/src/*)
	@tools/build_assets.sh
	@touch $@

$(STAMPS)/messages: $(CATALOGUES) $(STAMPS)/venv
	@$(BIN)/python tools/compile_messages.py
	@mkdir -p $(@D) && touch $@
