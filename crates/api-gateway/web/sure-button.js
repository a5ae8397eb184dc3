// A button for what cannot be taken back: the first press asks, the second one does it.

import { h, setAttribute } from './dom.js';

const ASKS_FOR = 5_000;

/** `name` says what it is about; `run` does it. Both labels take their room, so that nothing moves. */
export function sureButton({ label, name, run, className = 'quiet' }) {
  let timer = 0;
  const spare = () => {
    clearTimeout(timer);
    button.classList.remove('asking');
    setAttribute(button, 'aria-label', `${label}: ${name}`);
  };
  const press = () => {
    if (button.classList.contains('asking')) {
      spare();
      run();
      return;
    }
    button.classList.add('asking');
    setAttribute(button, 'aria-label', `Sure? Press again to do it. ${label}: ${name}`);
    timer = setTimeout(spare, ASKS_FOR);
  };
  const keydown = (event) => event.key === 'Escape' && spare();
  const button = h('button', { type: 'button', class: `sure ${className}`, on: { click: press, blur: spare, keydown } }, h('span', {}, label), h('span', { class: 'question' }, 'Sure?'));
  spare();
  return button;
}
