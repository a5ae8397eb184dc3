// The fleet, for administrators: which machines there are and what they do, what waits and why, what was given up.

import { get } from './api.js';
import { complain, say } from './announce.js';
import { h, setText } from './dom.js';
import { Chores } from './fleet-chores.js';
import { Clock } from './fleet-clock.js';
import { Machines } from './fleet-machines.js';
import { news } from './fleet-news.js';
import { Notices } from './fleet-notices.js';
import { Parked } from './fleet-parked.js';
import { Queues } from './fleet-queues.js';
import { Rates } from './fleet-rates.js';
import { Overview } from './fleet-overview.js';
import { servesTheSame, service } from './fleet-words.js';

// It asks, and is not told: rows of nodes change with each beat and jobs change state hundreds of times a second, so an event
// for each would only make every open page ask more often than this. What has events is how far a job is; that comes by itself.
const LOOK_EVERY = 2_000;

/** For people who are no administrators. */
export function refusal() {
  const element = h('main', { id: 'content', class: 'fleet-page', tabindex: '-1' }, h('h1', {}, 'Fleet'), h('p', {}, 'This page is for administrators.'));
  return { element };
}

/** The view. */
export class FleetView {
  #clock = new Clock();
  #rates = new Rates();
  #last = null;
  #timer = 0;
  #isShown = false;
  #isLooking = false;
  #isAskedAgain = false;
  #nodes = new Map();

  constructor(live, library) {
    /** What the parts of the page may ask of it. */
    const fleet = {
      since: (moment) => this.#clock.since(moment),
      isKnown: (id) => Boolean(library.find(id)),
      hasOthers: (node) => [...this.#nodes.values()].some((other) => servesTheSame(node, other)),
      nodeName: (id) => this.#nodeName(id),
      act: (action, words) => this.#act(action, words),
      ask: (question) => this.#ask(question),
      goToParked: (event, name) => {
        event.preventDefault();
        this.parked.reveal(name);
      },
    };
    this.overview = new Overview(fleet);
    this.machines = new Machines(fleet);
    this.queues = new Queues(fleet);
    this.parked = new Parked(fleet);
    this.chores = new Chores(fleet);
    this.notices = new Notices();
    this.news = h('p', { class: 'unseen', role: 'status' });
    this.element = h('main', { id: 'content', class: 'fleet-page', tabindex: '-1' }, h('h1', {}, 'Fleet'), this.news, this.notices.element, this.overview.element, this.machines.element, this.queues.element, this.parked.element, this.chores.element);
    live.on('progress', ({ id, queue, progress }) => {
      this.machines.progress(id, progress);
      this.queues.progress(id, queue, progress);
    });
  }

  #wake = () => {
    if (!document.hidden) this.#look();
  };

  show() {
    this.#isShown = true;
    // What has changed since somebody last looked is no news.
    this.#last = null;
    document.addEventListener('visibilitychange', this.#wake);
    this.#look();
  }

  hide() {
    this.#isShown = false;
    document.removeEventListener('visibilitychange', this.#wake);
    clearTimeout(this.#timer);
  }

  async #look() {
    clearTimeout(this.#timer);
    if (this.#isLooking) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isLooking = true;
    this.#isAskedAgain = false;
    const questions = ['/fleet/nodes', '/fleet/queues', '/fleet/jobs?state=active&limit=1000', '/fleet/notices', '/fleet/chores'];
    const seen = await this.#ask(() => Promise.all(questions.map((path) => get(path))));
    // Only then comes the next look: no answer is ever painted over a newer one.
    if (seen) await this.#paint(...seen);
    this.#isLooking = false;
    const wait = this.#isAskedAgain ? 0 : LOOK_EVERY;
    if (this.#isShown && !document.hidden) this.#timer = setTimeout(() => this.#look(), wait);
  }

  async #paint(nodes, queues, jobs, notices, chores) {
    this.#clock.note(nodes);
    this.#rates.note(queues);
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    this.notices.show(notices);
    this.overview.show(nodes, queues, jobs);
    const shown = [this.machines.show(nodes, jobs), this.queues.show(queues, this.#rates), this.parked.show(queues), this.chores.show(chores)];
    const told = this.#last ? news(this.#last, { nodes, queues }) : [];
    if (told.length > 0) setText(this.news, told.join(' '));
    this.#last = { nodes, queues };
    await Promise.all(shown);
  }

  #nodeName(id) {
    const node = this.#nodes.get(id);
    return node ? `${service(node.service)} on ${node.host}` : 'A node that is not known here';
  }

  /** An answer, or null. That the server is away is told by the bar already. */
  async #ask(question) {
    try {
      return await question();
    } catch (error) {
      if (error.status !== 0) complain(error);
      return null;
    }
  }

  /** Does something, says so where there are `words`, and looks what came of it. Tells whether it worked. */
  async #act(action, words) {
    let isDone = false;
    try {
      const answer = await action();
      isDone = true;
      if (words) say(typeof words === 'function' ? words(answer) : words);
    } catch (error) {
      complain(error);
    }
    this.#look();
    return isDone;
  }
}
