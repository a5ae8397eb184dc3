// What is known of a photo, as a list beside it.

import { fill, h } from './dom.js';
import { bytes, day, duration, time } from './format.js';
import { icon } from './icons.js';

/** Fills `panel` with the facts of an answer of `GET /assets/{id}`. */
export function showFacts(panel, asset) {
  const exif = asset.exifInfo ?? {};
  fill(
    panel,
    h('h2', {}, 'Details'),
    exif.description ? h('p', { class: 'description' }, exif.description) : null,
    h('dl', {}, moment(asset, exif), place(exif), camera(exif), file(asset, exif)),
  );
}

function fact(name, drawing, ...lines) {
  const present = lines.filter(Boolean);
  if (present.length === 0) return null;
  return h('div', {}, icon(drawing), h('dt', { class: 'unseen' }, name), present.map((line) => h('dd', {}, line)));
}

function moment(asset, exif) {
  const local = Date.parse(asset.localDateTime);
  return fact('Taken', 'calendar', day(local), [time(local), exif.timeZone].filter(Boolean).join(' · '));
}

function place(exif) {
  const name = [exif.city, exif.state, exif.country].filter(Boolean).join(', ');
  const isKnown = typeof exif.latitude === 'number' && typeof exif.longitude === 'number';
  return fact('Place', 'place', name, isKnown && `${exif.latitude.toFixed(5)}, ${exif.longitude.toFixed(5)}`);
}

function camera(exif) {
  const settings = [
    exif.fNumber && `ƒ/${exif.fNumber}`,
    exif.exposureTime && `${exif.exposureTime} s`,
    exif.focalLength && `${exif.focalLength} mm`,
    exif.iso && `ISO ${exif.iso}`,
  ];
  return fact('Camera', 'camera', [exif.make, exif.model].filter(Boolean).join(' '), exif.lensModel, settings.filter(Boolean).join(' · '));
}

function file(asset, exif) {
  const size = asset.width && asset.height ? `${asset.width} × ${asset.height}` : null;
  const parts = [size, exif.fileSizeInByte && bytes(exif.fileSizeInByte), asset.duration && duration(asset.duration)];
  return fact('File', 'file', asset.originalFileName, parts.filter(Boolean).join(' · '));
}
