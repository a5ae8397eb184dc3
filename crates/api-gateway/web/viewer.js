// One photo or video over the whole page.

import { get, pictureUrl, post, put, remove } from './api.js';
import { complain, say } from './announce.js';
import { fill, h, setAttribute, setText } from './dom.js';
import { showFacts } from './facts.js';
import { dayAndTime } from './format.js';
import { icon } from './icons.js';
import { isComing, whyUnmade } from './preparations.js';
import { back, go, photoAddress } from './router.js';
import { placeholder } from './thumbhash.js';
import { Zoom } from './zoom.js';

/** How often is asked why a photo has no picture. */
const LOOK_EVERY = 3_000;

export class Viewer {
  isOpen = false;
  #library;
  #timeline;
  #id = null;
  #asset = null;
  #medium = null;
  #around = new Map();

  constructor(library, timeline) {
    this.#library = library;
    this.#timeline = timeline;
    this.title = h('h1', {});
    this.when = h('p', {});
    this.favorite = this.#button('heart', 'Favourite', () => this.#toggleFavorite());
    this.info = this.#button('info', 'Details', () => this.#toggleFacts());
    this.download = h('a', { class: 'quiet icon-only', title: 'Download', 'aria-label': 'Download', download: '' }, icon('download'));
    this.trash = this.#button('trash', 'Move to trash', () => this.#trash());
    this.stage = h('div', { class: 'stage' });
    this.facts = h('aside', { class: 'facts', 'aria-label': 'Details', hidden: true });
    this.previous = this.#button('back', 'Previous', () => this.#step(-1));
    this.next = this.#button('next', 'Next', () => this.#step(1));
    this.previous.classList.add('previous');
    this.next.classList.add('next');
    this.element = h(
      'div',
      { class: 'viewer', role: 'dialog', 'aria-modal': 'true', 'aria-label': 'Viewer', tabindex: '-1', hidden: true },
      h('div', { class: 'viewer-bar' }, this.#button('back', 'Back', () => this.#leave()), h('div', { class: 'viewer-title' }, this.title, this.when), this.favorite, this.info, this.download, this.trash),
      h('div', { class: 'viewer-body' }, h('div', { class: 'stage-frame' }, this.stage, this.previous, this.next), this.facts),
    );
    this.zoom = new Zoom(this.stage, () => (this.#medium?.tagName === 'IMG' ? this.#medium : null), {
      zoomed: (scale) => scale > 1 && this.#sharpen(),
      swiped: (direction) => ({ left: () => this.#step(1), right: () => this.#step(-1), down: () => this.#leave() })[direction](),
    });
  }

  #button(drawing, label, click) {
    return h('button', { type: 'button', class: 'quiet icon-only', title: label, 'aria-label': label, on: { click } }, icon(drawing));
  }

  /** Shows the photo of this id: at once what the timeline knows of it, then the rest. */
  async open(id) {
    if (this.#id === id) return;
    this.#id = id;
    this.#asset = null;
    const isFirst = !this.isOpen;
    this.isOpen = true;
    this.element.hidden = false;
    if (isFirst) {
      this.element.focus();
      document.addEventListener('keydown', this.#key);
    }
    const known = this.#library.find(id)?.photo;
    setText(this.title, known?.isVideo ? 'Video' : 'Photo');
    setText(this.when, known ? dayAndTime(known.moment) : '');
    this.download.href = `/api/assets/${id}/original`;
    fill(this.facts);
    fill(this.stage);
    if (known) this.#present(known);
    try {
      const asset = await get(`/assets/${id}`);
      if (this.#id === id) await this.#complete(asset, known);
    } catch (error) {
      if (this.#id === id) this.#showProblem(error.status === 400 ? 'This photo is not there, or not yours.' : error.message);
    }
  }

  async #complete(asset, known) {
    this.#asset = asset;
    setText(this.title, asset.originalFileName);
    setText(this.when, dayAndTime(Date.parse(asset.localDateTime)));
    document.title = `${asset.originalFileName} – Safelight`;
    showFacts(this.facts, asset);
    this.#showFavorite();
    setAttribute(this.trash, 'disabled', asset.isTrashed);
    if (!known) this.#present({ id: asset.id, thumbhash: asset.thumbhash, isVideo: asset.type === 'VIDEO', ratio: asset.width / asset.height });
    if (!known) await this.#library.reach(asset.localDateTime);
    await this.#lookAround();
  }

  /** Puts the picture or the video on the stage. */
  #present(photo) {
    this.zoom.reset();
    this.#medium = photo.isVideo ? this.#video(photo) : this.#picture(photo);
    this.stage.dataset.id = photo.id;
    if (this.#medium) return fill(this.stage, this.#medium);
    const words = h('p', { class: 'problem', role: 'status' });
    fill(this.stage, words);
    this.#explain(words, photo.why);
    this.#showWhenMade(photo, words);
  }

  #picture(photo) {
    if (!photo.thumbhash) return null;
    const image = h('img', { alt: '', draggable: 'false', decoding: 'async' });
    const background = placeholder(photo.thumbhash);
    if (background) image.style.backgroundImage = `url("${background}")`;
    image.style.setProperty('--ratio', String(photo.ratio || 1));
    image.addEventListener('load', () => image.classList.add('loaded'));
    image.addEventListener('error', () => this.#medium === image && this.#showProblem('This picture cannot be loaded. The original can still be downloaded.'));
    image.src = pictureUrl(photo, 'preview');
    return image;
  }

  #video(photo) {
    const video = h('video', { controls: true, autoplay: true, playsinline: true, preload: 'metadata', poster: photo.thumbhash ? pictureUrl(photo, 'preview') : null });
    video.addEventListener('error', () => this.#showProblem('This browser cannot play the video. Where it is still being converted, try again later; the original can be downloaded.'));
    video.src = `/api/assets/${photo.id}/video/playback`;
    return video;
  }

  #showProblem(text) {
    this.#medium = null;
    fill(this.stage, h('p', { class: 'problem', role: 'alert' }, text));
  }

  #explain(words, why) {
    const next = isComing(why) ? 'It will show here by itself.' : 'The original can be downloaded.';
    setText(words, `${why?.message ?? 'Its pictures are not made yet.'} ${next}`);
  }

  /** Says why there is no picture until there is one; the photo may be none of the timeline's. */
  async #showWhenMade({ id, isVideo, ratio }, words) {
    const isShown = () => this.#id === id && words.isConnected;
    const stop = this.#library.on('change', () => {
      const photo = this.#library.find(id)?.photo;
      if (isShown() && photo?.thumbhash) this.#present(photo);
    });
    while (isShown()) {
      const why = (await whyUnmade([id]).catch(() => null))?.get(id);
      if (isShown() && why) this.#explain(words, why);
      const asset = why || !isShown() ? null : await get(`/assets/${id}`).catch(() => null);
      if (isShown() && asset?.thumbhash) this.#present({ id, isVideo, ratio, thumbhash: asset.thumbhash });
      if (isShown()) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
    stop();
  }

  /** Zoomed in, the preview is not enough. */
  #sharpen() {
    const photo = this.#library.find(this.#id)?.photo ?? this.#asset;
    if (this.#medium?.tagName !== 'IMG' || this.#medium.dataset.isSharp || !photo) return;
    this.#medium.dataset.isSharp = 'yes';
    const sharp = new Image();
    const image = this.#medium;
    sharp.addEventListener('load', () => {
      image.src = sharp.src;
    });
    sharp.src = pictureUrl(photo, 'fullsize');
  }

  /** What is next to it: whether there is any, and its preview before it is asked for. */
  async #lookAround() {
    const id = this.#id;
    const [before, after] = await Promise.all([this.#library.neighbour(id, -1), this.#library.neighbour(id, 1)]);
    if (this.#id !== id) return;
    this.#around = new Map([
      [-1, before],
      [1, after],
    ]);
    setAttribute(this.previous, 'disabled', !before);
    setAttribute(this.next, 'disabled', !after);
    for (const photo of [after, before]) {
      if (photo?.thumbhash && !photo.isVideo) new Image().src = pictureUrl(photo, 'preview');
    }
  }

  async #step(step) {
    // Where somebody else has just deleted this one, what was beside it leads on.
    const photo = (await this.#library.neighbour(this.#id, step).catch(complain)) ?? this.#around.get(step);
    if (photo && this.#library.find(photo.id)) go(photoAddress(photo.id), { replace: true });
  }

  #leave() {
    back('#/');
  }

  /** Hides it and goes back to the photo's place in the timeline. */
  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.element.hidden = true;
    const id = this.#id;
    this.#id = null;
    this.#medium = null;
    document.removeEventListener('keydown', this.#key);
    fill(this.stage);
    queueMicrotask(() => this.#timeline.reveal(id));
  }

  #toggleFacts() {
    this.facts.hidden = !this.facts.hidden;
    this.info.setAttribute('aria-pressed', String(!this.facts.hidden));
  }

  #showFavorite() {
    const isFavorite = Boolean(this.#asset?.isFavorite);
    this.favorite.setAttribute('aria-pressed', String(isFavorite));
  }

  async #toggleFavorite() {
    const asset = this.#asset;
    if (!asset) return;
    const isFavorite = !asset.isFavorite;
    try {
      await put(`/assets/${asset.id}`, { isFavorite });
      asset.isFavorite = isFavorite;
      this.#library.update(asset.id, { isFavorite });
      this.#showFavorite();
    } catch (error) {
      complain(error);
    }
  }

