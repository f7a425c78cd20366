# Özel Kalem: everything a developer does. `make help` lists it.
SHELL := /bin/bash
PORT ?= 8069
TAGS ?=
export PORT
.DEFAULT_GOAL := help
.PHONY: help run test lint format setup tools wheel core-tests bench i18n docs screens papers stop reset

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo '  Variables: PORT=8069  TAGS=TestName (test, core-tests)  ODOO_HOME=  PGHOST= or DATABASE_URL=  PG_BIN='
	@echo '             OZEL_KALEM_STATE=.state  OZEL_KALEM_CACHE=~/.cache/ozel-kalem  OZEL_KALEM_AUTO_INSTALL=1'

run: ## The demo office on http://localhost:8069 (set up, created or upgraded first)
	@bin/dev run --port $(PORT)

test: ## Every test; TAGS=TestName for a part of the Odoo tests
	@bin/dev all-tests $(if $(TAGS),'$(TAGS)')

lint: ## ruff, pylint-odoo, OCA checks, XML and CSV
	@bin/dev lint

format: ## Let ruff repair and format
	@bin/dev lint --fix ruff-check ruff-format

setup: ## Only the environment: Odoo, Python, PostgreSQL
	@bin/dev setup

tools: ## Chromium, wkhtmltopdf, … by apt (as root), or the command for it
	@bin/dev tools

wheel: ## dist/*.whl, whose files land in odoo/addons
	@bin/dev wheel

core-tests: ## Odoo's own tests without and with the module; TAGS=/calendar for a part
	@bin/dev core-tests $(if $(TAGS),'$(TAGS)')

bench: ## Measurements
	@bin/python bench/run.py

i18n: ## Bring i18n/ozel_kalem.pot and tr.po up to date
	@bin/dev i18n

docs: ## Regenerate the documentation
	@bin/python dev/docs.py

screens: ## Screenshots of the demo office
	@bin/python dev/screens.py

papers: ## The printed papers of the demo office
	@bin/python dev/papers.py

stop: ## Stop the private PostgreSQL
	@bin/dev stop

reset: ## Remove this checkout's databases and state (the download cache stays)
	@bin/dev reset
