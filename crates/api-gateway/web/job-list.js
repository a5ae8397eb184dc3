// Lists of jobs: those that run, with how far they are, and those that were given up, with the reason.

import { h, setText } from './dom.js';
import { count, dayAndTime } from './format.js';
import { words } from './queue-names.js';
import { follow, photoAddress } from './router.js';

/** So many of the given-up ones are listed. */
const LISTED = 50;

/** What runs in one queue. Rows stay while their job does, so that a bar moves and is not painted anew. */
export class RunningJobs {
  #rows = new Map();
  element = h('ul', { class: 'jobs', 'aria-label': 'Running jobs' });

  /** Shows these jobs, and links to those photos that `isKnown`. */
  show(jobs, isKnown) {
    const ids = new Set(jobs.map((job) => job.id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    for (const job of jobs) {
      if (!this.#rows.has(job.id)) this.#add(job, isKnown(job.data.id));
      this.progress(job.id, job.progress);
    }
    this.element.hidden = jobs.length === 0;
  }

  /** A job got further; null where it does not tell. */
  progress(id, progress) {
    const row = this.#rows.get(id);
    if (!row || typeof progress !== 'number') return;
    row.bar.value = progress;
    setText(row.text, `${Math.round(progress * 100)} %`);
  }

  #add(job, isKnown) {
    const name = words(job.name);
    const bar = h('progress', { max: '1', 'aria-label': name });
    const text = h('span', { class: 'percent' });
    const element = h('li', {}, h('span', { class: 'job-name' }, name, photoLink(job, isKnown)), bar, text);
    this.#rows.set(job.id, { element, bar, text });
    this.element.append(element);
  }
}

/** What was given up in one queue. */
export function failedJobs(jobs, total, isKnown) {
  const row = (job) => h('li', {}, h('p', { class: 'job-name' }, words(job.name), photoLink(job, isKnown(job.data.id))), h('p', { class: 'reason' }, job.failedReason), h('p', { class: 'muted small' }, `Queued ${dayAndTime(localTime(job.timestamp))}`));
  const more = total - Math.min(jobs.length, LISTED);
  return [h('ul', { class: 'failed-jobs' }, jobs.slice(0, LISTED).map(row)), more > 0 ? h('p', { class: 'muted' }, `And ${count(more)} more.`) : null];
}

/** Formatters read wall clocks as UTC; moments of the server are shown by the clock of this machine. */
function localTime(moment) {
  return moment - new Date(moment).getTimezoneOffset() * 60_000;
}

function photoLink({ data }, isKnown) {
  return isKnown ? h('a', { href: photoAddress(data.id), on: { click: follow } }, 'Show photo') : null;
}
