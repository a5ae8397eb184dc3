// Where in the page somebody is, kept in the address: `#/`, `#/photo/<id>`, `#/queues`, and `/fleet`.

import { Emitter } from './events.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The fleet has a path of its own, which leads here also where another web app is at `/`. */
const FLEET = '/fleet';
/** Where this page always is. */
const HOME = '/_safelight';

/** `change` with the new place. */
export const router = new Emitter();

/** The place that the address names; anything unknown is the timeline. */
export function here() {
  const [, first, second] = location.hash.split('/');
  if (first === 'photo' && UUID.test(second ?? '')) return { name: 'photo', id: second };
  if (first === undefined && location.pathname === FLEET) return { name: 'fleet' };
  return { name: first === 'queues' ? 'queues' : 'timeline' };
}

export const photoAddress = (id) => `#/photo/${id}`;

/** Goes to an address of this page. A step taken here can be taken back by `back`. */
export function go(address, { replace = false } = {}) {
  const isLeavingFleet = address.startsWith('#') && location.pathname === FLEET;
  const target = isLeavingFleet ? HOME + address : address;
  if (replace) history.replaceState(history.state, '', target);
  else history.pushState({ isInside: true }, '', target);
  router.emit('change', here());
}

/** Goes back to where somebody came from, or where the address was opened directly, to `otherwise`. */
export function back(otherwise) {
  if (history.state?.isInside) history.back();
  else go(otherwise, { replace: true });
}

/** A listener for links within the page: a plain click is a step, any other (new tab, save) is the browser's. */
export function follow(event) {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(event.currentTarget.getAttribute('href'));
}

addEventListener('popstate', () => router.emit('change', here()));
