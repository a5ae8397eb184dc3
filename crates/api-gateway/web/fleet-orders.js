// What an administrator can tell a node: to stop and to go on, how much to do at once, and in which hours.

import { put } from './api.js';
import { fill, h, setAttribute } from './dom.js';
import { HoursField, NumberField } from './fields.js';
import { service } from './fleet-words.js';
import { icon } from './icons.js';
import { Keyed } from './keyed.js';
import { describe } from './queue-names.js';

const MOST_SLOTS = 10_000;
const RESUME = { order: 'active', word: 'Resume', drawing: 'play', hint: 'Takes work again' };
const QUIET = { order: 'quiet', word: 'Quiet', drawing: 'moon', hint: 'Finishes what runs, takes nothing new' };
const PAUSE = { order: 'paused', word: 'Pause', drawing: 'pause', hint: 'Stops at once; other nodes take what ran here' };
/** Always two: what can be ordered after each order. */
const CHOICES = { active: [QUIET, PAUSE], quiet: [RESUME, PAUSE], paused: [RESUME, QUIET] };

/** Two buttons. There are none where the server does not know of orders. */
export class Orders {
  #order = null;
  #node = null;
  #fleet;

  constructor(fleet) {
    this.#fleet = fleet;
    this.buttons = [0, 1].map((place) => h('button', { type: 'button', on: { click: () => this.#give(place) } }));
    this.element = h('div', { class: 'orders', hidden: true }, this.buttons);
  }

  show(node) {
    this.#node = node;
    const order = node.desiredState === null ? 'active' : node.desiredState;
    const isUseful = Boolean(CHOICES[order]) && node.state !== 'gone' && Object.keys(node.slots).length > 0;
    this.element.hidden = !isUseful;
    if (!isUseful || order === this.#order) return;
    this.#order = order;
    for (const [place, { word, drawing, hint }] of CHOICES[order].entries()) {
      const button = this.buttons[place];
      fill(button, icon(drawing), word);
      setAttribute(button, 'title', hint);
      setAttribute(button, 'aria-label', `${word}: ${service(node.service)} on ${node.host}`);
    }
  }

  #give(place) {
    const { order } = CHOICES[this.#order][place];
    return this.#fleet.act(() => put(`/fleet/nodes/${this.#node.id}`, { state: order }));
  }
}

/** The numbers to edit. */
export class Numbers {
  #id = null;
  #fleet;
  #rows;
  #name = '';

  constructor(fleet) {
    this.#fleet = fleet;
    const list = h('ul', { class: 'slot-fields' });
    this.#rows = new Keyed(list, ({ queue }) => queue, ({ queue }) => new SlotRow(queue, this.#name, (slots) => this.#save({ slots: { [queue]: slots } })));
    this.place = h('div', {});
    this.hours = null;
    this.element = h('details', { class: 'numbers' }, h('summary', {}, 'Slots'), h('p', { class: 'muted small' }, 'How many jobs of each queue run here at once. Without a number of its own the node follows the settings.'), list, this.place);
  }

  show(node) {
    this.#id = node.id;
    this.#name = `${service(node.service)} on ${node.host}`;
    const queues = new Set([...Object.keys(node.slots), ...Object.keys(node.overrides ?? {})]);
    this.element.hidden = node.state === 'gone' || queues.size === 0;
    const rows = [...queues].map((queue) => ({ queue, slots: node.slots[queue] ?? 0, own: node.overrides?.[queue] ?? null }));
    this.#rows.show(rows.sort((one, other) => describe(one.queue).title.localeCompare(describe(other.queue).title)));
    if (node.hours === undefined) return;
    this.hours ??= this.#putHours();
    this.hours.show(node.hours);
  }

  #putHours() {
    this.element.firstElementChild.textContent = 'Slots and hours';
    const field = new HoursField({ name: `Hours of ${this.#name}`, label: 'Works only from', save: (hours) => this.#save({ hours }) });
    fill(this.place, field.element);
    return field;
  }

  #save(change) {
    return this.#fleet.act(() => put(`/fleet/nodes/${this.#id}`, change));
  }
}

class SlotRow {
  constructor(queue, node, save) {
    const { title } = describe(queue);
    this.field = new NumberField({ name: `Slots of ${title}, ${node}`, label: title, min: 0, max: MOST_SLOTS, save });
    this.reset = h('button', { type: 'button', class: 'quiet reset', 'aria-label': `Follow the settings: ${title}, ${node}`, title: 'Follow the settings again', on: { click: () => save(null) } }, icon('retry'));
    this.element = h('li', {}, this.field.element, this.reset);
  }

  show({ slots, own }) {
    this.field.show(own ?? slots);
    // Out of sight, not out of the layout.
    this.reset.classList.toggle('needed', own !== null);
  }
}
