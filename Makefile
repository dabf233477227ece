# Recipes are single commands without a shell, so that make runs them itself and an interrupt reaches them.
.PHONY: help up test check bench golden
PYTHON ?= python3
BIN := .venv/bin

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1	\2/p' Makefile

up: .venv/service ## start the service; Ctrl-C stops it
	@$(BIN)/resit up

test: .venv/ready ## every test
	$(BIN)/python -m pytest

check: .venv/ready ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready ## the figures in the README, measured again
	$(BIN)/python -m benchmarks

golden: .venv/ready ## what students see, written down anew; its difference is the reach of a change
	$(BIN)/python -m bank.golden

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/service: pyproject.toml | .venv/bin/python
	@echo "Installing into .venv, the first time a few hundred MB"
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .[lab]
	@touch $@

.venv/ready: pyproject.toml | .venv/bin/python
	@echo "Installing into .venv, the first time a few hundred MB"
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .[lab,test]
	@touch $@ .venv/service
