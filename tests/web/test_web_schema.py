"""What OpenAPI describes holds: no input it allows, and none it forbids, brings an answer of 500 or one that is not described.

Run for longer with ``EXAMPLES=1000 pytest tests/web/test_web_schema.py``.
"""

import contextlib
import os
import shutil
import warnings

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import NonInteractiveExampleWarning, Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from aftershock.web.app import make_app
from aftershock.web.settings import Settings
from web_server import make_client

ERRORS = {"must", "found", "fix", "rows"}
EXAMPLES = int(os.environ.get("EXAMPLES", "4"))
CHECKS = (
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance, checks.response_headers_conformance,
    checks.response_schema_conformance,
)  # fmt: skip


@pytest.fixture(scope="module")
def described(hostile, tmp_path_factory):
    """An app over a data directory with results of every kind, its description, and what its addresses may name."""
    folder, ids = hostile
    own = tmp_path_factory.mktemp("described") / "data"
    shutil.copytree(folder, own, symlinks=True)
    app = make_app(Settings(data=own, names=("testserver",), max_waiting=100_000), work=False)
    names = {
        "name": [None, *ids.values()], "claim": [None, "fights", "quiet"], "forecast": [None, ids["forecast"], "shipped"],
        "code": [None, "SYR", "645", "Iraq"], "base": [None, ids["system"], "after-isis"],
    }  # fmt: skip
    return schemathesis.openapi.from_asgi("/openapi.json", app), names


def operations(schema):
    """Every operation; those that remove things come last."""
    return sorted((found.ok() for found in schema.get_all_operations()), key=lambda one: one.method.upper() == "DELETE")


def named(case, names, choice):
    """Put names of what is there into an address; say whether one was."""
    put = False
    for given_ in (case.path_parameters, case.query):
        for key, values in names.items():
            value = values[choice % len(values)]
            if (
                isinstance(given_, dict)
                and value is not None
                and (key in given_ or (key == "forecast" and given_ is case.query))
            ):
                given_[key], put = value, True
    return put


def test_no_input_brings_what_is_not_described(described):
    schema, names = described
    asked, statuses = 0, set()
    for operation in operations(schema):
        for mode in schemathesis.GenerationMode:

            @seed(7)
            @given(case=operation.as_strategy(generation_mode=mode), choice=st.integers(0, 11))
            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def check(case, choice):
                nonlocal asked
                put = "download" not in case.path and named(case, names, choice)
                answer = case.call()
                asked += 1
                statuses.add(answer.status_code)
                case.validate_response(answer, checks=[*CHECKS, *([] if put else [checks.negative_data_rejection])])
                if answer.status_code >= 400:
                    assert set(answer.json()) == ERRORS

            with contextlib.suppress(Unsatisfiable):  # an address without parameters forbids nothing
                check()
    assert asked > 200
    assert statuses >= {200, 202, 400, 404, 422}


def test_what_is_there_is_given_as_described(described):
    """With the right names, not by chance: every result's twin."""
    schema, names = described
    given_ = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NonInteractiveExampleWarning)
        for operation in operations(schema):
            if operation.method.upper() != "GET":
                continue
            for one in [None] if "{name}" not in operation.path else names["name"][1:]:
                path = {"name": one, "code": "SYR", "claim": "fights", "measure": "p_1", "priogrid_gid": 1}
                wanted = {key: value for key, value in path.items() if f"{{{key}}}" in operation.path}
                case = operation.Case(path_parameters=wanted, query={})
                answer = case.call()
                case.validate_response(answer, checks=list(CHECKS))
                given_ += answer.status_code == 200
    assert given_ >= 18


def test_every_address_below_api_is_described(tmp_path):
    with make_client(tmp_path) as client:
        document = client.get("/openapi.json").json()
        for path, methods in document["paths"].items():
            assert path.startswith("/api/v1/")
            for each in methods.values():
                assert each["summary"]
                assert each["description"]
