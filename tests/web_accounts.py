"""What tests of accounts share: an article, an account as YAML, and the ways to send them."""

from web_server import wait_for

ARTICLE = """The road from Mosul

By Ann Example

July 12, 2017

MOSUL, Iraq - Islamic State fighters killed at least 300 civilians in Mosul in June, the United Nations said on Tuesday.

Fighting between the Islamic State and the government of Iraq in Iraq will go on until the end of 2018, one officer said.

The bread was good that morning, and nobody spoke of the river.
"""
YAML = """account: {id: mine, title: "TITLE", date: 2017-07-12}
claims:
  - {id: iran, says: IS fights the government of Iraq., questions: [{kind: fights, criteria: {scope: {actors: [IS],
     against: [Government of Iraq], countries: [Iraq]}, window: {end: 2017-07-01}}}]}
  - {id: oil, says: Oil is behind it., questions: [{kind: outside, reason: records hold no motives}]}
  - {id: bread, says: Bread was good., status: draft}
"""


def send(client, csrf, path, **data):
    return client.post(path, data={"csrf": csrf(client, "/accounts"), **data})


def upload(client, csrf, content, name="mine.yaml", **data):
    return client.post(
        "/accounts/file", data={"csrf": csrf(client, "/accounts"), **data}, files={"file": (name, content)}
    )


def version(client, path):
    return client.get(f"/api/v1{path}").json()["version"]


def done(client, answer, state="done"):
    path = f"/api/v1{answer.url.path}"
    job = wait_for(lambda: (found := client.get(path).json())["ended"] and found, 200)
    assert job["state"] == state, job
    return job
