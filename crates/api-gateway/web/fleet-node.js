// One process of the fleet.

import { fill, h, setAttribute, setText } from './dom.js';
import { Abilities } from './fleet-abilities.js';
import { JobList } from './fleet-jobs.js';
import { Load } from './fleet-load.js';
import { Numbers, Orders } from './fleet-orders.js';
import { notesOf, service, stateOf } from './fleet-words.js';
import { span } from './format.js';

/** So many running jobs are listed. */
const LISTED = 6;
/** Nodes beat every 2.5 s: what is younger than this is nothing to read. */
const JUST_NOW = 8;

/** The pill that tells a state; the dot's colour says nothing that the word does not. */
export function statePill() {
  return h('span', { class: 'pill' });
}

export function showState(pill, kind, word) {
  setAttribute(pill, 'data-kind', kind);
  setText(pill, word);
}

/** Its card. */
export class NodeCard {
  #fleet;
  #most = 0;
  #noted = '[]';

  constructor(node, fleet) {
    this.#fleet = fleet;
    const name = `${service(node.service)} on ${node.host}`;
    this.pill = statePill();
    this.heard = h('p', { class: 'muted small heard' });
    this.note = h('p', { class: 'node-note', hidden: true });
    this.notes = h('ul', { class: 'node-notes', hidden: true });
    this.load = new Load();
    this.jobs = new JobList(`Running on ${name}`, fleet, LISTED);
    this.orders = new Orders(fleet);
    this.numbers = new Numbers(fleet);
    this.abilities = new Abilities();
    this.element = h(
      'li',
      { class: 'node', dataset: { node: node.id, service: node.service } },
      h('div', { class: 'node-head' }, h('h4', {}, service(node.service)), this.pill),
      this.heard,
      this.note,
      this.notes,
      this.load.element,
      this.jobs.element,
      h('div', { class: 'node-foot' }, this.orders.element, this.abilities.element, this.numbers.element),
    );
  }

  /** Shows the row of the node and the jobs that run there. */
  show({ node, jobs }) {
    const { kind, word, note } = stateOf(node, this.#fleet.hasOthers(node));
    setAttribute(this.element, 'data-state', kind);
    showState(this.pill, kind, word);
    setText(this.heard, this.#whenHeard(node));
    setText(this.note, note);
    this.note.hidden = !note;
    this.#showNotes(notesOf(node));
    const isGone = node.state === 'gone';
    this.load.element.hidden = isGone;
    if (!isGone) this.load.show(node.slots, countBy(jobs));
    const listed = this.jobs.show(jobs);
    this.#keepRoom(jobs.length);
    this.orders.show(node);
    this.numbers.show(node);
    this.abilities.show(node);
    return listed;
  }

  /** What it wants an operator to know; the list stays as it is while that is the same. */
  #showNotes(notes) {
    const shown = JSON.stringify(notes);
    if (shown === this.#noted) return;
    this.#noted = shown;
    this.notes.hidden = notes.length === 0;
    fill(this.notes, notes.map((note) => h('li', {}, note)));
  }

  /** Jobs come and go; the room for as many as there were stays, so that what is below does not jump. */
  #keepRoom(jobs) {
    this.#most = Math.max(this.#most, Math.min(jobs, LISTED));
    this.jobs.element.hidden = this.#most === 0;
    this.jobs.element.style.setProperty('--rows', String(this.#most));
  }

  #whenHeard(node) {
    const silent = this.#fleet.since(node.heartbeat);
    const heard = silent < JUST_NOW ? 'Heard of just now' : `Last heard of ${span(silent)} ago`;
    const up = node.state === 'gone' ? '' : ` · up ${span(this.#fleet.since(node.startedAt))}`;
    return `${heard}${up} · ${node.version}`;
  }

  progress(id, progress) {
    this.jobs.progress(id, progress);
  }
}

function countBy(jobs) {
  const counts = new Map();
  for (const { queue } of jobs) counts.set(queue, (counts.get(queue) ?? 0) + 1);
  return counts;
}