  /** Into the trash; the next photo takes its place. */
  async #trash() {
    const id = this.#id;
    try {
      const next = (await this.#library.neighbour(id, 1)) ?? (await this.#library.neighbour(id, -1));
      await remove('/assets', { ids: [id] });
      this.#library.remove([id]);
      if (next) go(photoAddress(next.id), { replace: true });
      else this.#leave();
      say('Moved to the trash.', { label: 'Undo', run: () => this.#restore(id) });
    } catch (error) {
      complain(error);
    }
  }

  async #restore(id) {
    try {
      await post('/trash/restore/assets', { ids: [id] });
      this.#library.distrust();
      await this.#library.refresh();
      say('Restored.');
    } catch (error) {
      complain(error);
    }
  }

  /** Keys are taken from the whole page: a button that was pressed and is disabled now leaves the focus nowhere. */
  #key = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Tab') return this.#keepFocus(event);
    if (event.target.tagName === 'VIDEO' && event.key !== 'Escape') return;
    const act = {
      Escape: () => (this.zoom.scale > 1 ? this.zoom.reset() : this.#leave()),
      ArrowLeft: () => this.#step(-1),
      ArrowRight: () => this.#step(1),
      '+': () => this.zoom.in(),
      '=': () => this.zoom.in(),
      '-': () => this.zoom.out(),
      0: () => this.zoom.reset(),
      f: () => this.#toggleFavorite(),
      i: () => this.#toggleFacts(),
      Delete: () => this.#trash(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  /** The page below is inert, but the browser's own bar is not: Tab goes round in here and among the messages. */
  #keepFocus(event) {
    const stops = [...this.element.querySelectorAll('button:not(:disabled), a[href], video')].filter((stop) => stop.offsetParent);
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    const isAtEdge = document.activeElement === edge || (event.shiftKey && document.activeElement === this.element);
    if (!isAtEdge) return;
    const message = document.querySelector('#messages button');
    event.preventDefault();
    (message ?? (event.shiftKey ? stops.at(-1) : stops[0]))?.focus();
  }
}
