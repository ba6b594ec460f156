"""Forms an attacker sends: too many fields, other encodings, names of files that lead elsewhere; what was sent is let go of."""

import gc
import warnings

import pytest

from web_hostile import HEAD, check
from web_server import make_client


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of one data directory for all that follows."""
    with make_client(tmp_path_factory.mktemp("attacked")) as found:
        yield found


def multipart(*parts, boundary="b"):
    lines = [f"--{boundary}\r\ncontent-disposition: form-data; {head}\r\n\r\n{value}\r\n" for head, value in parts]
    return ("".join(lines) + f"--{boundary}--\r\n").encode("utf-8", "surrogatepass"), {
        "content-type": f"multipart/form-data; boundary={boundary}"
    }


FORMS = {
    "two files": [('name="file"; filename="a.yaml"', HEAD), ('name="file"; filename="b.yaml"', HEAD)],
    "two marks": [('name="csrf"', "x"), ('name="csrf"', "y")],
    "a mark that is a file": [('name="csrf"; filename="x"', "x")],
    "ten thousand fields": [(f'name="f{n}"', "x") for n in range(10_000)],
    "a hundred files": [(f'name="f{n}"; filename="x"', "x") for n in range(100)],
    "no name": [('filename="x"', "x")],
    "a long name": [(f'name="{"n" * 100_000}"', "x")],
    "path": [('name="file"; filename="../../../../evil.yaml"', HEAD)],
    "backslash": [('name="file"; filename="..\\..\\evil.yaml"', HEAD)],
    "starred": [("name*=utf-7''+2AA-; filename*=utf-8''%00..%2f", "x")],
    "half": [('name="date"', "\ud800"), ('name="text"', "\udfff")],
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_forms_that_are_traps(client, csrf, name):
    mark = csrf(client, "/accounts")
    addresses = (
        "/accounts/file",
        "/accounts/paste",
        "/data/import",
        "/whatif/file",
        "/whatif/start",
        "/actors/fit",
        "/jobs/new/forecast",
        "/sign-in",
    )
    for path in addresses:
        for given in (FORMS[name], [('name="csrf"', mark), *FORMS[name]]):
            body, headers = multipart(*given)
            check(client, client.post(path, content=body, headers=headers))
    folder = client.app.state.settings.data
    assert not [path for path in folder.parent.rglob("evil*") if folder / "web" / "uploads" not in path.parents]


@pytest.mark.parametrize(
    "charset", ["utf-7", "unicode_escape", "punycode", "idna", "utf-16", "rot13", "x" * 200, '"utf-8']
)
def test_a_form_in_another_encoding_is_refused(client, csrf, charset):
    body, headers = multipart(('name="csrf"', csrf(client)), ('name="text"', "+2AA- \\ud800"))
    for path in ("/accounts/paste", "/sign-in", "/whatif/file"):
        check(
            client,
            client.post(path, content=body, headers={"content-type": f"{headers['content-type']}; charset={charset}"}),
            400,
            422,
            403,
        )


def test_forms_of_text_that_are_traps(client, csrf):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for body in (
        b"a=b&" * 50_000,
        b"&" * 200_000,
        b"%" * 200_000,
        b"csrf=%ff%fe&csrf[]=1",
        b"=" * 200_000,
        b";" * 1000,
        b"\x00" * 1000,
        b"csrf=" + b"x" * 200_000,
    ):
        for path in ("/jobs/new/forecast", "/whatif/start"):
            check(client, client.post(path, content=body, headers=headers), 400, 403)


def test_files_of_refused_forms_are_closed(client, csrf):
    """One of two megabytes lies on the disk while it is open."""
    gc.collect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for path in (
            "/whatif/file",
            "/accounts/file",
            "/data/import",
            "/actors/fit",
            "/jobs/new/forecast",
            "/data/pull",
            "/sign-in",
        ):
            for mark in ("wrong", csrf(client)):
                files = {
                    "file": ("a.bin", b"x" * (2_000_000 if path in ("/accounts/file", "/data/import") else 200_000)),
                    "more": ("b", b"y"),
                }
                client.post(path, data={"csrf": mark, "token": "x"}, files=files)
        gc.collect()
    assert [str(one.message) for one in told if one.category is ResourceWarning] == []
