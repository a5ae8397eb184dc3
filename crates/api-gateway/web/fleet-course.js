// A drawing of the last minute: how much was done between each two looks.

import { svg } from './dom.js';
import { COURSE } from './fleet-rates.js';

const WIDTH = 60;
const HEIGHT = 18;

/** Draws it into `place`; the number beside it says the same in words. */
export function sparkline(place, course) {
  const drawing = place.firstElementChild ?? svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' }, svg('path', {}));
  if (!drawing.parentNode) place.append(drawing);
  drawing.firstElementChild.setAttribute('d', path(course));
}

function path(course) {
  const most = Math.max(...course.map(({ rate }) => rate), 0);
  if (most === 0) return '';
  const now = course.at(-1).at;
  const point = ({ at, rate }) => `${(WIDTH - ((now - at) / COURSE) * WIDTH).toFixed(1)} ${(HEIGHT - 1 - (rate / most) * (HEIGHT - 2)).toFixed(1)}`;
  return `M${course.map(point).join('L')}`;
}
