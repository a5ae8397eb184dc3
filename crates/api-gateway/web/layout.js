// Rows of pictures: each as wide as the page, each picture in its own shape. Pure arithmetic, nothing of the page in it.

/** Panoramas and strips are cut to this much in the timeline, so that no row becomes a line or a tower. */
const NARROWEST = 0.5;
const WIDEST = 3.5;

export const shown = (ratio) => Math.min(WIDEST, Math.max(NARROWEST, ratio || 1));

/**
 * Puts pictures of these ratios (width to height) into rows of about `target` pixels.
 * The answer has the rows `{ from, to, top, height }`, where each picture begins (`lefts`) and how wide it is (`widths`).
 */
export function justify(ratios, width, target, gap) {
  const lefts = new Float32Array(ratios.length);
  const widths = new Float32Array(ratios.length);
  const rows = [];
  let top = 0;
  let from = 0;
  while (from < ratios.length) {
    const { to, height } = row(ratios, from, width, target, gap);
    let left = 0;
    for (let index = from; index < to; index += 1) {
      lefts[index] = left;
      widths[index] = shown(ratios[index]) * height;
      left += widths[index] + gap;
    }
    rows.push({ from, to, top, height });
    top += height + gap;
    from = to;
  }
  return { rows, lefts, widths, height: Math.max(0, top - gap) };
}

/** The row that begins at `from`: as many pictures as bring its height closest to the target. The last is not stretched. */
function row(ratios, from, width, target, gap) {
  let sum = 0;
  let before = Infinity;
  for (let to = from; to < ratios.length; to += 1) {
    sum += shown(ratios[to]);
    const height = (width - gap * (to - from)) / sum;
    if (height <= target) {
      // The picture that makes the row too low may begin the next one.
      const isCloser = before - target < target - height;
      if (isCloser && to > from) return { to, height: before };
      return { to: to + 1, height };
    }
    before = height;
  }
  return { to: ratios.length, height: Math.min(target, before) };
}

/** About how high `count` pictures will be whose ratios are not known yet. */
export function estimate(count, ratio, width, target, gap) {
  const perRow = Math.max(1, width / (target * ratio + gap));
  return Math.max(1, Math.ceil(count / perRow)) * (target + gap) - gap;
}

/** The rows that lie between two heights: the first, and the one after the last. */
export function rowsBetween(rows, top, bottom) {
  const first = firstIndex(rows, (row) => row.top + row.height > top);
  const last = firstIndex(rows, (row) => row.top >= bottom);
  return [first, Math.max(first, last)];
}

/** The row of a picture. */
export const rowOf = (rows, index) => rows[firstIndex(rows, (row) => row.to > index)];

/** The first index for which `test` holds, where it holds for all after it; else the length. */
export function firstIndex(list, test) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
