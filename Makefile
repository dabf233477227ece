.PHONY: help test check
PYTHON ?= python3
BIN = .venv/bin

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /	/'

test: .venv/ready ## every test
	$(BIN)/python -m pytest

check: .venv/ready ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check bank tests
	$(BIN)/mypy

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[lab,test]'
	touch $@
