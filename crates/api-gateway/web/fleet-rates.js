// How fast queues are worked through, from what is done between one look and the next.

/** Looked at so far back. */
const WINDOW = 60_000;
/** Too little to say anything of. */
const SHORTEST = 4_000;

export class Rates {
  #samples = new Map();

  /** Keeps the counters of this look. */
  note(queues, now = performance.now()) {
    for (const { name, statistics } of queues) {
      const samples = (this.#samples.get(name) ?? []).filter(({ at }) => now - at <= WINDOW);
      // A counter never goes back; where it does, it is another one.
      const isOther = samples.length > 0 && statistics.completed < samples.at(-1).completed;
      this.#samples.set(name, [...(isOther ? [] : samples), { at: now, completed: statistics.completed }]);
    }
  }

  /** Jobs per minute; null while that is not known. */
  perMinute(name) {
    const samples = this.#samples.get(name) ?? [];
    const [first, last] = [samples[0], samples.at(-1)];
    if (!first || last.at - first.at < SHORTEST) return null;
    return ((last.completed - first.completed) * 60_000) / (last.at - first.at);
  }

  /** The same between each two looks, for a drawing. */
  course(name) {
    const samples = this.#samples.get(name) ?? [];
    return samples.slice(1).map(({ at, completed }, index) => ({ at, rate: ((completed - samples[index].completed) * 60_000) / Math.max(1, at - samples[index].at) }));
  }

  /** Seconds until all that is due is done; null where nobody can tell. */
  untilEmpty({ name, isPaused, statistics }) {
    const rate = this.perMinute(name);
    if (isPaused || !rate) return null;
    return ((statistics.waiting + statistics.active) * 60) / rate;
  }
}

/** The window, for a drawing. */
export const COURSE = WINDOW;
