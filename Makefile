# Everything a newcomer needs: `make run` and `make test`. Set-up happens by itself when it is needed.
.PHONY: setup run test drill check bench eval clean
PYTHON ?= python3
BIN := .venv/bin

setup: .venv/ready-test

.venv/ready: pyproject.toml constraints.txt scripts/setup
	PYTHON="$(PYTHON)" scripts/setup .
	touch $@

.venv/ready-test: .venv/ready
	PYTHON="$(PYTHON)" scripts/setup '.[test,eval]'
	touch $@

run: .venv/ready
	scripts/run

test: .venv/ready-test
	scripts/test

drill: .venv/ready-test
	scripts/drill

check: .venv/ready-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	scripts/check-types

bench: .venv/ready-test
	$(BIN)/python -m eval.bench
	$(BIN)/python -m eval.history
	$(BIN)/python -m eval.widget

eval: .venv/ready-test
	scripts/eval

clean:
	rm -rf .venv var
