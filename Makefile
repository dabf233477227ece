# Recipes are single commands without a shell, so that make runs them itself and an interrupt reaches them.
.PHONY: help install up family quick test check bench golden docs evidence picture lock
PYTHON ?= python3
BIN := .venv/bin
LOCKED := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"
FAMILY = $(if $(NAME),$(wildcard bank/families/*/$(NAME).py))

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1	\2/p' Makefile

install: .venv/ready ## all that is needed, into .venv

up: .venv/service ## start the service; Ctrl-C stops it
	@$(BIN)/resit up

family: .venv/ready ## NAME=gd_rate: style, types, and all that this family promises
	$(if $(FAMILY),,$(error NAME=… names no family: bank/families/*/$(NAME).py is not there))$(BIN)/ruff check $(FAMILY)
	$(BIN)/ruff format --check $(FAMILY)
	$(BIN)/mypy $(FAMILY)
	$(BIN)/resit contract $(NAME)

quick: .venv/ready ## the tests of the bank that train nothing and start no server, and every example
	$(BIN)/python -m pytest tests/bank bank -m "not slow" -n auto --dist worksteal

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

docs: .venv/ready ## what is written from the classes: parts of the README, docs/families.md
	$(BIN)/python docs/regenerate.py

evidence: .venv/ready ## docs/evidence.md: every experiment, and thirty seeds of the lab for what rests on them; an hour
	$(BIN)/python docs/evidence.py

picture: .venv/ready ## the question in the README, with Chromium and a font with mathematics
	$(BIN)/python docs/regenerate.py picture

lock: .venv/bin/python ## what the images install, pinned anew with its digests: locks/
	$(BIN)/pip install --quiet --disable-pip-version-check "uv>=0.13"
	$(LOCKED) -o locks/api.txt pyproject.toml
	$(LOCKED) -o locks/worker.txt --extra lab --no-emit-package torch pyproject.toml
	$(LOCKED) -o locks/build.txt locks/build.in

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
