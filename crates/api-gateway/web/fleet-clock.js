// The time of the fleet.

/**
 * All moments of the fleet are by the clock of the database, and this machine's may be another. The newest beat of all nodes
 * is never from the future, and at some look it is only just over: the furthest that it was ever ahead is the time there.
 */
export class Clock {
  #ahead = null;

  note(nodes) {
    const newest = Math.max(...nodes.map((node) => Date.parse(node.heartbeat)));
    if (!Number.isFinite(newest)) return;
    const ahead = newest - performance.now();
    this.#ahead = Math.max(this.#ahead ?? ahead, ahead);
  }

  /** Seconds since a moment; less than none where it is to come. */
  since(moment) {
    const now = this.#ahead === null ? Date.now() : performance.now() + this.#ahead;
    return (now - Date.parse(moment)) / 1_000;
  }
}
