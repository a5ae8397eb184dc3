// What the fleet does now and then: when it was done last, how long that took, and what went wrong.

import { h, setAttribute, setText } from './dom.js';
import { count, span } from './format.js';
import { Keyed } from './keyed.js';

const TITLES = {
  leases: 'Take back what was lost',
  nodes: 'Note who is gone',
  schedules: 'Start what is due',
  files: 'Delete what nobody will finish',
  feed: 'Keep the feed of changes in order',
};

/** The section. */
export class Chores {
  #rows;

  constructor(fleet) {
    const list = h('ul', { class: 'chores' });
    this.#rows = new Keyed(list, ({ name }) => name, ({ name }) => new ChoreRow(name, fleet));
    this.element = h('section', { 'aria-labelledby': 'chores' }, h('h2', { id: 'chores' }, 'Chores'), list);
  }

  show(chores) {
    return this.#rows.show(chores);
  }
}

class ChoreRow {
  #fleet;

  constructor(name, fleet) {
    this.#fleet = fleet;
    this.course = h('span', { class: 'muted small' });
    this.error = h('p', { class: 'chore-error small', hidden: true });
    this.element = h('li', { class: 'chore', dataset: { chore: name } }, h('h3', {}, TITLES[name] ?? name), this.course, this.error);
  }

  show({ startedAt, durationMs, error, node }) {
    setText(this.course, this.#words(startedAt, durationMs, node));
    setText(this.error, error ? `It failed: ${error}` : '');
    this.error.hidden = !error;
    setAttribute(this.element, 'data-bad', Boolean(error));
  }

  #words(startedAt, durationMs, node) {
    if (!startedAt) return 'Not yet done';
    const who = this.#fleet.nodeName(node);
    const ago = `${span(this.#fleet.since(startedAt))} ago`;
    return durationMs === null ? `Begun ${ago} · ${who}` : `${ago} · took ${count(durationMs)} ms · ${who}`;
  }
}
