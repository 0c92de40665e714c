# The Great Rebalancing. `make report` and `make test` are all a fresh machine needs.
PYTHON ?= python3
VENV ?= .venv
OUT ?= reports
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Kernels and commands start twice as fast from compiled bytecode.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: report test lab lint golden map pictures bench mutate lock clean help
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

report: $(READY) ## run every notebook on the embedded figures and write the HTML reports to $(OUT)/
	@echo "Running the notebooks ..."
	@$(BIN)/rebalance run --out $(OUT)

test: $(READY) ## run all tests (browser tests skip where no Chromium is found)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lab: $(READY) ## explore the notebooks in JupyterLab
	$(BIN)/jupyter lab --ip=127.0.0.1 --LabApp.app_settings_dir=jupyter --notebook-dir=notebooks --LabApp.default_url=/lab/tree/START.md

lint: $(READY) ## check style and types of code and notebooks
	$(BIN)/ruff check src tests benchmarks notebooks
	$(BIN)/ruff format --check src tests benchmarks notebooks
	$(BIN)/mypy

golden: $(READY) ## pin every number shown again, once CHANGELOG.md says what moved
	$(BIN)/python tests/shown_numbers.py

map: $(READY) ## draw in CONTRIBUTING.md who imports whom, from the code
	$(BIN)/python tests/import_map.py

pictures: report ## renew the pictures and the words of README.md from the report
	$(BIN)/python tests/readme.py $(OUT)

bench: $(READY) ## measure, as ratios in one run (ROUNDS=1 for a short one)
	$(BIN)/python -m benchmarks $(ROUNDS)

mutate: $(READY) ## change the code a little and count what no test notices (ONLY=stats/hac, SAMPLE=100, ACCEPT=1)
	$(BIN)/python tests/mutate.py $(ONLY) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(ACCEPT),--accept)

# The environment is set up once, and again only when the lock or the package's metadata change.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"Python 3.11 to 3.13 is needed, {sys.executable} is {v[0]}.{v[1]}. Try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@rm -f $@
	@echo "Setting up $(VENV) once, this takes a minute or two ..."
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@$(BIN)/python -m compileall -q src
	@touch $@

lock: ## refresh requirements.lock from the ranges in pyproject.toml (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header -o requirements.lock

clean: ## remove the environment, the reports and all caches
	rm -rf $(VENV) $(OUT) .pytest_cache .ruff_cache .hypothesis .cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
