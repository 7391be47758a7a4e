# `make demo` and `make test` need Python 3.10+ and make; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: demo test test-oldest lint bench docs docs-serve clean

demo: $(VENV)/demo
	$(RUN) -m keras_explain demo

# File by file: what the tests of a file share, as the demo's trained network, is made once. In their own order, in
# which many short files come last, so that no process waits for the other.
test: $(VENV)/test
	$(RUN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# The same with the oldest versions that are declared, in an environment of its own.
test-oldest: $(VENV)-oldest/test
	$(VENV)-oldest/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

# All questions take an hour on slow cores; make bench ONLY=methods asks one. xplique names an older TensorFlow and its GPU
# libraries as its dependencies, but runs with this one.
bench: $(VENV)/bench
	$(RUN) -c 'import xplique' 2>/dev/null || $(RUN) -m pip install --disable-pip-version-check --no-deps 'xplique==2.0.2'
	$(RUN) -m benchmarks $(ONLY)

# The pages as site/index.html.
docs: $(VENV)/docs
	$(VENV)/bin/mkdocs build --clean

docs-serve: $(VENV)/docs
	$(VENV)/bin/mkdocs serve

# One stamp an extra, renewed when the dependencies change.
$(VENV)/bench $(VENV)/demo $(VENV)/docs $(VENV)/test: $(VENV)/%: setup.cfg pyproject.toml | $(VENV)/bin/python
	@echo "Installing keras_explain and what '$*' needs into $(VENV) (about 1 GB with TensorFlow) ..."
	$(RUN) -m pip install --disable-pip-version-check --progress-bar on -e '.[$*]'
	touch $@

$(VENV)-oldest/test: setup.cfg tests/oldest.txt | $(VENV)-oldest/bin/python
	$(VENV)-oldest/bin/python -m pip install --disable-pip-version-check -e '.[test]' -c tests/oldest.txt
	touch $@

$(VENV)/bin/python $(VENV)-oldest/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(@D)/..

clean:
	rm -rf $(VENV) $(VENV)-oldest demo logs build site *.egg-info
