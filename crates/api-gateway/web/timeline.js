// The timeline: a window on months of photos that are, all together, far too many for a page. Only what is near the
// window is in the document; everything else is arithmetic on heights, some of them estimated until a month is known.

import { h, setText } from './dom.js';
import { plural } from './format.js';
import { estimate, firstIndex, justify, rowOf, shown } from './layout.js';
import { HEADING, MonthView } from './month-view.js';
import { Scrubber } from './scrubber.js';
import { moveBetweenTiles } from './tile-keys.js';

const GAP = 4;
const SPACE_AFTER_MONTH = 24;
/** Faster than this (pixels a millisecond) nothing is fetched until the window comes to rest. */
const TOO_FAST = 4;
const REST = 120;
/** This near to the top, somebody looks at what is newest, whatever that is. */
const AT_THE_TOP = 8;

/** The view; `library` is a Library. */
export class Timeline {
  #library;
  #views = new Map();
  #ratio = 1.4;
  #width = 0;
  #last = { top: 0, at: 0 };
  #isFast = false;
  #resting;
  #frame = 0;
  #stops = [];
  current = null;

  constructor(library) {
    this.#library = library;
    this.canvas = h('div', { class: 'canvas' });
    this.empty = h('div', { class: 'empty', hidden: true }, h('h2', {}, 'Nothing here yet'), h('p', {}, 'Drop photos and videos anywhere on this page, or choose them with Upload.'));
    this.problem = h('div', { class: 'empty', role: 'alert', hidden: true }, h('p', {}));
    this.heading = h('h1', { class: 'unseen' }, 'Photos');
    this.scroller = h('div', { id: 'content', class: 'timeline', tabindex: '-1' }, this.heading, this.empty, this.problem, this.canvas);
    this.scrubber = new Scrubber(this);
    this.element = h('main', { class: 'timeline-frame' }, this.scroller, this.scrubber.element);
    this.scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.scroller.addEventListener('keydown', (event) => moveBetweenTiles(event, this, library));
    this.scroller.addEventListener('focusin', (event) => {
      const id = event.target.closest?.('[data-id]')?.dataset.id;
      if (id) this.#setCurrent(id);
    });
    this.#stops.push(library.on('change', () => this.#relayout()));
    const resizing = new ResizeObserver(() => this.#relayout());
    resizing.observe(this.scroller);
    this.#stops.push(() => resizing.disconnect());
  }

  /** Ends it. */
  stop() {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#resting);
    cancelAnimationFrame(this.#frame);
  }

  get months() {
    return this.#library.months;
  }

  /** How high a row should be on a page of this width. */
  get #target() {
    return this.#width < 600 ? Math.max(96, this.#width / 3.4) : Math.min(230, 130 + this.#width / 14);
  }

  /** Works out all heights again without moving what is in the window. */
  #relayout() {
    const anchor = this.#anchor();
    const width = this.canvas.clientWidth;
    const isResized = width !== this.#width;
    this.#width = width;
    if (width === 0) return;
    this.#learnRatio();
    let top = 0;
    for (const month of this.months) {
      if (isResized || !month.layout || month.layout.photos !== month.photos) this.#layOut(month);
      if (!month.photos) month.height = HEADING + estimate(month.count, this.#ratio, width, this.#target, GAP) + SPACE_AFTER_MONTH;
      month.top = top;
      top += month.height;
    }
    this.canvas.style.height = `${top}px`;
    this.empty.hidden = !this.#library.isKnown || this.months.length > 0;
    this.#restore(anchor);
    this.render();
    this.scrubber.update();
  }

  #layOut(month) {
    month.layout = null;
    if (!month.photos) return;
    month.layout = justify(month.photos.map((photo) => photo.ratio), this.#width, this.#target, GAP);
    month.layout.photos = month.photos;
    month.height = HEADING + month.layout.height + SPACE_AFTER_MONTH;
  }

  /** The mean shape of what is known tells the height of what is not. */
  #learnRatio() {
    let sum = 0;
    let seen = 0;
    for (const { photos } of this.months) {
      for (let index = 0; photos && index < photos.length && index < 200; index += 1, seen += 1) sum += shown(photos[index].ratio);
    }
    if (seen > 20) this.#ratio = sum / seen;
  }

