// Choosing files, dropping them on the page, and how far they are.

import { get } from './api.js';
import { complain } from './announce.js';
import { fill, h, setText } from './dom.js';
import { plural } from './format.js';
import { icon } from './icons.js';
import { Uploads } from './upload.js';

/** So many files that were refused are named. */
const NAMED = 20;

export class UploadPanel {
  #uploads = new Uploads();
  #live;
  #extensions = null;
  #frame = 0;
  #wasBusy = false;
  #refused = [];

  constructor(live) {
    this.#live = live;
    this.input = h('input', { type: 'file', multiple: true, hidden: true, 'aria-label': 'Files to upload', on: { change: () => this.#chosen() } });
    this.button = h('button', { type: 'button', class: 'primary', on: { click: () => this.input.click() } }, icon('upload'), h('span', {}, 'Upload'));
    this.summary = h('p', { role: 'status' });
    this.bar = h('progress', { max: '1', value: '0', 'aria-label': 'Upload' });
    this.current = h('ul', { class: 'sending' });
    this.problems = h('ul', { class: 'problems' });
    this.stopButton = h('button', { type: 'button', on: { click: () => this.#uploads.stop() } }, 'Stop');
    this.retryButton = h('button', { type: 'button', on: { click: () => this.#uploads.retry() } }, 'Try again');
    this.closeButton = h('button', { type: 'button', on: { click: () => this.#close() } }, 'Close');
    this.panel = h('section', { class: 'uploads', 'aria-label': 'Uploads', hidden: true }, this.summary, this.bar, this.current, this.problems, h('div', { class: 'actions' }, this.stopButton, this.retryButton, this.closeButton));
    this.target = h('div', { class: 'drop-target', 'aria-hidden': 'true', hidden: true }, h('p', {}, icon('upload'), 'Drop to upload'));
    this.element = h('div', {}, this.input, this.panel, this.target);
    this.#uploads.on('change', () => this.#later());
    addEventListener('beforeunload', this.#hold);
  }

  /** Leaving the page would end what is being sent. */
  #hold = (event) => {
    if (this.#uploads.isBusy) event.preventDefault();
  };

  stop() {
    this.#uploads.stop();
    removeEventListener('beforeunload', this.#hold);
  }

  /** Takes files dropped anywhere on the page; the function it gives back ends that. */
  catchDrops() {
    const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
    const over = (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.target.hidden = false;
    };
    const leave = (event) => {
      if (!event.relatedTarget) this.target.hidden = true;
    };
    const drop = async (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.target.hidden = true;
      this.#add(await filesOf(event.dataTransfer));
    };
    const listeners = { dragover: over, dragleave: leave, drop };
    for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener);
    return () => Object.entries(listeners).forEach(([name, listener]) => removeEventListener(name, listener));
  }

  #chosen() {
    this.#add([...this.input.files]);
    this.input.value = '';
  }

  /** Sends what the server takes; the rest is named. */
  async #add(files) {
    try {
      this.#extensions ??= await takenExtensions();
    } catch (error) {
      complain(error);
      return;
    }
    const isTaken = (file) => this.#extensions.has(file.name.slice(file.name.lastIndexOf('.')).toLowerCase());
    this.#refused.push(...files.filter((file) => !isTaken(file)).map((file) => file.name));
    this.#uploads.add(files.filter(isTaken));
  }

  #later() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show();
    });
  }

  #show() {
    const { items, isBusy } = this.#uploads;
    const of = (...states) => items.filter(({ state }) => states.includes(state));
    this.panel.hidden = items.length === 0 && this.#refused.length === 0;
    setText(this.summary, summary(items.length, of, this.#refused.length, isBusy));
    const sending = of('sending');
    const ended = items.length - of('waiting').length - sending.length;
    this.bar.value = (ended + sending.reduce((sum, { sent }) => sum + sent, 0)) / Math.max(1, items.length);
    this.bar.hidden = !isBusy;
    fill(this.current, sending.map(({ file, sent }) => h('li', {}, h('span', {}, file.name), h('span', { class: 'muted' }, `${Math.round(sent * 100)} %`))));
    const failed = of('failed');
    const problems = [...failed.map(({ file, problem }) => `${file.name}: ${problem}`), ...this.#refused.map((name) => `${name}: the server does not take this kind of file.`)];
    fill(this.problems, problems.slice(0, NAMED).map((text) => h('li', {}, text)));
    this.stopButton.hidden = !isBusy;
    this.retryButton.hidden = isBusy || failed.length === 0;
    this.closeButton.hidden = isBusy;
    if (this.#wasBusy && !isBusy) this.#live.expect();
    this.#wasBusy = isBusy;
  }

  #close() {
    this.#refused = [];
    this.#uploads.clear();
    this.button.focus();
  }
}

function summary(total, of, refused, isBusy) {
  const parts = [
    [of('done').length, 'uploaded'],
    [of('duplicate').length, 'already there'],
    [of('trashed').length, 'already there, in the trash'],
    [of('failed').length + refused, 'failed'],
  ].filter(([number]) => number > 0);
  const words = parts.map(([number, what]) => `${number} ${what}`).join(', ');
  return isBusy ? `Uploading ${plural(total, 'file')}${words && `: ${words}`}…` : `${words || 'Nothing was sent'}.`;
}

/** The endings of file names that the server takes. */
async function takenExtensions() {
  const { image, video } = await get('/server/media-types');
  return new Set([...image, ...video]);
}

/** The files of a drop, also those in folders. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return [...transfer.files];
  return (await Promise.all(entries.map(filesIn))).flat();
}

async function filesIn(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  // A reader gives at most a hundred at a time, and nothing when it is done.
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return found;
    found.push(...(await Promise.all(batch.map(filesIn))).flat());
  }
}
