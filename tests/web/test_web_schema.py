"""What OpenAPI describes holds: no input it allows, and none it forbids, brings an answer of 500."""

import contextlib

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from aftershock.web.app import make_app
from aftershock.web.settings import Settings
from web_server import make_client

ERRORS = {"must", "found", "fix", "rows"}
EXAMPLES = 5


def test_no_input_brings_an_error_of_the_server(tmp_path):
    app = make_app(Settings(data=tmp_path, names=("testserver",)), work=False)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in schemathesis.GenerationMode:

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            def check(case):
                nonlocal asked
                answer = case.call()
                asked += 1
                assert answer.status_code < 500, (case.method, case.path, answer.text[:300])
                if answer.status_code >= 400:
                    assert set(answer.json()) == ERRORS

            with contextlib.suppress(Unsatisfiable):  # an address without parameters forbids nothing
                check()
    assert asked > 100


def test_every_address_below_api_is_described(tmp_path):
    with make_client(tmp_path) as client:
        document = client.get("/openapi.json").json()
        for path, methods in document["paths"].items():
            assert path.startswith("/api/v1/")
            for each in methods.values():
                assert each["summary"]
                assert each["description"]
