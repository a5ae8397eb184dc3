// One photo in the timeline: its placeholder at once, its picture when it is near and made.

import { pictureUrl } from './api.js';
import { h, setAttribute, setText } from './dom.js';
import { day, duration, time } from './format.js';
import { icon } from './icons.js';
import { isComing } from './preparations.js';
import { follow, photoAddress } from './router.js';
import { placeholder } from './thumbhash.js';

export class Tile {
  photo = null;
  #picture = null;

  constructor() {
    this.length = h('span', { class: 'length', hidden: true }, icon('play'), h('span'));
    this.heart = h('span', { class: 'heart', hidden: true }, icon('heart'));
    this.missing = h('span', { class: 'missing', hidden: true }, icon('photos'), h('span', { class: 'why-unmade' }));
    this.element = h('a', { class: 'tile', draggable: 'false', on: { click: follow } }, this.missing, this.length, this.heart);
  }

  /** Shows a photo in a place of its month. */
  show(photo, { left, top, width, height }, withPicture) {
    const { style } = this.element;
    style.left = `${left}px`;
    style.top = `${top}px`;
    style.width = `${width}px`;
    style.height = `${height}px`;
    this.#describe(photo);
    if (withPicture) this.#load(photo);
  }

  #describe(photo) {
    if (this.photo?.id !== photo.id) {
      this.element.dataset.id = photo.id;
      this.element.href = photoAddress(photo.id);
    }
    const label = labelOf(photo);
    if (this.element.getAttribute('aria-label') !== label) this.element.setAttribute('aria-label', label);
    const background = placeholder(photo.thumbhash);
    const image = background ? `url("${background}")` : '';
    if (this.background !== image) {
      this.background = image;
      this.element.style.backgroundImage = image;
    }
    const isUnmade = !photo.thumbhash;
    this.element.classList.toggle('unmade', isUnmade);
    this.element.classList.toggle('coming', isUnmade && isComing(photo.why));
    this.missing.hidden = !isUnmade || isComing(photo.why);
    setText(this.missing.lastChild, photo.why?.message ?? '');
    setAttribute(this.element, 'title', isUnmade ? photo.why?.message : null);
    this.heart.hidden = !photo.isFavorite;
    this.length.hidden = !photo.isVideo;
    setText(this.length.lastChild, photo.isVideo && photo.duration ? duration(photo.duration) : '');
    this.photo = photo;
  }

  /** A photo without a thumbhash has no picture yet: nothing is asked until it has. */
  #load(photo) {
    const address = photo.thumbhash ? pictureUrl(photo, 'thumbnail') : null;
    if (address === this.#picture) return;
    this.#picture = address;
    this.element.querySelector('img')?.remove();
    if (!address) return;
    const image = h('img', { alt: '', decoding: 'async', draggable: 'false', class: 'arriving' });
    image.addEventListener('load', () => image.classList.remove('arriving'));
    image.addEventListener('error', () => {
      image.remove();
      this.#picture = null;
    });
    image.src = address;
    this.element.prepend(image);
  }

  /** Takes it out and gives up what it is loading. */
  remove() {
    this.element.querySelector('img')?.removeAttribute('src');
    this.element.remove();
  }
}

function labelOf(photo) {
  const kind = photo.isVideo ? `Video${photo.duration ? ` of ${duration(photo.duration)}` : ''}` : 'Photo';
  const parts = [kind, `${day(photo.moment)}, ${time(photo.moment)}`, photo.place, photo.isFavorite && 'favourite', !photo.thumbhash && (photo.why?.message ?? 'without a picture')];
  return parts.filter(Boolean).join(', ');
}
