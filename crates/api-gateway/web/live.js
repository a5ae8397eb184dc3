// Keeping a library as it is on the server: by events where there is a socket, by asking now and then where there is none.

import { ASK_AGAIN_AFTER, account, mayHeal } from './api.js';
import { complain } from './announce.js';
import { Emitter } from './events.js';
import { monthOf } from './library.js';
import { Socket } from './socket.js';

/** Events come in crowds: one look at the counts answers them all. */
const GATHER = 400;
/** Looks take at most this part of the time: where one takes a second, the next comes five seconds later. */
const CALM = 5;
/** How often is asked without a socket, while the page is in sight. */
const POLL = 15_000;
/** The same after an upload, while its pictures are being made. */
const HASTE = 2_000;
const HASTE_FOR = 60_000;

/** `progress` of a job, `connected`, `disconnected`. */
export class Live extends Emitter {
  #library;
  #socket = new Socket();
  #months = new Set();
  #isAll = false;
  #timer = 0;
  #poll = 0;
  #hasteUntil = 0;
  #took = 0;
  #wasConnected = false;
  #isStopped = false;

  constructor(library) {
    super();
    this.#library = library;
    this.#socket.on('connected', () => {
      // What happened while nobody listened is not told again.
      if (this.#wasConnected) this.lookAgain();
      this.#wasConnected = true;
      this.emit('connected');
    });
    this.#socket.on('disconnected', () => this.emit('disconnected'));
    this.#socket.on('event', (name, detail) => this.#happened(name, detail));
  }

  get isConnected() {
    return this.#socket.isConnected;
  }

  start() {
    this.#socket.start();
    this.#pollLater();
  }

  #pollLater() {
    clearTimeout(this.#poll);
    const wait = performance.now() < this.#hasteUntil ? HASTE : POLL;
    this.#poll = setTimeout(() => {
      if (!this.isConnected && !document.hidden) this.lookAgain();
      this.#pollLater();
    }, wait);
  }

  /** Something was uploaded: its pictures will come soon. */
  expect() {
    this.#hasteUntil = performance.now() + HASTE_FOR;
    this.#pollLater();
    this.lookAgain();
  }

  stop() {
    this.#isStopped = true;
    this.#socket.stop();
    clearTimeout(this.#poll);
    clearTimeout(this.#timer);
  }

  #happened(name, detail) {
    if (name === 'on_upload_success' || name === 'on_asset_update') this.#changed(detail);
    else if (name === 'on_asset_trash') this.#gone(detail);
    else if (name === 'on_asset_delete' || name === 'on_asset_hidden') this.#gone([detail]);
    else if (name === 'on_asset_restore') this.lookAgain();
    else if (name === 'on_events_missed') this.lookAgain();
    else if (name === 'on_session_delete') account.emit('signed-out');
    else if (name === 'on_job_progress') this.emit('progress', detail);
  }

  #changed(asset) {
    const old = this.#library.find(asset.id)?.month.key;
    this.#months.add(monthOf(asset.localDateTime));
    if (old) this.#months.add(old);
    this.#later();
  }

  #gone(ids) {
    this.#library.remove(ids);
    this.#later();
  }

  /** What is known may be wrong in any month; what is in sight is fetched again. */
  lookAgain() {
    this.#isAll = true;
    this.#later();
  }

  #later() {
    this.#timer ||= setTimeout(() => this.#look(), Math.max(GATHER, this.#took * CALM));
  }

  async #look() {
    const began = performance.now();
    this.#library.distrust(this.#isAll ? undefined : this.#months);
    this.#months = new Set();
    this.#isAll = false;
    let failure = null;
    try {
      await this.#library.refresh();
    } catch (error) {
      failure = error;
      // That the server is away is told by the bar already.
      if (this.isConnected) complain(error);
    }
    this.#took = performance.now() - began;
    this.#timer = 0;
    if (failure && mayHeal(failure) && !this.#isStopped) {
      this.#isAll = true;
      this.#timer = setTimeout(() => this.#look(), ASK_AGAIN_AFTER);
    }
  }
}
