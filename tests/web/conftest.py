"""A server of an empty data directory, in the process or for a browser, and hostile words."""

import re

import pytest

from web_hostile import fill
from web_server import make_client, serving
from web_small import fill_small


@pytest.fixture
def client(tmp_path):
    """A client of an empty data directory, whose jobs only queue up."""
    with make_client(tmp_path) as found:
        yield found


@pytest.fixture
def working_client(tmp_path):
    """A client whose jobs are done."""
    with make_client(tmp_path, work=True) as found:
        yield found


@pytest.fixture
def csrf():
    """Return the mark of a form, read from a page as a person's browser does."""

    def read(client, address="/jobs/new/forecast"):
        return re.search(r'name="csrf" value="(\w+)"', client.get(address).text)[1]

    return read


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of an empty data directory."""
    with serving(tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """A data directory whose every name, title and text is hostile, and the ids of what is in it."""
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as monkeypatch:
        return folder, fill(folder, monkeypatch)


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A data directory with events of three countries, the newest provisional, and a forecast of them."""
    folder = tmp_path_factory.mktemp("small")
    fill_small(folder)
    return folder


@pytest.fixture(scope="session")
def small_server(small):
    """The address of that directory."""
    with serving(small) as address:
        yield address


@pytest.fixture
def small_client(small):
    """A client of that directory."""
    with make_client(small) as found:
        yield found


@pytest.fixture
def visit(browser):
    """Open an address. At the end nothing may have gone wrong in the page, nor been asked of another server."""
    opened = []

    def open_(address, *, width=1280, height=900, scheme="light", scripts=True, allow=(), before="", **more):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce",
            java_script_enabled=scripts, **more,
        )  # fmt: skip
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.set_default_timeout(15_000)
        problems, requests = [], []
        page.on(
            "console",
            lambda message: (
                problems.append(f"{message.type}: {message.text}")
                if not any(text in message.text for text in allow)
                else None
            ),
        )
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        opened.append((context, problems, requests, address))
        page.goto(address)
        return page

    yield open_
    for context, problems, requests, address in opened:
        context.close()
        assert problems == []
        own = "/".join(address.split("/")[:3])
        assert [url for url in requests if not url.startswith((own, "blob:", "data:"))] == []
