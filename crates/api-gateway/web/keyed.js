// A list whose rows stay while what they show does: nothing is painted anew, and neither focus nor open details are lost.

/** What takes the focus when a row goes that had it. */
const STOPS = 'button, summary, input, a[href]';

/** `key(item)` tells rows apart; `make(item)` makes one: `{ element, show(item) }`. */
export class Keyed {
  #rows = new Map();
  #key;
  #make;

  constructor(element, key, make) {
    this.element = element;
    this.#key = key;
    this.#make = make;
  }

  get size() {
    return this.#rows.size;
  }

  get(key) {
    return this.#rows.get(key);
  }

  /** All rows, in no order. */
  rows() {
    return this.#rows.values();
  }

  /** Shows these items, in this order; done when all rows are, where they have to ask for something. */
  show(items) {
    const wanted = new Map(items.map((item) => [this.#key(item), item]));
    for (const [key, row] of this.#rows) {
      if (!wanted.has(key)) this.#remove(key, row);
    }
    const shown = [];
    let place = this.element.firstElementChild;
    for (const [key, item] of wanted) {
      let row = this.#rows.get(key);
      if (!row) {
        row = this.#make(item);
        this.#rows.set(key, row);
      }
      if (row.element === place) place = place.nextElementSibling;
      else this.#put(row.element, place);
      shown.push(row.show(item));
    }
    return Promise.all(shown);
  }

  /** An element that is moved loses the focus. */
  #put(element, place) {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    this.element.insertBefore(element, place);
    focused?.focus({ preventScroll: true });
  }

  #remove(key, { element }) {
    const hadFocus = element.contains(document.activeElement);
    const beside = element.nextElementSibling ?? element.previousElementSibling;
    element.remove();
    this.#rows.delete(key);
    if (!hadFocus) return;
    const next = beside?.querySelector(STOPS) ?? this.element.closest('[tabindex="-1"]');
    next?.focus({ preventScroll: true });
  }
}
