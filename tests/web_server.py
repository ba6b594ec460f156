"""A server of the web app for tests, in the process or on a port."""

import contextlib
import threading
import time

import uvicorn
from fastapi.testclient import TestClient

from aftershock.web.app import make_app
from aftershock.web.serving import server_config
from aftershock.web.settings import Settings

HERE = "http://127.0.0.1:8650"
HOSTILE = '</script><img src=x onerror="alert(1)">\'{{ 7 * 7 }}'


def make_client(folder, *, work=False, **options):
    """A client of an app; to be entered."""
    return TestClient(make_app(Settings(data=folder, **options), work=work), base_url=HERE)


def wait_for(look, seconds=60):
    """Wait until something is true, and return it."""
    latest = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < latest, "waited too long"
        time.sleep(0.05)
    return found


@contextlib.contextmanager
def serving(folder, *, work=False, **options):
    """Serve a data directory on a free port; gives the address."""
    config = server_config(Settings(data=folder, **options), work=work)
    config.port = 0
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(lambda: server.started and server.servers)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
