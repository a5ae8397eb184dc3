// Telling others that something happened.

/** A thing with listeners. */
export class Emitter {
  #listeners = new Map();

  /** Calls `listener` at every `name`; the function it gives back ends that. */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(name, listeners);
    return () => listeners.delete(listener);
  }

  emit(name, ...details) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(...details);
  }
}
