// Walking through the timeline by arrow keys.

import { firstIndex, rowOf } from './layout.js';

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/** A listener for keys pressed in the timeline. */
export async function moveBetweenTiles(event, timeline, library) {
  const id = event.target.closest?.('[data-id]')?.dataset.id;
  if (!id || event.altKey || event.ctrlKey || event.metaKey) return;
  const find = {
    ArrowLeft: () => library.neighbour(id, STEPS.ArrowLeft),
    ArrowRight: () => library.neighbour(id, STEPS.ArrowRight),
    ArrowUp: () => vertical(library, id, -1),
    ArrowDown: () => vertical(library, id, 1),
    Home: () => edge(library, 0),
    End: () => edge(library, -1),
  }[event.key];
  if (!find) return;
  event.preventDefault();
  const photo = await find();
  // Whoever has gone elsewhere meanwhile is not called back.
  if (photo && timeline.scroller.contains(document.activeElement)) timeline.reveal(photo.id);
}

/** The first or the last photo of all. */
async function edge(library, index) {
  const month = library.months.at(index);
  if (!month) return null;
  if (!month.photos) await library.load(month);
  return month.photos?.at(index) ?? null;
}

/** The photo above or below: the one of the next row whose middle is nearest. */
async function vertical(library, id, step) {
  const { photo, month } = library.find(id);
  const index = month.photos.indexOf(photo);
  const row = rowOf(month.layout.rows, index);
  const neighbour = await library.neighbour(id, step > 0 ? row.to - index : row.from - index - 1);
  if (!neighbour) return step > 0 ? month.photos.at(-1) : month.photos[0];
  const middle = month.layout.lefts[index] + month.layout.widths[index] / 2;
  const found = library.find(neighbour.id);
  return found.month.layout ? nearest(found, middle) : neighbour;
}

function nearest({ photo, month }, middle) {
  const { rows, lefts, widths } = month.layout;
  const { from, to } = rowOf(rows, month.photos.indexOf(photo));
  const offset = firstIndex(month.photos.slice(from, to).map((_, at) => lefts[from + at] + widths[from + at]), (right) => right > middle);
  return month.photos[Math.min(from + offset, to - 1)];
}
