# Everything a person runs: `make demo`, `make test`, `make bench`. Each sets up what it needs first.
PYTHON ?= python3
PORT ?= 8000
SANDBOX_PORT ?= 8001
BIN := .venv/bin

.PHONY: demo test quick lint audit sbom bench soak rotation-drill requirements install install-dev chromium clean

demo: install
	@PORT=$(PORT) $(BIN)/python manage.py demo --port $(PORT) --sandbox-port $(SANDBOX_PORT)

# Lint, types, layers, then every test: unit, HTTP, browser, services. Three processes: many tests wait for another one.
# At the end the share of lines they reached is held against the floor. What was compiled is kept for the next process.
test: export PYTHONDONTWRITEBYTECODE =
test: lint chromium
	@rm -f var/coverage.json
	PYTEST_PLUGINS=tests.support.reached_lines $(BIN)/python -m pytest -n 3
	@$(BIN)/python -m tests.support.coverage var/coverage.json

# Lint, and the tests for what changed since main, in less than two minutes.
quick: export PYTHONDONTWRITEBYTECODE =
quick: install-dev
	@$(BIN)/python -m tests.support.quick

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive apps integr8admin manage.py

# Known faults of the packages, asked of the database of PyPI's advisories: fails where it names one, never for want of a network.
audit: install-dev
	$(BIN)/python -m tests.support.audit requirements.txt requirements-demo.txt

# All packages of production with versions, licences and hashes, as CycloneDX: var/sbom.json. The image has its own, /app/sbom.json.
sbom: install-dev
	@mkdir -p var
	$(BIN)/cyclonedx-py requirements requirements.txt --output-reproducible --sv 1.6 --of JSON --output-file var/sbom.json
	@$(BIN)/python -m json.tool var/sbom.json > /dev/null && echo "var/sbom.json"

bench: install-dev
	$(BIN)/python -m bench

# 200 SIGKILLs under load: DATABASE=sqlite for the embedded form.
DATABASE ?= postgresql
soak: install-dev
	$(BIN)/python -m bench.soak --database $(DATABASE)

# 10,000 keys to another ring key on PostgreSQL, under traffic and killed twice.
rotation-drill: install-dev
	$(BIN)/python -m bench.key_rotation

# Versions and hashes of what the .in files name, for Python 3.11 and later on every system. Versions stay as they are
# where they still fit; UPGRADE="--upgrade" takes the newest ones, UPGRADE="--upgrade-package django" those of one package.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make requirements"
requirements: install-dev
	$(COMPILE) $(UPGRADE) requirements.in --output-file requirements.txt
	$(COMPILE) $(UPGRADE) requirements-demo.in --output-file requirements-demo.txt
	$(COMPILE) $(UPGRADE) requirements-dev.in --output-file requirements-dev.txt

PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
install: .venv/.installed
install-dev: .venv/.installed-dev
chromium: install-dev
	@$(BIN)/python -m tests.support.chromium

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "The venv module is missing: apt-get install python3-venv"; exit 1; }

.venv/.installed: requirements.txt requirements-demo.txt | .venv/bin/python
	$(PIP_INSTALL) -r requirements.txt -r requirements-demo.txt
	@touch $@

.venv/.installed-dev: requirements.txt requirements-demo.txt requirements-dev.txt | .venv/bin/python
	$(PIP_INSTALL) -r requirements.txt -r requirements-demo.txt -r requirements-dev.txt
	@touch .venv/.installed $@

clean:
	rm -rf .venv var staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis
