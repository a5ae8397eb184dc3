// What was given up, by queue, with the reason; retried or dropped.

import { get, post, remove } from './api.js';
import { h, setText } from './dom.js';
import { JobList } from './fleet-jobs.js';
import { plural } from './format.js';
import { Keyed } from './keyed.js';
import { describe, inOrder } from './queue-names.js';
import { sureButton } from './sure-button.js';

/** So many of a queue are listed, the oldest first. */
const LISTED = 50;

/** The section. */
export class Parked {
  #groups;

  constructor(fleet) {
    const list = h('ul', { class: 'parked-queues' });
    this.#groups = new Keyed(list, ({ name }) => name, ({ name }) => new ParkedQueue(name, fleet));
    this.title = h('h2', { id: 'parked', tabindex: '-1' }, 'Parked');
    this.none = h('p', { class: 'muted' }, 'No job was given up.');
    this.element = h('section', { 'aria-labelledby': 'parked', class: 'parked' }, this.title, this.none, list);
  }

  show(queues) {
    const some = inOrder(queues).filter(({ statistics }) => statistics.failed > 0);
    this.none.hidden = some.length > 0;
    return this.#groups.show(some);
  }

  /** Brings the jobs of this queue into sight. */
  reveal(name) {
    const title = this.#groups.get(name)?.title ?? this.title;
    title.focus();
    title.scrollIntoView({ block: 'start' });
  }
}

class ParkedQueue {
  #name;
  #fleet;
  #total = 0;

  constructor(name, fleet) {
    this.#name = name;
    this.#fleet = fleet;
    const { title } = describe(name);
    const path = `/fleet/queues/${name}/parked`;
    this.title = h('h3', { tabindex: '-1' }, title);
    this.total = h('span', { class: 'muted small' });
    this.jobs = new JobList(`Parked jobs of ${title}`, fleet, LISTED);
    const retry = () => fleet.act(() => post(`${path}/retry`), ({ jobs }) => `${title}: ${plural(jobs, 'job')} tried again.`);
    const drop = () => fleet.act(() => remove(path), ({ jobs }) => `${title}: ${plural(jobs, 'job')} dropped.`);
    this.element = h(
      'li',
      { class: 'parked-queue', dataset: { queue: name } },
      h('div', { class: 'parked-head' }, this.title, this.total, h('div', { class: 'parked-actions' }, h('button', { type: 'button', 'aria-label': `Retry all: ${title}`, on: { click: retry } }, 'Retry all'), sureButton({ label: 'Drop all', name: title, run: drop, className: '' }))),
      this.jobs.element,
    );
  }

  show({ statistics }) {
    this.#total = statistics.failed;
    setText(this.total, plural(this.#total, 'job'));
    return this.#list();
  }

  async #list() {
    const jobs = await this.#fleet.ask(() => get(`/fleet/jobs?queue=${this.#name}&state=parked&limit=${LISTED}`));
    if (jobs) await this.jobs.show(jobs, Math.max(jobs.length, this.#total));
  }
}
