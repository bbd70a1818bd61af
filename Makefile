# Two commands: `make run` tries the bot, `make test` checks it. Python, make and git are all they need.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint bench lock clean

run: .venv/run.done
	@$(BIN)/python -m bot start

test: .venv/test.done
	$(BIN)/python -m pytest $(if $(CHUISHAO_TEST_DATABASE_URL),,-n auto --maxprocesses 4)

lint: .venv/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check models/migrations/versions
	$(BIN)/mypy

bench: .venv/test.done
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks places

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run.done: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/test.done: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@ .venv/run.done

# For maintainers: renew both lock files (needs `uv`).
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv build *.egg-info
