# racestats. `make run` serves the site, `make test` runs the tests; each sets up all that it needs.

PYTHON ?= python3
PORT ?= 8000
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
TEMPLATES := $$(git ls-files 'templates/*.html')

.PHONY: run serve editor demo history test lint types check coverage bench costliest format requirements

run: .venv/running
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo --if-empty
	@echo
	@echo "  racestats is at          http://127.0.0.1:$(PORT)/"
	@echo "  the editors' admin is at http://127.0.0.1:$(PORT)/admin/ (make an account with: make editor)"
	@echo "  stop it with Ctrl-C"
	@echo
	@$(PY) manage.py runserver --skip-checks 127.0.0.1:$(PORT)

# The production server; a proxy before it speaks https.
serve: .venv/running staticfiles/staticfiles.json
	@exec $(PY) -m racestats.serve --port $(PORT)

staticfiles/staticfiles.json: .venv/running $(shell find static -type f)
	@echo "Collecting and compressing the static files"
	@DEBUG=false $(PY) manage.py collectstatic --noinput --verbosity 0

editor: .venv/running
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py createsuperuser

demo: .venv/running
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo

# Of all series, from public addresses; HISTORY names a folder whose files are taken instead.
history: .venv/running
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo --if-empty
	@$(PY) manage.py history $(if $(HISTORY),"$(HISTORY)")

# What Python has compiled is kept also where the machine says otherwise: a start takes a third of the time.
test: .venv/testing
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n auto $(PYTEST)

lint: .venv/testing
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/djade --check --target-version 5.2 $(TEMPLATES)
	.venv/bin/lint-imports
	.venv/bin/bandit --quiet --configfile pyproject.toml --recursive .
	$(PY) manage.py makemigrations --check --dry-run
	DEBUG=false SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))')" \
		ALLOWED_HOSTS=example.org $(PY) manage.py check --deploy --fail-level WARNING

types: .venv/testing
	$(PY) -m mypy

# All that continuous integration runs.
check: lint types
	@$(MAKE) --no-print-directory test

# The tests once more, slowly: which lines and branches they reach.
coverage: .venv/testing
	@$(MAKE) --no-print-directory test PYTEST="--cov --cov-report=term:skip-covered"

bench: .venv/testing
	@$(PY) -m bench

# What every page of the book in use costs under each of its filters: some twenty minutes for the whole history.
costliest: .venv/testing
	@$(PY) -W ignore -m bench.costliest

format: .venv/testing
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djade --target-version 5.2 $(TEMPLATES)

# Every version and hash that pyproject.toml leads to, for all supported Pythons.
requirements: .venv/testing
	.venv/bin/uv pip compile $(COMPILE) pyproject.toml --output-file requirements.txt
	.venv/bin/uv pip compile $(COMPILE) --group dev pyproject.toml --constraints requirements.txt \
		--output-file requirements-dev.txt

COMPILE := --quiet --universal --python-version 3.10 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make requirements"

.venv/bin/python:
	@echo "Making the virtual environment in .venv"
	@$(PYTHON) -m venv .venv

.venv/running: requirements.txt | .venv/bin/python
	@echo "Installing what the site runs on"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/testing: requirements-dev.txt .venv/running
	@echo "Installing what the tests need"
	@$(PIP) -r requirements-dev.txt
	@touch $@
