// What a node is and can do.

import { fill, h, setText } from './dom.js';
import { abilities } from './fleet-words.js';
import { bytes, count, plural } from './format.js';

/** Closed until somebody wants to know. */
export class Abilities {
  #shown = '';

  constructor() {
    this.summary = h('summary', {}, 'Capabilities');
    this.body = h('div', { class: 'abilities' });
    this.element = h('details', { class: 'capabilities', hidden: true }, this.summary, this.body);
  }

  show(node) {
    const state = JSON.stringify([node.capabilities, node.facts]);
    if (state === this.#shown) return;
    this.#shown = state;
    const groups = abilities(node);
    const facts = machine(node.facts);
    const number = groups.reduce((sum, [, words]) => sum + words.length, 0);
    this.element.hidden = number === 0 && facts.length === 0;
    setText(this.summary, number > 0 ? `${plural(number, 'capability', 'capabilities')}` : 'Machine');
    const group = ([title, words]) => h('div', {}, h('p', { class: 'detail-title' }, title), h('ul', { class: 'chips' }, words.map((word) => h('li', {}, word))));
    fill(this.body, facts.length > 0 ? h('dl', { class: 'job-facts' }, facts.map(([name, text]) => h('div', {}, h('dt', {}, name), h('dd', {}, text)))) : null, groups.map(group));
  }
}

/** What it measured of its machine. A later release may tell more: what has a number or a word is shown as it is. */
function machine(facts) {
  const { cores, memoryBytes, storeLatencyMs, sandbox, settingsFile, encoders: _, decoders: __, ...others } = facts ?? {};
  const known = [
    ['Cores', Number.isFinite(cores) && count(cores)],
    ['Memory', Number.isFinite(memoryBytes) && bytes(memoryBytes)],
    ['Sandbox', typeof sandbox === 'string' && sandbox],
    ['Settings file', typeof settingsFile === 'string' && settingsFile],
    ['Store latency', Number.isFinite(storeLatencyMs) && `${count(Math.round(storeLatencyMs * 10) / 10)} ms`],
  ];
  const more = Object.entries(others).map(([name, value]) => [name, ['string', 'number'].includes(typeof value) && String(value)]);
  return [...known, ...more].filter(([, text]) => text);
}
