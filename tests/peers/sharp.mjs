// The steps of the contract by sharp: decode once, the shorter edge to 1440 and 250, JPEG 4:4:4 q80, WebP q80, a thumbhash.
// Usage: node sharp.mjs FILE COUNT. Two photos at a time with one thread each, as on a machine with two cores.
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';

const [, , file, count] = process.argv;
sharp.concurrency(1);
sharp.cache(false);

async function photo() {
  const input = await readFile(file);
  const { data, info } = await sharp(input)
    .rotate()
    .resize(1440, 1440, { fit: 'outside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { raw: { width: info.width, height: info.height, channels: info.channels } };
  const preview = sharp(data, raw).withIccProfile('srgb').jpeg({ quality: 80, chromaSubsampling: '4:4:4' }).toBuffer();
  const thumbnail = sharp(data, raw)
    .resize(250, 250, { fit: 'outside', withoutEnlargement: true })
    .withIccProfile('srgb')
    .webp({ quality: 80 })
    .toBuffer();
  const small = sharp(data, raw)
    .resize(100, 100, { fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [p, t, s] = await Promise.all([preview, thumbnail, small]);
  rgbaToThumbHash(s.info.width, s.info.height, s.data);
  return p.length + t.length;
}

await photo();
const total = Number(count);
let next = 0;
const cpu = process.cpuUsage();
const begun = process.hrtime.bigint();
const lane = async () => {
  while (next++ < total) await photo();
};
await Promise.all([lane(), lane()]);
const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
const used = process.cpuUsage(cpu);
console.log(JSON.stringify({
  photosPerSecond: total / seconds,
  cpuMsPerPhoto: (used.user + used.system) / 1e3 / total,
}));
