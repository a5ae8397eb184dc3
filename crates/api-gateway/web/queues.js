// The queues, for administrators: what waits, what runs and how far it is, what was given up and why.

import { get, put } from './api.js';
import { complain, say } from './announce.js';
import { fill, h, setAttribute, setText } from './dom.js';
import { Notices } from './fleet-notices.js';
import { count, plural } from './format.js';
import { icon } from './icons.js';
import { failedJobs, RunningJobs } from './job-list.js';
import { RUN_LABELS, describe, inOrder } from './queue-names.js';

const LOOK_EVERY = 2_000;
const COUNTERS = [
  ['active', 'Running'],
  ['waiting', 'Waiting'],
  ['delayed', 'Delayed'],
  ['failed', 'Failed'],
  ['completed', 'Done'],
];

/** The view. Asks again every two seconds while it is in sight; progress comes by itself in between. */
export class QueuesView {
  #cards = new Map();
  #timer = 0;
  #isShown = false;
  #library;

  constructor(live, library) {
    this.#library = library;
    this.list = h('ul', { class: 'queues' });
    this.unused = h('ul', { class: 'queues' });
    this.rest = h('details', { class: 'unused', hidden: true }, h('summary', {}, 'Queues without work in Safelight'), this.unused);
    this.notices = new Notices();
    this.element = h('main', { id: 'content', class: 'queues-page', tabindex: '-1' }, h('h1', {}, 'Queues'), this.notices.element, this.list, this.rest);
    live.on('progress', ({ id, queue, progress }) => this.#cards.get(queue)?.running.progress(id, progress));
    document.addEventListener('visibilitychange', this.#wake);
  }

  #wake = () => {
    if (this.#isShown && !document.hidden) this.#look();
  };

  show() {
    this.#isShown = true;
    this.#look();
  }

  hide() {
    this.#isShown = false;
    clearTimeout(this.#timer);
  }

  #look = async () => {
    clearTimeout(this.#timer);
    try {
      const [queues, notices] = await Promise.all([get('/queues'), get('/fleet/notices')]);
      this.notices.show(notices.filter(({ code }) => code === 'nobody'));
      await Promise.all(inOrder(queues).map((queue) => this.#card(queue).show(queue)));
      this.rest.hidden = this.unused.childElementCount === 0;
    } catch (error) {
      // That the server is away is told by the bar already.
      if (error.status !== 0) complain(error);
    }
    clearTimeout(this.#timer);
    if (this.#isShown && !document.hidden) this.#timer = setTimeout(this.#look, LOOK_EVERY);
  };

  #card({ name }) {
    let card = this.#cards.get(name);
    if (!card) {
      card = new QueueCard(name, { isKnown: (id) => Boolean(this.#library.find(id)), look: this.#look });
      this.#cards.set(name, card);
      (describe(name).isUnused ? this.unused : this.list).append(card.element);
    }
    return card;
  }
}

/** One queue. */
class QueueCard {
  #name;
  #isKnown;
  #look;
  #queue = null;

  constructor(name, { isKnown, look }) {
    const { title, runs, isUnstoppable } = describe(name);
    this.#name = name;
    this.#isKnown = isKnown;
    this.#look = look;
    this.state = h('span', { class: 'state' });
    this.numbers = new Map(COUNTERS.map(([key]) => [key, h('dd', {}, '0')]));
    this.running = new RunningJobs();
    this.pause = isUnstoppable ? null : this.#button('', title, () => this.#update({ isPaused: !this.#queue.isPaused }));
    this.clear = this.#button('Clear failed', title, () => this.#clear());
    this.failures = h('div');
    this.failed = h('details', { class: 'failures', hidden: true, on: { toggle: () => this.#listFailed() } }, h('summary', {}), this.failures);
    const starts = runs.map((run) => this.#button(RUN_LABELS[run], title, () => this.#start(run)));
    this.element = h(
      'li',
      { class: 'queue', dataset: { queue: name } },
      h('div', { class: 'queue-head' }, h('h2', {}, title), this.state),
      h('dl', {}, COUNTERS.map(([key, label]) => h('div', { class: key }, h('dt', {}, label), this.numbers.get(key)))),
      this.running.element,
      this.failed,
      h('div', { class: 'actions' }, this.pause, starts, this.clear),
    );
  }

  #button(label, title, click) {
    return h('button', { type: 'button', 'aria-label': label ? `${label}: ${title}` : null, on: { click } }, label);
  }

  /** Shows the newest numbers, and asks for the jobs that run. */
  async show(queue) {
    const before = this.#queue?.statistics.failed;
    this.#queue = queue;
    const { statistics, isPaused } = queue;
    for (const [key, element] of this.numbers) setText(element, count(key === 'waiting' ? statistics.waiting + statistics.paused : statistics[key]));
    this.#showState(isPaused, statistics.active > 0);
    setText(this.failed.firstElementChild, `${plural(statistics.failed, 'job')} given up`);
    this.failed.hidden = statistics.failed === 0;
    this.clear.hidden = statistics.failed === 0;
    if (before !== statistics.failed) this.#listFailed();
    const jobs = statistics.active > 0 ? await get(`/queues/${this.#name}/jobs?status[]=active`) : [];
    this.running.show(jobs, this.#isKnown);
  }

  #showState(isPaused, isActive) {
    setText(this.state, isPaused ? 'Paused' : isActive ? 'Running' : 'Idle');
    this.state.className = `state ${isPaused ? 'paused' : isActive ? 'running' : 'idle'}`;
    if (!this.pause || this.pause.dataset.isPaused === String(isPaused)) return;
    this.pause.dataset.isPaused = String(isPaused);
    const word = isPaused ? 'Resume' : 'Pause';
    fill(this.pause, icon(isPaused ? 'play' : 'pause'), word);
    setAttribute(this.pause, 'aria-label', `${word}: ${describe(this.#name).title}`);
  }

  async #listFailed() {
    if (!this.failed.open || this.failed.hidden) return;
    try {
      const jobs = await get(`/queues/${this.#name}/jobs?status[]=failed`);
      fill(this.failures, failedJobs(jobs, this.#queue.statistics.failed, this.#isKnown));
    } catch (error) {
      complain(error);
    }
  }

  #update(changes) {
    return this.#do(() => put(`/queues/${this.#name}`, changes));
  }

  #start(run) {
    const { title } = describe(this.#name);
    return this.#do(async () => {
      await put(`/jobs/${this.#name}`, { command: 'start', force: run === 'all' });
      say(`${title}: started.`);
    });
  }

  #clear() {
    return this.#do(() => put(`/jobs/${this.#name}`, { command: 'clear-failed' }));
  }

  async #do(action) {
    try {
      await action();
    } catch (error) {
      complain(error);
    }
    this.#look();
  }
}
