// The steps of the contract by sharp: decode once, the shorter edge to 1440 and 250, JPEG 4:4:4 q80, WebP q80 (its effort is 4
// unless told otherwise), a thumbhash, all from one raw buffer.
// Usage: node sharp.mjs FILE COUNT [--lanes 2] [--colours srgb|p3|kept|light|gamma] [--out FOLDER]
// LANES photos at a time, with one thread for each step; libuv runs the three pictures of one photo side by side.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';

// Node.js 20 can wait for ever at its end for a compiler thread that waits for it. The work is done outside of JavaScript.
setFlagsFromString('--no-concurrent-recompilation');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lanes: { type: 'string', default: '2' },
    colours: { type: 'string', default: 'srgb' },
    out: { type: 'string' },
  },
});
const [file, count] = positionals;
sharp.concurrency(1);
sharp.cache(false);

// How to read and how to write colours. By default sharp takes a picture with a profile to sRGB before anything else, and what
// is wider than that is lost: the green of Display P3 (0, 255, 0) comes out as sRGB's, whatever profile is written. Tried on a
// JPEG of that green, with the documented settings of 0.34:
// - withIccProfile('p3') alone, or pipelineColourspace('scrgb'): the green is lost.
// - pipelineColourspace('rgb16') while reading and while writing: the green is kept, and any profile is converted. The same with a
//   raw buffer of 16 bits, or with withIccProfile('p3') while reading too, costs as much or a little more.
// - keepIccProfile() while reading: the green is kept at a third of the processor time, since nothing is converted. That is right
//   only for files whose profile is the one that is written, so a program has to compare profiles first: a photo in Adobe RGB comes
//   out wrong.
// None of these resizes in linear light. The documentation has two ways to that, for pictures in sRGB (both decode a JPEG whole):
// - pipelineColourspace('scrgb'): the resize works on linear light of 32 bits. A photo with a profile comes out black with it, so that
//   those take the other way.
// - gamma(): levels are darkened by an exponent before the resize and brightened after it, in 8 bits.
const colours = {
  srgb: { read: (photo) => photo.toColourspace('srgb'), write: (picture) => picture.withIccProfile('srgb') },
  p3: {
    read: (photo) => photo.pipelineColourspace('rgb16'),
    write: (picture) => picture.pipelineColourspace('rgb16').withIccProfile('p3'),
  },
  kept: {
    read: (photo) => photo.keepIccProfile(),
    write: (picture) => picture.pipelineColourspace('rgb16').withIccProfile('p3'),
  },
  light: {
    read: (photo, hasProfile) =>
      (hasProfile ? photo.gamma(2.2) : photo.pipelineColourspace('scrgb')).toColourspace('srgb'),
    write: (picture) => picture.withIccProfile('srgb'),
    shrink: (picture) => picture.pipelineColourspace('scrgb').toColourspace('srgb'),
  },
  gamma: {
    read: (photo) => photo.gamma(2.2).toColourspace('srgb'),
    write: (picture) => picture.withIccProfile('srgb'),
    shrink: (picture) => picture.gamma(2.2),
  },
};
const { read, write, shrink = (picture) => picture } = colours[values.colours];
const { hasProfile } = await sharp(file).metadata();

async function photo() {
  const input = await readFile(file);
  const { data, info } = await read(
    sharp(input).rotate().resize(1440, 1440, { fit: 'outside', withoutEnlargement: true }),
    hasProfile,
  )
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { raw: { width: info.width, height: info.height, channels: info.channels } };
  const preview = write(sharp(data, raw)).jpeg({ quality: 80, chromaSubsampling: '4:4:4' }).toBuffer();
  const thumbnail = write(shrink(sharp(data, raw).resize(250, 250, { fit: 'outside', withoutEnlargement: true })))
    .webp({ quality: 80 })
    .toBuffer();
  const small = sharp(data, raw)
    .resize(100, 100, { fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [p, t, s] = await Promise.all([preview, thumbnail, small]);
  rgbaToThumbHash(s.info.width, s.info.height, s.data);
  return { preview: p, thumbnail: t };
}

const first = await photo();
if (values.out) {
  await mkdir(values.out, { recursive: true });
  await writeFile(join(values.out, 'preview.jpg'), first.preview);
  await writeFile(join(values.out, 'thumbnail.webp'), first.thumbnail);
}
const total = Number(count);
let next = 0;
const cpu = process.cpuUsage();
const begun = process.hrtime.bigint();
const lane = async () => {
  while (next++ < total) await photo();
};
await Promise.all(Array.from({ length: Number(values.lanes) }, lane));
const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
const used = process.cpuUsage(cpu);
// Not resourceUsage().maxRSS: that begins with what the process that started this one had at most.
const [, highWater] = (await readFile('/proc/self/status', 'utf8')).match(/^VmHWM:\s+(\d+) kB$/m).map((kB) => Number(kB) * 1024);
console.log(JSON.stringify({
  photosPerSecond: total / seconds,
  cpuMsPerPhoto: (used.user + used.system) / 1e3 / total,
  peakMemory: highWater,
  previewBytes: first.preview.length,
  thumbnailBytes: first.thumbnail.length,
}));