  /** What is at the upper edge of the window: a photo and how far it is above, or a part of a month not known yet. */
  #anchor() {
    const top = this.scroller.scrollTop;
    if (top < AT_THE_TOP) return null;
    const month = this.months.find((candidate) => candidate.top + candidate.height > top) ?? this.placedAt(top);
    if (!month || month.top === undefined) return null;
    const within = top - month.top;
    const layout = month.layout;
    if (!layout || within < HEADING) return { key: month.key, within, part: within / month.height };
    const index = firstIndex(layout.rows, (row) => row.top + row.height > within - HEADING);
    const row = layout.rows[Math.min(index, layout.rows.length - 1)];
    const photos = layout.photos.slice(row.from, row.from + 12).map((photo) => photo.id);
    return { key: month.key, photos, within: within - HEADING - row.top, part: within / month.height };
  }

  #restore(anchor) {
    if (!anchor) return;
    const place = this.#placeOf(anchor);
    if (place !== null && Math.abs(place - this.scroller.scrollTop) > 0.5) this.scroller.scrollTop = place;
    this.#last = { top: this.scroller.scrollTop, at: performance.now() };
  }

  #placeOf(anchor) {
    for (const id of anchor.photos ?? []) {
      const found = this.#library.find(id);
      if (found) return this.topOf(found) + anchor.within;
    }
    const month = this.months.find((candidate) => candidate.key <= anchor.key);
    if (!month) return null;
    if (month.key !== anchor.key) return month.top;
    return month.top + (anchor.within < HEADING ? anchor.within : anchor.part * month.height);
  }

  /** Where the row of a known photo begins. */
  topOf({ photo, month }) {
    return month.top + HEADING + rowOf(month.layout.rows, month.photos.indexOf(photo)).top;
  }

  /** The month at a height of the canvas. */
  placedAt(top) {
    const index = firstIndex(this.months, (month) => month.top + month.height > top);
    return this.months[Math.min(index, this.months.length - 1)];
  }

  #scrolled() {
    const now = performance.now();
    const top = this.scroller.scrollTop;
    const speed = Math.abs(top - this.#last.top) / Math.max(1, now - this.#last.at);
    this.#last = { top, at: now };
    this.#isFast = speed > TOO_FAST;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.#isFast = false;
      this.render();
      this.scrubber.rest();
    }, REST);
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.render();
      this.scrubber.moved();
    });
  }

  /** Puts into the document what is near the window, and takes out what is not. */
  render() {
    const { scrollTop, clientHeight } = this.scroller;
    const [from, to] = [scrollTop - clientHeight, scrollTop + 2 * clientHeight];
    const near = this.months.slice(firstIndex(this.months, (month) => month.top + month.height > from), firstIndex(this.months, (month) => month.top >= to));
    const keys = new Set(near.map((month) => month.key));
    for (const [key, view] of this.#views) {
      if (!keys.has(key) && !view.hasFocus) {
        view.element.remove();
        this.#views.delete(key);
      }
    }
    let previous = null;
    for (const month of near) {
      previous = this.#show(month, previous, from, to);
    }
    for (const [key, view] of this.#views) {
      if (!keys.has(key)) view.update(view.month, from, to, false);
    }
    if (this.#isFast) return;
    this.#keepOneTabStop();
    this.#library.want(inSight(near, scrollTop, clientHeight));
  }

  #show(month, previous, from, to) {
    let view = this.#views.get(month.key);
    if (!view) {
      view = new MonthView(month);
      this.#views.set(month.key, view);
    }
    const place = previous ? previous.nextSibling : this.canvas.firstChild;
    if (view.element !== place) this.canvas.insertBefore(view.element, place);
    view.update(month, from, to, !this.#isFast);
    return view.element;
  }

  /** Tab goes into the timeline once, and from there the arrow keys lead on. */
  #keepOneTabStop() {
    const tiles = this.canvas.querySelectorAll('[data-id]');
    const current = [...tiles].find((tile) => tile.dataset.id === this.current) ?? [...tiles].find((tile) => tile.getBoundingClientRect().top >= 0) ?? tiles[0];
    for (const tile of tiles) tile.tabIndex = tile === current ? 0 : -1;
  }

  #setCurrent(id) {
    this.current = id;
    this.#keepOneTabStop();
  }

  /** Brings a known photo into the window and gives it the focus. */
  reveal(id, { focus = true } = {}) {
    const found = this.#library.find(id);
    if (!found?.month.layout) {
      this.scroller.focus();
      return;
    }
    const top = this.topOf(found);
    const { height } = rowOf(found.month.layout.rows, found.month.photos.indexOf(found.photo));
    const { scrollTop, clientHeight } = this.scroller;
    if (top - HEADING < scrollTop) this.scroller.scrollTop = top - HEADING;
    else if (top + height > scrollTop + clientHeight) this.scroller.scrollTop = top + height + GAP - clientHeight;
    this.current = id;
    this.render();
    if (focus) this.canvas.querySelector(`[data-id="${id}"]`)?.focus({ preventScroll: true });
  }

  /** Says why there is nothing to see; nothing where all is well. */
  tell(text) {
    setText(this.problem.firstChild, text);
    this.problem.hidden = text === '';
  }

  /** The ids of photos without pictures that are in the document. */
  unmade() {
    return [...this.canvas.querySelectorAll('.tile.unmade')].map((tile) => tile.dataset.id);
  }

  /** Says how many there are, to those who cannot see the scrubber. */
  describe() {
    setText(this.heading, `Photos: ${plural(this.#library.count, 'item')}`);
  }
}

/** The months to fetch: what is in the window first, then what is next to it. */
function inSight(near, top, height) {
  const distance = (month) => Math.max(0, month.top - (top + height), top - (month.top + month.height));
  return near.filter((month) => distance(month) < height / 2).sort((one, other) => distance(one) - distance(other));
}
