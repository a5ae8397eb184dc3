// The scrubber at the edge of the timeline: a slider over all months, with the years beside it.

import { fill, h, setText } from './dom.js';
import { month as nameOfMonth } from './format.js';

/** Years closer together than this are left out. */
const ROOM_FOR_A_YEAR = 22;

export class Scrubber {
  #timeline;
  #isHeld = false;

  constructor(timeline) {
    this.#timeline = timeline;
    this.years = h('div', { class: 'years', 'aria-hidden': 'true' });
    this.label = h('span', { class: 'label', 'aria-hidden': 'true' });
    this.thumb = h('div', { class: 'thumb' }, this.label);
    this.element = h(
      'div',
      { class: 'scrubber', role: 'slider', tabindex: '0', 'aria-label': 'Month', 'aria-orientation': 'vertical', 'aria-valuemin': '0', 'aria-controls': 'content', hidden: true },
      this.years,
      this.thumb,
    );
    this.element.addEventListener('pointerdown', (event) => this.#hold(event));
    this.element.addEventListener('pointermove', (event) => this.#isHeld && this.#drag(event));
    for (const end of ['pointerup', 'pointercancel']) this.element.addEventListener(end, () => this.#release());
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  get #scroller() {
    return this.#timeline.scroller;
  }

  get #range() {
    return Math.max(1, this.#scroller.scrollHeight - this.#scroller.clientHeight);
  }

  /** After heights have changed. */
  update() {
    const { months } = this.#timeline;
    this.element.hidden = this.#scroller.scrollHeight <= this.#scroller.clientHeight * 1.2;
    const height = this.element.clientHeight;
    const labels = [];
    let last = -Infinity;
    for (const [year, top] of firstOfYears(months)) {
      const place = Math.min(1, top / this.#range) * height;
      if (place - last < ROOM_FOR_A_YEAR || place > height - ROOM_FOR_A_YEAR / 2) continue;
      labels.push(h('span', { style: { top: `${place}px` } }, year));
      last = place;
    }
    fill(this.years, labels);
    this.element.setAttribute('aria-valuemax', String(Math.max(0, months.length - 1)));
    this.#place();
  }

  /** After the window has moved. */
  moved() {
    this.#place();
    this.element.classList.add('moving');
  }

  #place() {
    const { scrollTop } = this.#scroller;
    const month = this.#timeline.placedAt(scrollTop + 1);
    if (!month) return;
    this.thumb.style.transform = `translateY(${(scrollTop / this.#range) * this.element.clientHeight}px)`;
    setText(this.label, nameOfMonth(month.key));
    this.element.setAttribute('aria-valuenow', String(this.#timeline.months.indexOf(month)));
    this.element.setAttribute('aria-valuetext', nameOfMonth(month.key));
  }

  /** After the window has come to rest. */
  rest() {
    if (!this.#isHeld) this.element.classList.remove('moving');
  }

  #hold(event) {
    this.#isHeld = true;
    this.element.setPointerCapture(event.pointerId);
    this.element.classList.add('held');
    this.#drag(event);
  }

  #drag(event) {
    const { top, height } = this.element.getBoundingClientRect();
    this.#scroller.scrollTop = Math.min(1, Math.max(0, (event.clientY - top) / height)) * this.#range;
  }

  #release() {
    this.#isHeld = false;
    this.element.classList.remove('held');
  }

  #key(event) {
    const { months } = this.#timeline;
    const here = months.indexOf(this.#timeline.placedAt(this.#scroller.scrollTop + 1));
    const to = { ArrowUp: here - 1, ArrowDown: here + 1, PageUp: here - 12, PageDown: here + 12, Home: 0, End: months.length - 1 }[event.key];
    if (to === undefined || months.length === 0) return;
    event.preventDefault();
    this.#scroller.scrollTop = months[Math.min(months.length - 1, Math.max(0, to))].top;
  }
}

/** Each year with the height at which it begins. */
function firstOfYears(months) {
  const years = new Map();
  for (const { key, top } of months) {
    const year = key.slice(0, 4);
    if (!years.has(year)) years.set(year, top);
  }
  return years;
}
