// How many jobs of each queue a node runs, of how many it may run at once.

import { h, setAttribute, setText } from './dom.js';
import { Keyed } from './keyed.js';
import { describe } from './queue-names.js';

/** More slots than this are told by the number only. */
const DRAWN = 16;

/** A line for each queue that the node serves. */
export class Load {
  #rows;

  constructor() {
    this.element = h('ul', { class: 'loads', 'aria-label': 'Running, of slots' });
    this.#rows = new Keyed(this.element, ({ queue }) => queue, ({ queue }) => new LoadRow(queue));
  }

  /** `running` counts the node's jobs by queue. */
  show(slots, running) {
    const rows = Object.entries(slots).map(([queue, most]) => ({ queue, most, busy: running.get(queue) ?? 0 }));
    this.#rows.show(inOrder(rows));
  }
}

/** Those with several slots first: they are what the node is for. */
function inOrder(rows) {
  return rows.sort((one, other) => other.most - one.most || describe(one.queue).title.localeCompare(describe(other.queue).title));
}

class LoadRow {
  constructor(queue) {
    this.pips = h('span', { class: 'pips', 'aria-hidden': 'true' });
    this.numbers = h('span', { class: 'load-numbers' });
    this.element = h('li', { dataset: { queue } }, h('span', { class: 'load-name' }, describe(queue).title), this.pips, this.numbers);
  }

  show({ most, busy }) {
    setText(this.numbers, `${busy} of ${most}`);
    setAttribute(this.element, 'data-busy', busy > 0);
    const wanted = most > DRAWN ? 0 : Math.max(most, busy);
    while (this.pips.childElementCount > wanted) this.pips.lastElementChild.remove();
    while (this.pips.childElementCount < wanted) this.pips.append(h('i'));
    for (const [index, pip] of [...this.pips.children].entries()) pip.classList.toggle('busy', index < busy);
  }
}
