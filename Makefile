# `make demo` and `make test` need Python 3.10+ and make; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: demo test lint bench clean

demo: $(VENV)/demo
	$(RUN) examples/cluttered_digits.py

test: $(VENV)/test
	$(RUN) -m pytest

lint: $(VENV)/test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

bench: $(VENV)/demo
	$(RUN) benchmarks/import_time.py

# One stamp an extra, renewed when the dependencies change.
$(VENV)/demo $(VENV)/test: $(VENV)/%: setup.cfg pyproject.toml | $(VENV)/bin/python
	@echo "Installing keras_explain and what '$*' needs into $(VENV) (about 1 GB with TensorFlow) ..."
	$(RUN) -m pip install --disable-pip-version-check --progress-bar on -e '.[$*]'
	touch $@

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) demo logs build *.egg-info
