// Short messages at the edge of the page, read out by screen readers.

import { h } from './dom.js';
import { icon } from './icons.js';

const SHOWN_FOR = 6_000;
/** Somebody has to read it, think, and reach the button. */
const SHOWN_WITH_ACTION_FOR = 12_000;

/** Shows `text`, with a button where there is something to do about it: `{ label, run }`. */
export function say(text, action) {
  const messages = document.getElementById('messages');
  for (const shown of messages.children) {
    if (shown.firstElementChild.textContent === text) shown.remove();
  }
  const message = h('div', { class: 'message' }, h('p', {}, text));
  let timer;
  const close = () => {
    clearTimeout(timer);
    message.remove();
  };
  const wait = () => {
    timer = setTimeout(close, action ? SHOWN_WITH_ACTION_FOR : SHOWN_FOR);
  };
  if (action) {
    const run = () => {
      close();
      action.run();
    };
    message.append(h('button', { type: 'button', class: 'quiet', on: { click: run } }, action.label));
  }
  message.append(h('button', { type: 'button', class: 'quiet icon-only', 'aria-label': 'Dismiss', on: { click: close } }, icon('close')));
  message.addEventListener('pointerenter', () => clearTimeout(timer));
  message.addEventListener('pointerleave', wait);
  message.addEventListener('focusin', () => clearTimeout(timer));
  message.addEventListener('focusout', wait);
  messages.append(message);
  while (messages.childElementCount > 3) messages.firstElementChild.remove();
  wait();
}

/** Shows what went wrong; a request that was given up on purpose is nothing to tell. */
export function complain(error) {
  if (error?.name === 'AbortError' || error?.status === 401) return;
  say(error?.message ?? String(error));
}
