# A fresh machine needs Python 3.11+, pip and make. `make` alone lists what there is.
PYTHON ?= python3
VENV := .venv
DEMO := .demo
# An inference server that is not ours, for tests; apart, because it brings torch.
INFERENCE := .venv-inference
BIN := $(VENV)/bin
PIP_FLAGS := --disable-pip-version-check --quiet
# `make test JOBS=0` runs the tests in one process; PYTEST_FLAGS goes to pytest as it is.
JOBS ?= 2
PYTEST_FLAGS ?=
# Every line and every branch of the core and of the splitter is run by a test.
COVERAGE := --cov=limbeck.core --cov=limbeck.split --cov-branch \
	--cov-report=term-missing:skip-covered --cov-fail-under=100
QUERY := why does expand() reject this handle?

.PHONY: help install test lint inference demo bench-smoke clean

help:
	@echo "make test         install everything into $(VENV), check style, types and layers, run all tests"
	@echo "make lint         the same without the tests"
	@echo "make inference    an inference server in $(INFERENCE), against which \`make test\` tries the model client (1.2 GB)"
	@echo "make demo         install into a fresh $(DEMO), compact the example session, print the report"
	@echo "make bench-smoke  the benchmark on the example session alone"
	@echo "make clean        remove what was made"

install: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e '.[dev]'
	touch $@

lint: install
	$(BIN)/ruff check src tests examples benchmarks
	$(BIN)/ruff format --check src tests examples benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -n $(JOBS) -rs $(COVERAGE) $(PYTEST_FLAGS)

inference: $(INFERENCE)/.ready

$(INFERENCE)/.ready: tests/llm/inference-requirements.txt
	test -x $(INFERENCE)/bin/python || $(PYTHON) -m venv $(INFERENCE)
	$(INFERENCE)/bin/python -m pip install $(PIP_FLAGS) -r tests/llm/inference-requirements.txt
	touch $@

demo:
	rm -rf $(DEMO)
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install $(PIP_FLAGS) -c constraints.txt .
	$(DEMO)/bin/limbeck compact examples/session.json --keep 0.3 --query "$(QUERY)" \
		-o $(DEMO)/session.json --record $(DEMO)/record.json
	@echo
	@$(DEMO)/bin/limbeck report $(DEMO)/record.json
	@echo "the shorter session: $(DEMO)/session.json"
	@echo "what is behind a marker: $(DEMO)/bin/limbeck expand $(DEMO)/record.json HANDLE"

bench-smoke: install
	$(BIN)/python examples/bench_data.py build/bench-smoke
	$(BIN)/limbeck bench build/bench-smoke --tasks later --methods limbeck,masking,recent,oracle --keep 0.3

clean:
	rm -rf $(VENV) $(INFERENCE) $(DEMO) build src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
