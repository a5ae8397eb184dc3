// Rows of jobs, wherever they are shown: a press on one opens all that is known of it.

import { post, remove } from './api.js';
import { h, setAttribute, setText } from './dom.js';
import { JobDetail } from './fleet-job.js';
import { count, plural, span } from './format.js';
import { icon } from './icons.js';
import { Keyed } from './keyed.js';
import { words } from './queue-names.js';
import { follow, photoAddress } from './router.js';
import { sureButton } from './sure-button.js';

/** A list of jobs. Those beyond `most` are only counted. */
export class JobList {
  #most;
  #rows;

  constructor(label, fleet, most = 50) {
    this.#most = most;
    this.list = h('ul', { class: 'fleet-jobs', 'aria-label': label });
    this.more = h('p', { class: 'muted small' });
    this.element = h('div', { class: 'job-list' }, this.list, this.more);
    this.#rows = new Keyed(this.list, (job) => job.id, (job) => new JobRow(job, fleet));
  }

  /** Shows these jobs, of `total` that there are. */
  show(jobs, total = jobs.length) {
    const shown = this.#rows.show(jobs.slice(0, this.#most));
    const left = total - this.#rows.size;
    setText(this.more, left > 0 ? `And ${count(left)} more.` : '');
    return shown;
  }

  progress(id, progress) {
    this.#rows.get(id)?.progress(progress);
  }
}

/** One job. */
class JobRow {
  #fleet;
  #job = null;

  constructor(job, fleet) {
    this.#fleet = fleet;
    const name = words(job.kind);
    this.detail = new JobDetail(job.id, fleet);
    this.note = h('span', { class: 'muted job-note' });
    this.opener = h('button', { type: 'button', class: 'quiet job-opener', 'aria-expanded': 'false', 'aria-controls': this.detail.element.id, on: { click: () => this.#toggle() } }, icon('open'), h('span', {}, name, ' ', this.note));
    this.actions = h('div', { class: 'job-actions' });
    this.bar = h('progress', { max: '1', 'aria-label': name });
    this.percent = h('span', { class: 'percent' });
    this.meter = h('div', { class: 'job-progress', hidden: true }, this.bar, this.percent);
    this.reason = h('p', { class: 'reason', hidden: true });
    this.element = h('li', { class: 'fleet-job', dataset: { job: job.id } }, h('div', { class: 'job-line' }, this.opener, this.actions), this.meter, this.reason, this.detail.element);
  }

  show(job) {
    if (this.#job?.state !== job.state) this.#putActions(job);
    this.#job = job;
    setAttribute(this.element, 'data-state', job.state);
    setText(this.note, this.#notes(job));
    this.meter.hidden = job.state !== 'active';
    this.progress(job.progress);
    this.reason.hidden = !job.reason || job.state === 'active';
    setText(this.reason, job.reason ?? '');
    return this.detail.element.hidden ? null : this.detail.look();
  }

  #notes(job) {
    const due = -this.#fleet.since(job.runAt);
    const parts = [
      job.state === 'delayed' && due > 0 && `in ${span(due)}`,
      (job.state !== 'delayed' || due <= 0) && job.state !== 'active' && `queued ${span(this.#fleet.since(job.createdAt))} ago`,
      job.class !== 'normal' && job.class,
      job.failures > 0 && plural(job.failures, 'failure'),
      job.losses > 0 && plural(job.losses, 'loss', 'losses'),
    ];
    return parts.filter(Boolean).join(' · ');
  }

  /** From 0 to 1; null where its kind does not tell. */
  progress(progress) {
    if (typeof progress !== 'number') return;
    this.bar.value = progress;
    setText(this.percent, `${Math.round(progress * 100)} %`);
  }

  #toggle() {
    const isOpen = this.detail.element.hidden;
    this.detail.element.hidden = !isOpen;
    setAttribute(this.opener, 'aria-expanded', String(isOpen));
    if (isOpen) this.detail.look();
  }

  #putActions({ id, state, kind, subject }) {
    const name = words(kind);
    const { act, isKnown } = this.#fleet;
    const photo = subject && isKnown(subject) ? h('a', { class: 'quiet', href: photoAddress(subject), on: { click: follow } }, 'Photo') : null;
    const retry = () => act(() => post(`/fleet/jobs/${id}/retry`), `${name}: tried again.`);
    const drop = () => act(() => remove(`/fleet/jobs/${id}`), `${name}: dropped.`);
    const parked = [h('button', { type: 'button', class: 'quiet', 'aria-label': `Retry: ${name}`, on: { click: retry } }, 'Retry'), sureButton({ label: 'Drop', name, run: drop })];
    this.actions.replaceChildren(...[photo, ...(state === 'parked' ? parked : [])].filter(Boolean));
  }
}
