// A list of jobs: ask how far those are that wait or run; show the page anew once one is in another state.

const rows = [...document.querySelectorAll("[data-job]")];

function tell(row, selector, text) {
  const place = row.querySelector(selector);
  if (place) place.textContent = text;
}

async function look() {
  try {
    const answer = await fetch("/api/v1/jobs");
    const jobs = new Map((await answer.json()).map((job) => [job.id, job]));
    for (const row of rows) {
      const job = jobs.get(row.dataset.job);
      if (!job || job.state !== row.dataset.state) {
        location.reload();
        return;
      }
      tell(row, ".doing", job.share === null ? "" : `${Math.round(job.share * 100)}\u00a0%`);
      tell(row, ".saying", job.text);
    }
  } catch {
    rows.forEach((row) => tell(row, ".saying", "The server does not answer; trying again."));
  }
  setTimeout(look, 2000);
}

if (rows.length) setTimeout(look, 1000);
