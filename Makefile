# Everything a newcomer needs: `make run` and `make test`. Set-up happens by itself when it is needed.
.PHONY: setup run test check bench eval clean
PYTHON ?= python3
BIN := .venv/bin

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt scripts/setup
	PYTHON="$(PYTHON)" scripts/setup

run: .venv/ready
	scripts/run

test: .venv/ready
	scripts/test

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python -m eval.bench

eval: .venv/ready
	scripts/eval

clean:
	rm -rf .venv var
