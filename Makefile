# The project's commands. `make help` lists them; every one sets up what it needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
export PYTHONUTF8 := 1
# One BLAS thread a process: two cores are better used by two processes, and the order of a list never depends on it.
export OMP_NUM_THREADS ?= 1

# Servers and commands that tests start would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

# A quarter of the suite waits, for a browser, a server or a limit of time: one worker more than cores fills the waits.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() + 1)')

# Tests write thousands of small databases that nobody keeps: in memory where there is such a place.
export PYTEST_DEBUG_TEMPROOT ?= $(shell test -w /dev/shm && echo /dev/shm)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-16s %s\n", $$1, $$2}'

$(BIN)/python:
	@tools/make_venv "$(PYTHON)" "$(VENV)"

$(VENV)/.installed: requirements.txt setup.cfg pyproject.toml | $(BIN)/python
	@tools/install "$(VENV)" requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt setup.cfg pyproject.toml | $(BIN)/python
	@tools/install "$(VENV)" requirements-dev.txt
	@touch $@ $(VENV)/.installed

.PHONY: setup
setup: $(VENV)/.installed-dev ## create .venv with everything for developing, hash-locked

.PHONY: demo
demo: $(VENV)/.installed ## the demo city on http://127.0.0.1:8000 (PORT=... changes it)
	@$(BIN)/talentpool demo --port $(PORT)

.PHONY: run
run: $(VENV)/.installed ## serve the database in var/ (or TALENTPOOL_DATABASE_URL)
	@$(BIN)/talentpool serve --port $(PORT)

.PHONY: test
test: $(VENV)/.installed-dev ## the whole suite, PostgreSQL included
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: check
check: $(VENV)/.installed-dev ## ruff, mypy strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: bench
bench: $(VENV)/.installed-dev ## speed and size, each figure beside its peer; fails when a ratio bar is missed
	@$(BIN)/python -m bench

.PHONY: ranking-report
ranking-report: $(VENV)/.installed-dev ## measure ranking quality and write the tables and pictures of docs/ranking.md
	@$(BIN)/python -m bench.ranking_report

.PHONY: prove
prove: $(VENV)/.installed-dev ## the slow proofs, and the laws of the core on many random examples
	@$(BIN)/python -m pytest -m prove
	@HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest --numprocesses auto --dist loadfile tests/matching tests/schemas

.PHONY: screens
screens: $(VENV)/.installed-dev ## screenshots of every page into docs/screens (needs chromium, fonts-noto-cjk)
	@$(BIN)/python tools/screens.py

.PHONY: wheels
wheels: $(VENV)/.installed-dev ## a folder to install from without network (WHEELS=build/wheels)
	@$(BIN)/python -m tools.wheel_folder $(or $(WHEELS),build/wheels)

.PHONY: lock
lock: ## renew the hash-locked requirements (needs uv)
	@tools/lock
