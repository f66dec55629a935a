# make run · make test · make check · make prove · make bench — see README.md
PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= var
# Tests have a data directory of their own; PostgreSQL there does without fsync.
TEST_DATA_DIR ?= $(DATA_DIR)/test
WORKERS ?= 2
TESTS ?= tests
PY := .venv/bin/python
TESTING = env DATA_DIR="$(TEST_DATA_DIR)" EMBEDDED_DURABLE=0 CHROMIUM="$$(cat .tools/chromium)"
export PORT DATA_DIR

.DEFAULT_GOAL := run
.PHONY: run install install-test test check prove bench messages

# One foreground process; Ctrl-C stops all of it.
run: install
	@exec $(PY) -m dev.run

install:
	@$(PYTHON) dev/bootstrap.py run

install-test:
	@$(PYTHON) dev/bootstrap.py test

# A module stays in one process, which starts once what its tests share.
test: install-test
	@$(TESTING) $(PY) -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder -m "not prove" $(TESTS)

check: install-test
	@$(TESTING) $(PY) -m dev.check

prove: install-test
	@$(TESTING) $(PY) -m dev.prove

bench: install-test
	@$(TESTING) $(PY) -m dev.bench

# Collect the texts to translate into locale/*/LC_MESSAGES/django.po.
messages: install-test
	@$(TESTING) $(PY) -m dev.messages
