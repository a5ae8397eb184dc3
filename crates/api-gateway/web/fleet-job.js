// All that is known of one job: why it does not run, what happened to it, what it is.

import { get } from './api.js';
import { fill, h } from './dom.js';
import { localTime } from './format.js';

/** The same job may be listed in two places, and an id may be there once only. */
let made = 0;

/** Shown below the row of its job while that is open. */
export class JobDetail {
  #id;
  #shown = new Map();
  #fleet;

  constructor(id, fleet) {
    this.#id = id;
    this.#fleet = fleet;
    this.why = h('div', { class: 'why' });
    this.history = h('div', {});
    this.facts = h('div', {});
    made += 1;
    this.element = h('div', { class: 'job-detail', id: `job-${made}`, hidden: true }, h('p', { class: 'muted' }, 'Asking…'));
  }

  /** Asks again, and paints what differs. */
  async look() {
    let job;
    try {
      job = await get(`/fleet/jobs/${this.#id}`);
    } catch (error) {
      this.#shown.clear();
      fill(this.element, h('p', { class: 'muted' }, error.status === 404 ? 'It is done.' : error.message));
      return;
    }
    if (this.#shown.size === 0) fill(this.element, this.why, this.history, this.facts);
    this.#paint(this.why, [job.waitsFor, job.state, job.node], () => whyItWaits(job, this.#fleet));
    this.#paint(this.history, job.history, () => whatHappened(job));
    this.#paint(this.facts, [job.runAt, job.failures, job.losses, job.payload, job.class, job.source], () => whatItIs(job));
  }

  #paint(part, state, make) {
    const text = JSON.stringify(state);
    if (this.#shown.get(part) === text) return;
    this.#shown.set(part, text);
    fill(part, make());
  }
}

function whyItWaits({ waitsFor, state, node }, fleet) {
  if (state === 'active') return [h('p', { class: 'detail-title' }, 'Where it runs'), h('p', {}, fleet.nodeName(node))];
  const title = state === 'parked' ? 'Why it was given up' : 'Why it waits';
  if (waitsFor.length === 0) return [h('p', { class: 'detail-title' }, title), h('p', {}, 'Nothing is in its way: a node takes it at its next beat.')];
  return [h('p', { class: 'detail-title' }, title), h('ul', { class: 'reasons' }, waitsFor.map(({ code, message }) => h('li', { dataset: { code } }, message)))];
}

function whatHappened({ history, createdAt }) {
  const line = ({ at, what, host, reason }) =>
    h('li', {}, h('time', { datetime: at }, localTime(at)), h('span', {}, h('strong', {}, what), host ? ` on ${host}` : null, reason ? h('span', { class: 'reason' }, reason) : null));
  const entries = Array.isArray(history) ? history : [];
  return [h('p', { class: 'detail-title' }, 'What happened'), h('ol', { class: 'history' }, [{ at: createdAt, what: 'queued' }, ...entries].map(line))];
}

function whatItIs(job) {
  const hasPayload = job.payload && Object.keys(job.payload).length > 0;
  const facts = [
    ['Class', job.class],
    ['Source', job.source],
    ['Not before', localTime(job.runAt)],
    ['Failures', String(job.failures)],
    ['Losses', String(job.losses)],
    ['Requires', job.requires.join(', ')],
    ['About', job.subject],
    ['Job', job.id],
    ['Payload', hasPayload && JSON.stringify(job.payload)],
  ];
  const fact = ([name, text]) => (text ? h('div', {}, h('dt', {}, name), h('dd', {}, text)) : null);
  return [h('p', { class: 'detail-title' }, 'What it is'), h('dl', { class: 'job-facts' }, facts.map(fact))];
}
