// The fleet in four numbers.

import { h, setAttribute, setText } from './dom.js';
import { count, plural } from './format.js';

/** How many machines, how busy, how much waits, how much was given up. */
export class Overview {
  constructor(fleet) {
    this.machines = tile('Machines');
    this.slots = tile('Slots in use');
    this.waiting = tile('Waiting');
    this.parked = tile('Parked', { href: '#parked', on: { click: (event) => fleet.goToParked(event) } });
    this.element = h('ul', { class: 'overview', 'aria-label': 'Overview' }, [this.machines, this.slots, this.waiting, this.parked].map(({ element }) => element));
  }

  show(nodes, queues, jobs) {
    const living = nodes.filter((node) => node.state !== 'gone');
    const ill = living.filter((node) => node.state === 'ill').length;
    const idle = living.filter((node) => !node.isSilent && ['quiet', 'paused'].includes(node.state)).length;
    const silent = living.filter((node) => node.isSilent).length;
    const still = [silent > 0 && `${count(silent)} silent`, ill > 0 && `${count(ill)} ill`, idle > 0 && `${count(idle)} still`].filter(Boolean).join(' · ');
    this.machines.show(new Set(living.map((node) => node.host)).size, still || plural(living.length, 'process', 'processes'), ill > 0);
    const slots = living.flatMap((node) => Object.values(node.slots)).reduce((sum, number) => sum + number, 0);
    this.slots.show(jobs.length, `of ${count(slots)}`);
    const sum = (pick) => queues.reduce((total, { statistics }) => total + pick(statistics), 0);
    const paused = queues.filter((queue) => queue.isPaused).length;
    this.waiting.show(sum(({ waiting, paused: held }) => waiting + held), paused > 0 ? `${plural(paused, 'queue')} paused` : `${count(sum(({ delayed }) => delayed))} delayed`);
    const failed = sum((statistics) => statistics.failed);
    this.parked.show(failed, failed > 0 ? 'need a look' : 'nothing given up', failed > 0);
  }
}

function tile(title, link) {
  const number = h('span', { class: 'tile-number' }, '–');
  const note = h('span', { class: 'muted small' }, '\u00a0');
  const element = h('li', {}, h(link ? 'a' : 'div', { class: 'overview-tile', ...link }, h('span', { class: 'tile-title' }, title), number, note));
  const show = (value, words, isBad = false) => {
    setText(number, count(value));
    setText(note, words);
    setAttribute(element, 'data-bad', isBad);
  };
  return { element, show };
}
