# racestats. `make run` serves the site, `make test` runs the tests; each sets up all that it needs.

PYTHON ?= python3
PORT ?= 8000
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: run editor test check bench format

run: .venv/running
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo --if-empty --verbosity 0
	@echo
	@echo "  racestats is at          http://127.0.0.1:$(PORT)/"
	@echo "  the editors' admin is at http://127.0.0.1:$(PORT)/admin/ (make an account with: make editor)"
	@echo "  stop it with Ctrl-C"
	@echo
	@$(PY) manage.py runserver --skip-checks 127.0.0.1:$(PORT)

editor: .venv/running
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py createsuperuser

test: .venv/testing
	@$(PY) -m pytest -n auto --dist loadgroup

check: .venv/testing
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	DEBUG=false SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))')" \
		ALLOWED_HOSTS=example.org $(PY) manage.py check --deploy --fail-level WARNING
	@$(MAKE) --no-print-directory test

bench: .venv/testing
	@$(PY) -m bench

format: .venv/testing
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

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
