// What an administrator should know of the installation as a whole.

import { h } from './dom.js';

/** A list of sentences, out of sight while there are none. */
export class Notices {
  #shown = '';

  constructor() {
    this.element = h('ul', { class: 'notices', 'aria-label': 'Notices', hidden: true });
  }

  show(notices) {
    const told = JSON.stringify(notices);
    // Rows that say the same stay: somebody may be reading or copying them.
    if (told === this.#shown) return;
    this.#shown = told;
    this.element.hidden = notices.length === 0;
    this.element.replaceChildren(...notices.map(({ message }) => h('li', {}, message)));
  }
}
