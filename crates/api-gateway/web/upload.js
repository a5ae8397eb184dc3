// Sending files: a few at a time, without those the server has already.

import { account, post, words } from './api.js';
import { Emitter } from './events.js';
import { checksum } from './hash.js';

const AT_ONCE = 3;
/** The waits before a file is tried again that the network lost. */
const WAITS = [1_000, 3_000, 8_000, 15_000];

/**
 * The files of this page. Each is `{ file, state, sent, problem }` with the states `waiting`, `sending`, `done`,
 * `duplicate`, `trashed` (there already, in the trash) and `failed`. `change` when any of it did.
 */
export class Uploads extends Emitter {
  items = [];
  #running = 0;
  #requests = new Set();

  add(files) {
    for (const file of files) this.items.push({ file, state: 'waiting', sent: 0, problem: null });
    this.emit('change');
    this.#startNext();
  }

  /** Tries the failed ones once more. */
  retry() {
    for (const item of this.items) {
      if (item.state === 'failed') Object.assign(item, { state: 'waiting', sent: 0, problem: null });
    }
    this.emit('change');
    this.#startNext();
  }

  get isBusy() {
    return this.items.some(({ state }) => state === 'waiting' || state === 'sending');
  }

  /** Forgets what is not sent yet, and stops what is being sent. */
  stop() {
    this.items = this.items.filter(({ state }) => state !== 'waiting');
    for (const request of this.#requests) request.abort();
    this.emit('change');
  }

  /** Forgets everything that came to an end. */
  clear() {
    this.items = this.items.filter(({ state }) => state === 'waiting' || state === 'sending');
    this.emit('change');
  }

  #startNext() {
    while (this.#running < AT_ONCE) {
      const item = this.items.find(({ state }) => state === 'waiting');
      if (!item) return;
      item.state = 'sending';
      this.#running += 1;
      this.#handle(item).finally(() => {
        this.#running -= 1;
        this.emit('change');
        this.#startNext();
      });
    }
  }

  async #handle(item) {
    try {
      const hash = await checksum(item.file);
      const known = hash ? await find(hash) : null;
      item.state = known ?? (await this.#send(item, hash));
    } catch (error) {
      item.state = 'failed';
      item.problem = error.message;
    }
  }

  async #send(item, hash) {
    for (const wait of [...WAITS, null]) {
      const answer = await this.#request(item, hash);
      if (answer.status === 200) return 'duplicate';
      if (answer.status === 201) return 'done';
      if (answer.isStopped) throw new Error('Stopped.');
      if (answer.status === 401) account.emit('signed-out');
      if (answer.status !== 0 || wait === null) throw new Error(answer.status ? words(answer.status, answer.body) : 'The connection was lost.');
      await new Promise((resume) => setTimeout(resume, wait));
    }
    return 'failed';
  }

  /** One try. fetch cannot tell how much was sent, so this is the older way. */
  #request(item, hash) {
    const { file } = item;
    const form = new FormData();
    const modified = new Date(file.lastModified).toISOString();
    form.append('fileCreatedAt', modified);
    form.append('fileModifiedAt', modified);
    // Before the file, and on its own: in the header of the file browsers write %22 for a quotation mark.
    form.append('filename', file.name);
    form.append('assetData', file, file.name);
    const request = new XMLHttpRequest();
    request.open('POST', '/api/assets');
    request.responseType = 'json';
    if (hash) request.setRequestHeader('x-immich-checksum', hash);
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      item.sent = total ? loaded / total : 0;
      this.emit('change');
    });
    this.#requests.add(request);
    return new Promise((resolve) => {
      let isStopped = false;
      request.addEventListener('abort', () => {
        isStopped = true;
      });
      request.addEventListener('loadend', () => {
        this.#requests.delete(request);
        resolve({ status: request.status, body: request.response, isStopped });
      });
      request.send(form);
    });
  }
}

/** What becomes of a file that is on the server already; null where it is not. */
async function find(hash) {
  const { results } = await post('/assets/bulk-upload-check', { assets: [{ id: hash, checksum: hash }] });
  const [{ action, isTrashed }] = results;
  if (action !== 'reject') return null;
  return isTrashed ? 'trashed' : 'duplicate';
}
