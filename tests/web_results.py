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


FOCUS = """
node => {
  if (node !== document.activeElement) return "not there";
  const { outlineStyle, outlineWidth } = getComputedStyle(node), { top, bottom } = node.getBoundingClientRect();
  if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) return `no outline: ${outlineWidth} ${outlineStyle}`;
  return bottom > 0 && top < innerHeight ? "seen" : `out of view: ${top} to ${bottom}`;
}
"""


def press_to(page, locator, most=250):
    """Go to an element by the Tab key alone; that it has the focus must be seen."""
    for _ in range(most):
        found = locator.evaluate(FOCUS)
        if found != "not there":
            assert found == "seen", locator
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way there by Tab: {locator}")
