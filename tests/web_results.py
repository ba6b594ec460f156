"""Results of jobs for tests: done in this process, under a queue's own names."""

from aftershock.web.jobs import Queue
from aftershock.web.settings import Settings
from aftershock.web.work import KINDS, Place

SMALL = {"countries": "Syria", "until": "2017-07-05", "least_events": 2000, "draws": 20, "history": 0}


def done(folder, kind, values, run=None):
    """Do a job of a data directory at once; return its id."""
    queue = Queue(Settings(data=folder))
    job = queue.add(KINDS[kind], KINDS[kind].parameters.model_validate(values))
    assert queue.claim().id == job.id
    queue.results(job.id).mkdir(parents=True)
    facts = (run or KINDS[kind].run)(
        KINDS[kind].parameters.model_validate(job.parameters), Place(folder, queue.results(job.id)), lambda *_: None
    )
    queue.finish(job.id, facts)
    return job.id


def press_to(page, locator, most=250):
    """Go to an element by the Tab key alone."""
    for _ in range(most):
        if locator.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("no way there by Tab")
