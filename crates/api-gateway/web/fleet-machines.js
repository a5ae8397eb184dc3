// The machines of the fleet, with the processes on each.

import { h, setText } from './dom.js';
import { NodeCard } from './fleet-node.js';
import { service } from './fleet-words.js';
import { plural, span } from './format.js';
import { Keyed } from './keyed.js';

/** The section. */
export class Machines {
  #fleet;
  #cards;
  #earlier;

  constructor(fleet) {
    this.#fleet = fleet;
    const list = h('ul', { class: 'machines' });
    this.#cards = new Keyed(list, ({ host }) => host, ({ host }) => new MachineCard(host, fleet));
    this.summary = h('summary', {});
    const past = h('ul', { class: 'earlier' });
    this.#earlier = new Keyed(past, (node) => node.id, (node) => this.#line(node));
    this.details = h('details', { class: 'earlier-nodes', hidden: true }, this.summary, past);
    this.element = h('section', { 'aria-labelledby': 'machines' }, h('h2', { id: 'machines' }, 'Machines'), list, this.details);
  }

  show(nodes, jobs) {
    const { present, earlier } = sortOut(nodes);
    const byNode = group(jobs, (job) => job.node);
    const machines = [...group(present, (node) => node.host)];
    const shown = this.#cards.show(machines.map(([host, ones]) => ({ host, nodes: ones.map((node) => ({ node, jobs: byNode.get(node.id) ?? [] })) })));
    this.details.hidden = earlier.length === 0;
    setText(this.summary, `${plural(earlier.length, 'process', 'processes')} that left in the last day`);
    this.#earlier.show(earlier);
    return shown;
  }

  progress(id, progress) {
    for (const card of this.#cards.rows()) card.progress(id, progress);
  }

  #line(node) {
    const element = h('li', {});
    const show = ({ heartbeat, version }) => setText(element, `${service(node.service)} on ${node.host} · ${version} · last heard of ${span(this.#fleet.since(heartbeat))} ago`);
    return { element, show };
  }
}

/** Lists by what `key` gives, in the order in which keys first come. */
function group(items, key) {
  const lists = new Map();
  for (const item of items) {
    const list = lists.get(key(item));
    if (list) list.push(item);
    else lists.set(key(item), [item]);
  }
  return lists;
}

/** A process that is gone is shown among the others while no newer one has taken its place. */
function sortOut(nodes) {
  const place = (node) => `${node.service} ${node.host}`;
  const newest = new Map();
  const isLater = (one, other) => (one.state === 'gone') === (other.state === 'gone') ? one.startedAt > other.startedAt : one.state !== 'gone';
  for (const node of nodes) {
    const known = newest.get(place(node));
    if (!known || isLater(node, known)) newest.set(place(node), node);
  }
  const isPresent = (node) => node.state !== 'gone' || newest.get(place(node)) === node;
  return { present: nodes.filter(isPresent), earlier: nodes.filter((node) => !isPresent(node)) };
}

class MachineCard {
  #cards;

  constructor(host, fleet) {
    const list = h('ul', { class: 'nodes' });
    this.#cards = new Keyed(list, ({ node }) => node.id, ({ node }) => new NodeCard(node, fleet));
    this.about = h('p', { class: 'muted small' });
    this.element = h('li', { class: 'machine', dataset: { host } }, h('div', { class: 'machine-head' }, h('h3', {}, host), this.about), list);
  }

  show({ nodes }) {
    const living = nodes.filter(({ node }) => node.state !== 'gone');
    const facts = living.map(({ node }) => node.facts).find((known) => known?.cores);
    const parts = [living.length > 0 ? plural(living.length, 'process', 'processes') : 'Gone', facts && plural(facts.cores, 'core')];
    setText(this.about, parts.filter(Boolean).join(' · '));
    return this.#cards.show(nodes);
  }

  progress(id, progress) {
    for (const card of this.#cards.rows()) card.progress(id, progress);
  }
}
