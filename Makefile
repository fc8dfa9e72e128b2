# tatflow: `make demo` shows it, `make test` checks it. Needs Python 3.11 or newer, make and a package index.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin

# A stamp's name carries a checksum of what it was made from: when that changes, the stamp is missing.
checksum = $(firstword $(shell cksum < $(1)))
LOCKED := .venv/.locked-$(call checksum,requirements.lock)
READY := $(LOCKED)-$(call checksum,pyproject.toml)

# How many tests run at once: more than two cores bear, as half of the time they wait for servers and processes.
WORKERS ?= 4

.PHONY: help venv demo test lint format bench peers lock clean

help: ## list what make can do
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 16

venv: $(READY) ## make the environment, if it is missing or stale
	@:

demo: $(READY) ## start tatflow with invented cases (ONCE=1: walk through once, then stop)
	@$(BIN)/tat demo $(if $(ONCE),--once)

test: lint ## check everything: lint, then all tests
	@# Hundreds of processes import the same modules: each would compile them anew where no bytecode is kept.
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

lint: $(READY) ## check style, types and the direction of imports
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: run 'make format'." >&2; exit 1; }
	@# Side by side: each of them keeps one core busy.
	@$(BIN)/mypy --no-error-summary & types=$$!; failed=0; \
	found=$$($(BIN)/lint-imports --no-cache --no-logo) || { echo "$$found" >&2; failed=1; }; \
	wait $$types || failed=1; exit $$failed

format: $(READY) ## put every file into the one format
	@$(BIN)/ruff check --quiet --select I --fix .
	@$(BIN)/ruff format --quiet .

bench: $(READY) ## measure how fast the parts are
	@$(BIN)/python -m bench

peers: $(READY) ## run against software of other hands, from the package indexes, and write docs/peers.md
	@$(BIN)/python -m peers

lock: ## write requirements.lock from pyproject.toml (UPGRADE=1: with the newest versions it allows)
	@UPGRADE=$(UPGRADE) .ci/make-lock

clean: ## remove .venv and every cache
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(LOCKED):
	@.ci/make-venv
	@touch $@

# The project itself, so that `tat` and the data sources it announces are found.
$(READY): $(LOCKED)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@rm -f $(LOCKED)-*
	@touch $@
