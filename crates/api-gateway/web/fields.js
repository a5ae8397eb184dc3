// Small forms that are shown anew every few seconds: what somebody is typing is left alone.

import { h, setAttribute } from './dom.js';

/**
 * Inputs with a button that shows while they differ from what the server has. `read()` gives the value that is typed,
 * `write(value)` shows one; Enter saves, Escape takes the server's value again.
 */
class Field {
  #known;
  #isBusy = false;
  #save;

  constructor({ name, label, parts, save }) {
    this.#save = save;
    this.button = h('button', { type: 'submit', class: 'set', 'aria-label': `Set ${name}` }, 'Set');
    this.element = h('form', { class: 'field', novalidate: true, on: { submit: this.#submit, input: () => this.#mark(), keydown: this.#key } }, label, parts, this.button);
  }

  get #isChanged() {
    return JSON.stringify(this.read()) !== JSON.stringify(this.#known);
  }

  /** Shows what the server has, unless somebody is at it. */
  show(value) {
    const isTouched = this.#known !== undefined && (this.#isBusy || this.#isChanged);
    this.#known = value;
    if (!isTouched) this.write(value);
    this.#mark();
  }

  #mark() {
    this.button.classList.toggle('needed', this.#isChanged);
  }

  #key = (event) => {
    if (event.key !== 'Escape' || !this.#isChanged) return;
    event.preventDefault();
    this.write(this.#known);
    this.#mark();
  };

  #submit = async (event) => {
    event.preventDefault();
    if (this.#isBusy || !this.#isChanged) return;
    const value = this.read();
    const invalid = value === undefined ? [...this.element.elements].find((input) => input.validity && !input.validity.valid) : null;
    if (invalid || value === undefined) {
      invalid?.reportValidity();
      return;
    }
    this.#isBusy = true;
    setAttribute(this.button, 'aria-busy', 'true');
    const isSaved = await this.#save(value);
    this.#isBusy = false;
    setAttribute(this.button, 'aria-busy', null);
    if (isSaved) this.#known = value;
    // The button is about to hide, and would take the focus along.
    if (isSaved && document.activeElement === this.button) this.element.querySelector('input').focus();
    this.#mark();
  };
}

/** A whole number; empty is null where `isOptional`. `save(number)` tells whether it worked. */
export class NumberField extends Field {
  #input;

  constructor({ name, label, min, max, isOptional = false, placeholder = '', save }) {
    const input = h('input', { type: 'number', inputmode: 'numeric', min: String(min), max: String(max), step: '1', required: !isOptional, placeholder, 'aria-label': name });
    super({ name, label: h('span', { class: 'field-label' }, label), parts: [input], save });
    this.#input = input;
  }

  read() {
    if (!this.#input.validity.valid) return undefined;
    return this.#input.value === '' ? null : Number(this.#input.value);
  }

  write(value) {
    this.#input.value = value ?? '';
  }
}

/** Hours of the day as `22:00-07:00`; both empty is null. */
export class HoursField extends Field {
  #from;
  #to;

  constructor({ name, label, save }) {
    const time = (which) => h('input', { type: 'time', 'aria-label': `${name}: ${which}` });
    const [from, to] = [time('from'), time('to')];
    super({ name, label: h('span', { class: 'field-label' }, label), parts: [from, h('span', { 'aria-hidden': 'true' }, '–'), to], save });
    this.#from = from;
    this.#to = to;
  }

  read() {
    const [from, to] = [this.#from.value, this.#to.value];
    this.#to.setCustomValidity(Boolean(from) === Boolean(to) ? '' : 'Give both times, or neither for any hour.');
    if (Boolean(from) !== Boolean(to)) return undefined;
    return from ? `${from}-${to}` : null;
  }

  write(value) {
    const [from, to] = value?.split('-') ?? ['', ''];
    this.#from.value = from;
    this.#to.value = to;
  }
}
