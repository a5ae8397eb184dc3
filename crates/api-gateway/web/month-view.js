// One month of the timeline in the document: its heading, and the tiles of the rows that are near the window.

import { h } from './dom.js';
import { month as nameOfMonth } from './format.js';
import { rowsBetween } from './layout.js';
import { Tile } from './tile.js';

/** The height of a heading, as the style sheet has it. */
export const HEADING = 52;

export class MonthView {
  #tiles = new Map();

  constructor(month) {
    this.month = month;
    const id = `month-${month.key}`;
    this.rows = h('div', { class: 'rows' });
    this.element = h('section', { class: 'month', 'aria-labelledby': id }, h('h2', { id }, nameOfMonth(month.key)), this.rows);
  }

  get hasFocus() {
    return this.element.contains(document.activeElement);
  }

  /** Shows what lies between two heights of the canvas. Pictures are asked for only when `withPictures`. */
  update(month, from, to, withPictures) {
    this.month = month;
    this.element.style.top = `${month.top}px`;
    this.element.style.height = `${month.height}px`;
    this.element.classList.toggle('unknown', !month.layout);
    const kept = new Set();
    if (month.layout) {
      const { rows } = month.layout;
      const start = month.top + HEADING;
      const [first, last] = rowsBetween(rows, from - start, to - start);
      let previous = null;
      for (const row of rows.slice(first, last)) {
        for (let index = row.from; index < row.to; index += 1) {
          previous = this.#show(month, row, index, previous, withPictures);
          kept.add(month.photos[index].id);
        }
      }
    }
    this.#drop(kept);
  }

  #show(month, row, index, previous, withPictures) {
    const photo = month.photos[index];
    let tile = this.#tiles.get(photo.id);
    if (!tile) {
      tile = new Tile();
      this.#tiles.set(photo.id, tile);
    }
    tile.show(photo, { left: month.layout.lefts[index], top: row.top, width: month.layout.widths[index], height: row.height }, withPictures);
    const place = previous ? previous.nextSibling : this.rows.firstChild;
    if (tile.element !== place) this.rows.insertBefore(tile.element, place);
    return tile.element;
  }

  /** Takes out the tiles that are not kept; the one with the focus stays as long as its photo does. */
  #drop(kept) {
    for (const [id, tile] of this.#tiles) {
      if (kept.has(id)) continue;
      if (tile.element === document.activeElement && this.month.photos?.some((photo) => photo.id === id)) continue;
      tile.remove();
      this.#tiles.delete(id);
    }
  }
}
