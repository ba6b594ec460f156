# Two commands on a machine with Python 3.11 or newer: `make demo` runs the main job, `make test` the tests.
.PHONY: demo test
demo:
	python3 -m venv .venv && .venv/bin/pip install -q -r requirements/run.txt && .venv/bin/pip install -q --no-deps . && .venv/bin/aftershock forecast --out demo
# A worker per core, so linear algebra on one thread each: more of them only wait for one another. Long files first: tests/conftest.py.
test: .venv/installed
	OPENBLAS_NUM_THREADS=1 .venv/bin/pytest -n auto --dist loadfile --no-loadscope-reorder
# What the tests and checks need; made again where the lists of it change.
.venv/installed: requirements/dev.txt pyproject.toml tests/install_browser.sh
	python3 -m venv .venv && .venv/bin/pip install -q -r requirements/dev.txt && .venv/bin/pip install -q --no-deps -e . && sh tests/install_browser.sh && touch $@
