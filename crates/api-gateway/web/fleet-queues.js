// The queues of the fleet: how much waits, how fast it goes, and what is in them.

import { get, put } from './api.js';
import { fill, h, setAttribute, setText } from './dom.js';
import { NumberField } from './fields.js';
import { sparkline } from './fleet-course.js';
import { JobList } from './fleet-jobs.js';
import { showState, statePill } from './fleet-node.js';
import { count, span } from './format.js';
import { icon } from './icons.js';
import { Keyed } from './keyed.js';
import { describe, inOrder } from './queue-names.js';

const MOST_ACTIVE = 10_000;
/** So many jobs of a state are listed. */
const LISTED = 50;
/** The counters that open a list. */
const STATES = [
  ['waiting', 'Waiting'],
  ['active', 'Running'],
  ['delayed', 'Delayed'],
];

/** The section. Queues that nothing here works on are put away. */
export class Queues {
  #used;
  #unused;

  constructor(fleet) {
    const make = ({ queue }) => new QueueRow(queue.name, fleet);
    const list = () => h('ul', { class: 'fleet-queues' });
    const name = ({ queue }) => queue.name;
    this.#used = new Keyed(list(), name, make);
    this.#unused = new Keyed(list(), name, make);
    this.rest = h('details', { class: 'unused' }, h('summary', {}, 'Queues without work in Safelight'), this.#unused.element);
    this.element = h('section', { 'aria-labelledby': 'fleet-queues' }, h('h2', { id: 'fleet-queues' }, 'Queues'), this.#used.element, this.rest);
  }

  show(queues, rates) {
    const items = inOrder(queues).map((queue) => ({ queue, rate: rates.perMinute(queue.name), course: rates.course(queue.name), left: rates.untilEmpty(queue) }));
    const isUnused = ({ queue }) => Boolean(describe(queue.name).isUnused);
    const shown = [this.#used.show(items.filter((item) => !isUnused(item))), this.#unused.show(items.filter(isUnused))];
    this.rest.hidden = this.#unused.size === 0;
    return Promise.all(shown);
  }

  progress(id, queue, progress) {
    this.#used.get(queue)?.jobs.progress(id, progress);
  }
}

class QueueRow {
  #name;
  #fleet;
  #queue = null;
  #open = null;

  constructor(name, fleet) {
    const { title, isUnstoppable, isSingle } = describe(name);
    this.#name = name;
    this.#fleet = fleet;
    this.pill = statePill();
    this.counters = new Map(STATES.map(([state, label]) => [state, this.#counter(state, label, title)]));
    this.parked = h('a', { class: 'figure', href: '#parked', on: { click: (event) => fleet.goToParked(event, name) } }, figure('Parked'));
    this.rate = h('div', { class: 'figure rate' }, figure('Per minute'));
    this.left = h('div', { class: 'figure' }, figure('Empty in'));
    this.course = h('div', { class: 'course' });
    this.rate.append(this.course);
    this.limit = isSingle ? null : new NumberField({ name: `Limit of ${title} over all nodes`, label: 'Limit', min: 1, max: MOST_ACTIVE, isOptional: true, placeholder: 'none', save: (maxActive) => this.#do(() => put(`/fleet/queues/${name}`, { maxActive })) });
    this.pause = isUnstoppable ? null : h('button', { type: 'button', class: 'quiet icon-only', on: { click: () => this.#do(() => put(`/queues/${name}`, { isPaused: !this.#queue.isPaused })) } });
    this.jobs = new JobList(`Jobs of ${title}`, fleet, LISTED);
    this.panel = h('div', { class: 'queue-panel', id: `jobs-${name}`, hidden: true }, this.jobs.element, h('p', { class: 'muted nothing' }, 'None right now.'));
    this.element = h(
      'li',
      { class: 'fleet-queue', dataset: { queue: name } },
      h('div', { class: 'queue-line' }, h('div', { class: 'queue-title' }, h('h3', {}, title), this.pill), h('div', { class: 'figures' }, [...this.counters.values()], this.parked, this.rate, this.left), h('div', { class: 'queue-controls' }, this.limit?.element ?? h('p', { class: 'muted small single' }, 'Always one at a time'), this.pause)),
      this.panel,
    );
  }

  #counter(state, label, title) {
    return h('button', { type: 'button', class: 'quiet figure', 'aria-expanded': 'false', 'aria-controls': `jobs-${this.#name}`, title: `Show jobs: ${label.toLowerCase()}`, dataset: { state }, on: { click: () => this.#toggle(state) } }, figure(label), h('span', { class: 'unseen' }, `: ${title}`));
  }

  show({ queue, rate, course, left }) {
    this.#queue = queue;
    const { statistics, isPaused } = queue;
    const due = statistics.waiting + statistics.paused;
    setAttribute(this.element, 'data-idle', due + statistics.active === 0);
    showState(this.pill, isPaused ? 'paused' : statistics.active > 0 ? 'active' : 'idle', isPaused ? 'Paused' : statistics.active > 0 ? 'Running' : due > 0 ? 'Waiting' : 'Idle');
    for (const [state, button] of this.counters) setNumber(button, count(state === 'waiting' ? due : statistics[state]));
    setNumber(this.parked, count(statistics.failed));
    setAttribute(this.parked, 'data-any', statistics.failed > 0);
    setNumber(this.rate, rate === null ? '–' : count(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate)));
    sparkline(this.course, course);
    setNumber(this.left, due + statistics.active === 0 ? '–' : isPaused ? 'paused' : left === null ? '–' : span(left));
    this.limit?.show(queue.maxActive);
    this.#showPause(isPaused);
    return this.#open ? this.#list() : null;
  }

  #showPause(isPaused) {
    if (!this.pause || this.pause.dataset.isPaused === String(isPaused)) return;
    this.pause.dataset.isPaused = String(isPaused);
    const word = isPaused ? 'Resume' : 'Pause';
    fill(this.pause, icon(isPaused ? 'play' : 'pause'));
    setAttribute(this.pause, 'title', word);
    setAttribute(this.pause, 'aria-label', `${word}: ${describe(this.#name).title}`);
  }

  #toggle(state) {
    this.#open = this.#open === state ? null : state;
    for (const [name, button] of this.counters) setAttribute(button, 'aria-expanded', String(name === this.#open));
    this.panel.hidden = !this.#open;
    this.jobs.show([]);
    this.panel.classList.remove('empty');
    if (this.#open) this.#list();
  }

  async #list() {
    const state = this.#open;
    const jobs = await this.#fleet.ask(() => get(`/fleet/jobs?queue=${this.#name}&state=${state}&limit=${LISTED}`));
    if (!jobs || state !== this.#open) return;
    const { statistics } = this.#queue;
    const total = state === 'waiting' ? statistics.waiting + statistics.paused : statistics[state];
    this.panel.classList.toggle('empty', jobs.length === 0);
    await this.jobs.show(jobs, jobs.length < LISTED ? jobs.length : Math.max(total, jobs.length));
  }

  #do(action) {
    return this.#fleet.act(action);
  }
}

/** A number with what it counts below. */
function figure(label) {
  return [h('span', { class: 'number' }, '–'), h('span', { class: 'what' }, label)];
}

function setNumber(element, text) {
  setText(element.querySelector('.number'), text);
}
