# One command each. Python 3.11 or newer and GNU make are all that is needed; everything else is brought into this folder.

HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST ?=
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)

PY := .venv/bin/python
INSTALL = @test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found. Install it, or name it: make PYTHON=..."; exit 1; }; \
	"$(PYTHON)" -I gdshare/local/install.py
LOCAL := $(PY) -m gdshare.local
DOMAIN_ROOMS = $(sort $(wildcard audit/*.py gdshare/rules/*.py gdshare/lib/*.py gdshare/local/*.py) \
	$(foreach room,workflow policies actions queries,$(wildcard */*/$(room).py */*/$(room)/*.py)))
PRODUCTION = DEBUG=0 HTTPS_ONLY=1 BEHIND_PROXY=1 ALLOWED_HOSTS=share.example.gov.cn SITE_URL=https://share.example.gov.cn \
	SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')"

.DEFAULT_GOAL := help
.PHONY: help run dev test check check-code check-django check-on-servers fix bench soak soak-search soak-pairs soak-kills demo docs lock clean need-base need-test need-dev

help: ## what can be said
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 18

run: need-base ## serve the portal with its own PostgreSQL and Valkey (HOST=, PORT=); Ctrl-C stops it
	@exec $(LOCAL) run --host "$(HOST)" --port "$(PORT)" --with-parent

dev: need-dev ## the same with DEBUG on: error pages, the component gallery at /ui/, code read again when it changes
	@DEBUG=1 WEB_RELOAD=1 exec $(LOCAL) run --host "$(HOST)" --port "$(PORT)" --with-parent

test: need-test ## every test on a PostgreSQL and a Valkey of its own (PYTEST="-k word" chooses)
	@exec $(LOCAL) exec --for test --with-parent -- $(PY) -m pytest -n 2 --dist worksteal $(PYTEST)

check: check-code check-django ## everything that reads and changes nothing: style, layers, types, templates, migrations

check-code: need-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -c "import sys; from importlinter.cli import lint_imports_command as command; sys.exit(command())"
	$(PY) -m djlint templates --lint --quiet

check-django: need-dev
	@$(LOCAL) exec --for check --with-parent -- $(MAKE) --no-print-directory check-on-servers

check-on-servers:
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --fail-level WARNING
	@echo "manage.py check --deploy, with the settings of production"
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	@echo "mypy: the domain rooms"
	@$(PY) -m mypy $(DOMAIN_ROOMS)

fix: need-dev ## write what ruff can put right by itself
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: need-base ## measure; prints a table and writes .local/bench.json (BENCH="--only search" chooses)
	@exec $(LOCAL) exec --for bench --with-parent -- $(PY) manage.py bench $(BENCH)

soak: need-base ## pull data for MINUTES=60, watching memory
	@exec $(LOCAL) exec --for bench --with-parent -- $(PY) manage.py bench --soak $(or $(MINUTES),60)

soak-search: need-base ## search a million entries, once
	@exec $(LOCAL) exec --for bench --with-parent -- $(PY) manage.py bench --only search --rows 1000 --entries 1000000

soak-pairs: need-test ## two verbs of a case at once, PAIRS=10000 times
	@PAIRS=$(or $(PAIRS),10000) exec $(LOCAL) exec --for test --with-parent -- $(PY) -m pytest -q --timeout 0 \
		tests/domain/sharing/test_random_pairs.py

soak-kills: need-test ## kill web, worker, beat and Valkey in the middle of ROUNDS=200 cases
	@ROUNDS=$(or $(ROUNDS),200) exec $(LOCAL) exec --for test --with-parent -- $(PY) -m pytest -q -s tests/journeys/test_kills.py

demo: need-base ## load the demo province into the database in use
	@exec $(LOCAL) exec --with-parent -- $(PY) manage.py demo

docs: need-base ## write the generated pages under docs/ anew
	@exec $(LOCAL) exec --for check --with-parent -- $(PY) manage.py write_docs

lock: need-dev ## pin the newest allowed versions with hashes
	$(PY) -m gdshare.local.lock

clean: ## remove everything made here, the data of `make run` included
	@test ! -f .local/postgres-home || rm -rf -- "$$(cat .local/postgres-home)"
	rm -rf .venv .local node_modules staticfiles .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

need-base:
	$(INSTALL) base
need-test:
	$(INSTALL) test
need-dev:
	$(INSTALL) dev
