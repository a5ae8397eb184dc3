// Thumbhashes: some 25 bytes that hold the coarse look of a picture, as cosine waves of brightness (L), two colours
// (P: yellow to blue, Q: red to green) and opacity (A). Painted in their place until the picture arrives.

const SIZE = 32;
const KEPT = 2_000;
const kept = new Map();
let canvas;

/** The address of a small picture for a thumbhash in base64; null for what is none. */
export function placeholder(base64) {
  if (!base64) return null;
  if (!kept.has(base64)) {
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value);
    kept.set(base64, paint(base64));
  }
  return kept.get(base64);
}

function paint(base64) {
  try {
    const { width, height, pixels } = decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
    canvas ??= document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    canvas.getContext('2d').putImageData(new ImageData(pixels, width, height), 0, 0);
    return canvas.toDataURL();
  } catch {
    return null;
  }
}

/** The picture as RGBA, its longer side 32 pixels. */
export function decode(hash) {
  const { landscape, opaque, waves, mean, scale } = header(hash);
  const long = opaque ? 7 : 5;
  const [nx, ny] = landscape ? [long, Math.max(3, waves)] : [Math.max(3, waves), long];
  const ratio = landscape ? long / waves : waves / long;
  const read = nibbles(hash, opaque ? 5 : 6);
  const l = channel(read, nx, ny, mean.l, scale.l);
  const p = channel(read, 3, 3, mean.p, scale.p * 1.25);
  const q = channel(read, 3, 3, mean.q, scale.q * 1.25);
  const a = opaque ? null : channel(read, 5, 5, mean.a, scale.a);

  const width = ratio > 1 ? SIZE : Math.max(1, Math.round(SIZE * ratio));
  const height = ratio > 1 ? Math.max(1, Math.round(SIZE / ratio)) : SIZE;
  const across = cosines(width);
  const down = cosines(height);
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      const look = (wave) => value(wave, across[x], down[y]);
      const bright = look(l);
      const yellow = look(p);
      const red = look(q);
      const blue = bright - (2 / 3) * yellow;
      const r = (3 * bright - blue + red) / 2;
      pixels[at] = r * 255;
      pixels[at + 1] = (r - red) * 255;
      pixels[at + 2] = blue * 255;
      pixels[at + 3] = a ? look(a) * 255 : 255;
    }
  }
  return { width, height, pixels };
}

/** The first five or six bytes: the mean of each channel, how strong its waves are, and the shape. */
function header(hash) {
  if (hash.length < 5) throw new RangeError('too short');
  const first = hash[0] | (hash[1] << 8) | (hash[2] << 16);
  const second = hash[3] | (hash[4] << 8);
  const opaque = first >> 23 === 0;
  return {
    opaque,
    landscape: second >> 15 === 1,
    waves: second & 7,
    mean: {
      l: (first & 63) / 63,
      p: ((first >> 6) & 63) / 31.5 - 1,
      q: ((first >> 12) & 63) / 31.5 - 1,
      a: opaque ? 1 : (hash[5] & 15) / 15,
    },
    scale: {
      l: ((first >> 18) & 31) / 31,
      p: ((second >> 3) & 63) / 63,
      q: ((second >> 9) & 63) / 63,
      a: opaque ? 0 : (hash[5] >> 4) / 15,
    },
  };
}

/** A function that gives one number of four bits after another, from -1 to 1. */
function nibbles(hash, start) {
  let at = start * 2;
  return () => {
    const nibble = ((hash[at >> 1] ?? 0) >> ((at & 1) * 4)) & 15;
    at += 1;
    return nibble / 7.5 - 1;
  };
}

/** The waves of a channel: those whose frequencies lie in the triangle of low ones, without the mean. */
function channel(read, nx, ny, mean, scale) {
  const waves = [];
  for (let y = 0; y < ny; y += 1) {
    for (let x = y === 0 ? 1 : 0; x * ny < nx * (ny - y); x += 1) waves.push({ x, y, strength: read() * scale * 2 });
  }
  return { mean, waves };
}

function cosines(size) {
  return Array.from({ length: size }, (_, at) => Float64Array.from({ length: 8 }, (__, wave) => Math.cos((Math.PI / size) * (at + 0.5) * wave)));
}

function value({ mean, waves }, across, down) {
  let sum = mean;
  for (const { x, y, strength } of waves) sum += strength * across[x] * down[y];
  return sum;
}
