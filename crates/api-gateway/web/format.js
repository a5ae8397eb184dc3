// Numbers and dates as people read them.

// The page is in English; where the browser is, too, it decides the order of day and month.
const LOCALE = navigator.language?.startsWith('en') ? navigator.language : 'en-GB';

// Moments of photos are wall clocks: they are kept as if they were UTC and shown as they are.
const MONTH = new Intl.DateTimeFormat(LOCALE, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const DAY = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeZone: 'UTC' });
const TIME = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short', timeZone: 'UTC' });
const SHORT = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const LOCAL = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium' });
const COUNT = new Intl.NumberFormat(LOCALE);
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `2024-05-01` is May 2024. */
export const month = (key) => MONTH.format(Date.parse(`${key}T00:00:00Z`));
export const day = (moment) => DAY.format(moment);
export const time = (moment) => TIME.format(moment);
export const dayAndTime = (moment) => SHORT.format(moment);
/** A moment of the server, by the clock of this machine. */
export const localTime = (moment) => LOCAL.format(Date.parse(moment));
export const count = (number) => COUNT.format(number);

/** `1 photo`, `2 photos`. */
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** `3.4 MiB` */
export function bytes(size) {
  let unit = 0;
  let number = size;
  while (number >= 1024 && unit < UNITS.length - 1) {
    number /= 1024;
    unit += 1;
  }
  return `${number.toLocaleString(LOCALE, { maximumFractionDigits: unit === 0 ? 0 : 1 })} ${UNITS[unit]}`;
}

/** Milliseconds as `1:05` or `1:02:03`. */
export function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  const two = (number) => String(number).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

const SPANS = [
  [1, 's', 90],
  [60, 'min', 90],
  [3_600, 'h', 36],
  [86_400, 'd', Infinity],
];

/** About how long so many seconds are: `40 s`, `12 min`, `5 h`, `3 d`. */
export function span(seconds) {
  const [size, unit] = SPANS.find(([one, , most]) => seconds < one * most);
  return `${count(Math.max(0, Math.round(seconds / size)))} ${unit}`;
}
