// What the timeline shows: the months with their counts, and the photos of those months that somebody has looked at.

import { get } from './api.js';
import { Emitter } from './events.js';

const FILTER = 'visibility=timeline&order=desc';
/** How many months are fetched at once. */
const AT_ONCE = 3;

/** The months, newest first. `change` when anything in them did; `failed` with an error. */
export class Library extends Emitter {
  /** Each `{ key, count, photos, isStale }`; `photos` is null until the month was fetched. */
  months = [];
  isKnown = false;
  #byId = new Map();
  #fetching = new Map();
  #known = new Promise((resolve) => this.on('change', resolve));

  get count() {
    return this.months.reduce((sum, month) => sum + month.count, 0);
  }

  /** Asks for the counts again. Months whose count is another than thought are fetched again when they are in sight. */
  async refresh() {
    const buckets = await get(`/timeline/buckets?${FILTER}`);
    const known = new Map(this.months.map((month) => [month.key, month]));
    this.months = buckets.map(({ timeBucket, count }) => {
      const month = known.get(timeBucket) ?? { key: timeBucket, count, photos: null, isStale: false };
      known.delete(timeBucket);
      if (month.photos && month.photos.length !== count) month.isStale = true;
      month.count = count;
      return month;
    });
    for (const gone of known.values()) this.#forget(gone);
    this.isKnown = true;
    this.emit('change');
  }

  /** What is known of these months may be wrong; without keys, of all. */
  distrust(keys) {
    for (const month of this.months) {
      if (month.photos && (!keys || keys.has(month.key))) month.isStale = true;
    }
  }

  /** Fetches those of these months that are not known or may have changed. */
  want(months) {
    const wanted = new Set(months.map((month) => month.key));
    for (const [key, fetching] of this.#fetching) {
      if (!wanted.has(key) && fetching.isForTheWindow) fetching.abort();
    }
    for (const month of months) {
      if (this.#fetching.size >= AT_ONCE) return;
      const isMissing = !month.photos || month.isStale;
      if (isMissing && !this.#fetching.has(month.key)) this.load(month, true).catch((error) => this.emit('failed', error));
    }
  }

  /** Fetches a month. What is only for the window is given up when the window has moved on. */
  async load(month, isForTheWindow = false) {
    const fetching = Object.assign(new AbortController(), { isForTheWindow });
    this.#fetching.set(month.key, fetching);
    try {
      month.isStale = false;
      const lists = await get(`/timeline/bucket?timeBucket=${month.key}&${FILTER}`, fetching.signal);
      this.#put(month, photos(lists));
    } catch (error) {
      month.isStale = true;
      if (error.name !== 'AbortError') throw error;
    } finally {
      if (this.#fetching.get(month.key) === fetching) this.#fetching.delete(month.key);
    }
    this.emit('change');
  }

  #put(month, list) {
    const before = new Map((month.photos ?? []).map((photo) => [photo.id, photo.why]));
    this.#forget(month);
    for (const photo of list) photo.why = before.get(photo.id);
    month.photos = list;
    month.count = list.length;
    for (const photo of list) this.#byId.set(photo.id, { photo, month });
  }

  #forget(month) {
    for (const photo of month.photos ?? []) {
      if (this.#byId.get(photo.id)?.month === month) this.#byId.delete(photo.id);
    }
    month.photos = null;
  }

  /** A photo that is known, with its month; undefined otherwise. */
  find(id) {
    return this.#byId.get(id);
  }

  /** Makes sure that the month of this moment is known, where the timeline has it. */
  async reach(localDateTime) {
    await this.#known;
    const month = this.months.find(({ key }) => key === monthOf(localDateTime));
    if (month && (!month.photos || month.isStale)) await this.load(month);
  }

  /** Takes photos away at once. */
  remove(ids) {
    for (const id of ids) {
      const found = this.#byId.get(id);
      if (!found) continue;
      found.month.photos = found.month.photos.filter((photo) => photo.id !== id);
      found.month.count = found.month.photos.length;
      this.#byId.delete(id);
    }
    this.months = this.months.filter((month) => month.count > 0);
    this.emit('change');
  }

  /** Changes what is known of a photo. */
  update(id, changes) {
    const found = this.#byId.get(id);
    if (!found) return;
    Object.assign(found.photo, changes);
    this.emit('change');
  }

  /** Notes why photos have no pictures, by their ids. */
  explain(answers) {
    let isNew = false;
    for (const [id, why] of answers) {
      const photo = this.#byId.get(id)?.photo;
      if (!photo || photo.why?.message === why.message) continue;
      photo.why = why;
      isNew = true;
    }
    if (isNew) this.emit('change');
  }

  /** The photo `step` after this one (before it, where negative); null at the ends. Fetches a month where needed. */
  async neighbour(id, step) {
    const found = this.#byId.get(id);
    if (!found) return null;
    let { month } = found;
    let index = month.photos.indexOf(found.photo) + step;
    while (index < 0 || index >= month.photos.length) {
      const next = this.months[this.months.indexOf(month) + Math.sign(step)];
      if (!next) return null;
      if (!next.photos) await this.load(next);
      if (!next.photos) return null;
      index = step > 0 ? index - month.photos.length : index + next.photos.length;
      month = next;
    }
    return month.photos[index];
  }
}

/** `2024-05-03T…` lies in `2024-05-01`. */
export const monthOf = (localDateTime) => `${localDateTime.slice(0, 7)}-01`;

/** One object per photo, from the lists of a month's answer. */
function photos(lists) {
  return lists.id.map((id, index) => ({
    id,
    ratio: lists.ratio[index],
    isFavorite: lists.isFavorite[index],
    isVideo: !lists.isImage[index],
    thumbhash: lists.thumbhash[index],
    duration: lists.duration[index],
    place: lists.city?.[index] ?? null,
    moment: Date.parse(`${lists.fileCreatedAt[index]}Z`) + lists.localOffsetHours[index] * 3_600_000,
  }));
}
