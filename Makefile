# Liandong: the commands of the project. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VAR_DIR ?= $(CURDIR)/var
HOST ?= 127.0.0.1
PORT ?= 8000
SYSTEM_PACKAGES := python3-venv
export VAR_DIR HOST PORT

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check types lint layers migrations gallery messages requirements

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/installed: requirements.txt
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -y -q $(SYSTEM_PACKAGES); \
	  else echo '缺少系统组件，请先执行：sudo apt-get install -y $(SYSTEM_PACKAGES)'; exit 1; fi; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: $(VENV)/installed ## install what the site needs

setup-dev: $(VENV)/installed-dev ## install what tests and checks need too

run: setup ## start the site, sample documents included
	$(BIN)/python manage.py serve --host $(HOST) --port $(PORT)

test: setup-dev ## run the tests
	VAR_DIR= $(BIN)/python -m pytest -n 2

gallery: setup-dev ## pictures of every screen at both widths into var/gallery, checked by axe (needs Chromium)
	$(BIN)/python -m tests.browser $(VAR_DIR)/gallery

check: types lint layers migrations ## lint, format, types, import rules, migrations (make -j2 check: beside one another)

types: setup-dev
	$(BIN)/mypy

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

layers: setup-dev
	$(BIN)/lint-imports

migrations: setup-dev
	DJANGO_SETTINGS_MODULE=cms.settings.test $(BIN)/python manage.py makemigrations --check --dry-run

messages: ## compile the Chinese messages (needs msgfmt of gettext)
	@command -v msgfmt >/dev/null || { echo '缺少系统组件，请先执行：sudo apt-get install -y gettext'; exit 1; }
	set -e; for po in cms/locale/*/LC_MESSAGES/*.po; do msgfmt --check-format -o "$${po%.po}.mo" "$$po"; done

requirements: ## compile the pinned requirements from their source files (needs uv)
	uv pip compile --no-header --python-version 3.11 requirements.in -o requirements.txt
	uv pip compile --no-header --python-version 3.11 -c requirements.txt requirements-dev.in -o requirements-dev.txt
