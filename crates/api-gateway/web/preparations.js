// Why photos have no pictures: asked for those that are in the document, as long as there are any. It is told by the state of
// their jobs, which changes without an event.

import { post } from './api.js';

const LOOK_EVERY = 4_000;
/** After a change, what is new is asked for at once, all that came together. */
const GATHER = 200;
/** These end by themselves: pictures come, or another reason. */
const COMING = ['running', 'waiting', 'retry', 'lost'];

/** Whether the pictures of a photo are on their way, as far as is known. */
export const isComing = (why) => !why || COMING.includes(why.code);

/** Why these photos have no pictures, by id: `{ code, message }`. One that has them, or is gone, is left out. */
export async function whyUnmade(assetIds) {
  const answers = await post('/fleet/pictures', { assetIds });
  return new Map(answers.map(({ id, code, message }) => [id, { code, message }]));
}

/** Keeps the photos of a library explained. */
export class Preparations {
  #library;
  #timeline;
  #live;
  #timer = 0;
  #isSoon = false;
  #isLooking = false;
  #stops = [];

  constructor(library, timeline, live) {
    this.#library = library;
    this.#timeline = timeline;
    this.#live = live;
  }

  start() {
    this.#stops.push(this.#library.on('change', () => this.#hurry()));
    document.addEventListener('visibilitychange', this.#wake);
    this.#later(LOOK_EVERY);
  }

  stop() {
    for (const stop of this.#stops) stop();
    document.removeEventListener('visibilitychange', this.#wake);
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wake = () => {
    if (!document.hidden) this.#look();
  };

  /** Somebody sees a photo of which nothing is known yet. */
  #hurry() {
    if (this.#isSoon || this.#isLooking || this.#timer === null) return;
    if (!this.#timeline.unmade().some((id) => !this.#library.find(id)?.photo.why)) return;
    this.#isSoon = true;
    this.#later(GATHER);
  }

  #later(wait) {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), wait);
  }

  async #look() {
    this.#isSoon = false;
    const ids = document.hidden ? [] : this.#timeline.unmade();
    if (ids.length > 0 && !this.#isLooking) {
      this.#isLooking = true;
      try {
        const answers = await whyUnmade(ids);
        this.#library.explain(answers);
        // Their pictures are there, or they are gone, and nobody has told.
        if (ids.some((id) => !answers.has(id) && this.#library.find(id))) this.#live.lookAgain();
      } catch {
        // What was known before is shown until the next look.
      }
      this.#isLooking = false;
    }
    this.#later(LOOK_EVERY);
  }
}
