# Everything runs in the project's own environment, .venv, which `setup` makes and keeps current.
PYTHON ?= python3
PORT ?= 8000
DATA ?= .local

PY := .venv/bin/python
SETUP := $(PYTHON) -m setup
SIDE_BY_SIDE := -q -n 2 --dist loadfile --no-loadscope-reorder
FAST := not engine and not browser and not fault and not stores

.PHONY: help setup run test check format lock bench clean
.DEFAULT_GOAL := help

help:
	@echo 'make run     the playground on this machine: PORT=8000 DATA=.local'
	@echo 'make test    every test: the real engine, the browser and the faults among them'
	@echo 'make check   format, lint, types and the tests that need no store, engine or browser'
	@echo 'make format  format the code'
	@echo 'make bench   the benchmarks'
	@echo 'make lock    pin requirements/*.in anew'
	@echo 'make clean   remove caches, the environment and DATA'

setup:
	@$(SETUP)

run:
	@$(SETUP)
	@exec $(PY) -m playground.local --with-parent --port $(PORT) --data '$(DATA)'

test:
	@$(SETUP) --dev --browser
	@$(PY) -m pytest $(SIDE_BY_SIDE) --ignore tests/e2e; others=$$?; \
	$(PY) -m pytest $(SIDE_BY_SIDE) tests/e2e; exit $$((others | $$?))

check:
	@$(SETUP) --dev
	@$(PY) -m setup.checks
	@$(PY) -m pytest -q -m '$(FAST)'

format:
	@$(SETUP) --dev
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .
	@find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} + || true

lock:
	@$(SETUP) --dev
	@$(PY) -m setup.lock

bench:
	@$(SETUP)
	@$(PY) -m bench

clean:
	@$(PYTHON) -m setup.clean '$(DATA)'
