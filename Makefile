# Two commands on a machine with Python 3.11 or newer: `make demo` runs the main job, `make test` the tests.
.PHONY: demo test
demo:
	python3 -m venv .venv && .venv/bin/pip install -q -r requirements/run.txt && .venv/bin/pip install -q --no-deps . && .venv/bin/aftershock forecast --out demo
test:
	python3 -m venv .venv && .venv/bin/pip install -q -r requirements/dev.txt && .venv/bin/pip install -q --no-deps -e . && sh tests/install_browser.sh && .venv/bin/pytest -n auto --dist loadfile
