# Every command sets up what it needs, in .venv beside this file. On Windows see README.md.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1 && \
	echo $$python && break; done)
IN_VENV := .venv/bin/python
OFFSCREEN := QT_QPA_PLATFORM=offscreen
DIR ?= demo-out

.PHONY: help setup run demo test bench pictures build soak clean

help:
	@echo 'make run       open the window'
	@echo 'make demo      the whole job on the sample files, no display needed: results in demo-out/ (or DIR=…)'
	@echo 'make test      format, lint, types, import contracts, tests'
	@echo 'make bench     measure the program against bare floors: docs/performance.md'
	@echo 'make pictures  draw the pictures of the main pages: docs/pictures/'
	@echo 'make build     freeze the program: dist/crm-desktop/'
	@echo 'make soak      the tests with long counts: docs/soak.md'

setup:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed (Debian: apt-get install python3).'; exit 1; }
	@$(PYTHON) packaging/setup_dev.py

run: setup
	$(IN_VENV) main.py

demo: setup
	$(OFFSCREEN) $(IN_VENV) main.py demo $(DIR)

test: setup
	@$(IN_VENV) packaging/check.py $(ARGS)

bench: setup
	$(OFFSCREEN) $(IN_VENV) tests/speed/bench.py $(ARGS)

pictures: setup
	$(OFFSCREEN) $(IN_VENV) packaging/make_pictures.py docs/pictures

build:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed (Debian: apt-get install python3).'; exit 1; }
	@$(PYTHON) packaging/setup_dev.py --build
	.build-venv/bin/python -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath build/pyinstaller \
		packaging/crm_desktop.spec
	$(OFFSCREEN) .build-venv/bin/python packaging/smoke_test.py dist/crm-desktop

soak: setup
	@$(IN_VENV) packaging/soak.py $(ARGS)

clean:
	rm -rf build dist .build-venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
