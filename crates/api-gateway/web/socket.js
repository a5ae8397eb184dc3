// A client of Socket.IO version 5 over a WebSocket (Engine.IO version 4): as much of it as following events needs.

import { Emitter } from './events.js';

const PATH = '/api/socket.io/?EIO=4&transport=websocket';
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

// The first character of a message of Engine.IO, and after a MESSAGE the second, of Socket.IO.
const OPEN = '0';
const PING = '2';
const PONG = '3';
const MESSAGE = '4';
const CONNECT = '0';
const EVENT = '2';

/**
 * Connects and, when the connection is lost, connects again: after a second, then two, four, up to half a minute, and at
 * once when the browser is back online. `connected`, `disconnected`, and `event` with a name and what came with it.
 */
export class Socket extends Emitter {
  isConnected = false;
  #socket = null;
  #tries = 0;
  #timer = 0;
  #silence = 0;
  #patience = 60_000;
  #isStopped = false;
  #hurry = () => this.#hurryUp();

  start() {
    addEventListener('online', this.#hurry);
    document.addEventListener('visibilitychange', this.#hurry);
    this.#connect();
  }

  stop() {
    this.#isStopped = true;
    removeEventListener('online', this.#hurry);
    document.removeEventListener('visibilitychange', this.#hurry);
    this.#end();
  }

  #connect() {
    const address = new URL(PATH, location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => socket === this.#socket && typeof data === 'string' && this.#received(data));
    socket.addEventListener('close', () => socket === this.#socket && this.#lost());
    this.#listen();
  }

  #received(text) {
    this.#listen();
    const [kind, detail] = text;
    if (kind === OPEN) {
      const { pingInterval, pingTimeout } = JSON.parse(text.slice(1));
      this.#patience = pingInterval + pingTimeout;
      this.#socket.send(MESSAGE + CONNECT);
    } else if (kind === PING) {
      this.#socket.send(PONG);
    } else if (kind === MESSAGE && detail === CONNECT) {
      this.#tries = 0;
      this.isConnected = true;
      this.emit('connected');
    } else if (kind === MESSAGE && detail === EVENT) {
      const list = JSON.parse(text.slice(text.indexOf('[')));
      this.emit('event', ...list);
    } else if (kind === MESSAGE) {
      // Refused, or told to go.
      this.#socket.close();
    }
  }

  /** A server that has not even pinged for this long is gone, whatever the connection says. */
  #listen() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(), this.#patience);
  }

  #lost() {
    this.#end();
    if (this.#isStopped) return;
    // Many pages lose a server at the same moment; they should not all come back at the same moment.
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries) * (0.5 + Math.random() / 2);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #end() {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    if (!this.isConnected) return;
    this.isConnected = false;
    this.emit('disconnected');
  }

  #hurryUp() {
    if (this.#socket || document.hidden || this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#connect();
  }
}
