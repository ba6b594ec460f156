// A job's page: ask how far it is until it has ended, then show the page anew.

const name = document.body.dataset.job;
const byId = (id) => document.getElementById(id);
const ENDED = ["done", "failed", "cancelled"];

async function look() {
  try {
    const answer = await fetch(`/api/v1/jobs/${name}`);
    const job = await answer.json();
    if (!answer.ok || ENDED.includes(job.state)) {
      location.reload();
      return;
    }
    byId("state").textContent = job.state;
    byId("state").className = `state ${job.state}`;
    byId("text").textContent = job.state === "waiting" && job.ahead ? `${job.ahead} before it` : job.text;
    if (job.share === null) byId("share").removeAttribute("value");
    else byId("share").value = job.share;
  } catch {
    byId("text").textContent = "The server does not answer; trying again.";
  }
  setTimeout(look, 1000);
}

setTimeout(look, 600);
