// Zooming and panning a picture with pointers, wheel and keys, and the swipes that lead on from one that is not zoomed.

const LARGEST = 8;
const STEP = 1.5;
const SWIPE = 60;

/** Works on the element `stage`; moves what `target()` gives. `events`: `zoomed(scale)`, `swiped(direction)`. */
export class Zoom {
  #stage;
  #target;
  #events;
  #pointers = new Map();
  #start = null;
  scale = 1;
  #x = 0;
  #y = 0;

  constructor(stage, target, events) {
    this.#stage = stage;
    this.#target = target;
    this.#events = events;
    stage.addEventListener('pointerdown', (event) => this.#down(event));
    stage.addEventListener('pointermove', (event) => this.#move(event));
    for (const name of ['pointerup', 'pointercancel']) stage.addEventListener(name, (event) => this.#up(event));
    stage.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    stage.addEventListener('dblclick', (event) => this.#toggle(event));
  }

  reset() {
    this.#pointers.clear();
    this.#apply(1, 0, 0);
  }

  in() {
    this.#around(this.scale * STEP, this.#middle());
  }

  out() {
    this.#around(this.scale / STEP, this.#middle());
  }

  #middle() {
    const { left, top, width, height } = this.#stage.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  }

  /** Zooms so that what is under a point stays under it. */
  #around(wanted, point) {
    const scale = Math.min(LARGEST, Math.max(1, wanted));
    const middle = this.#middle();
    const factor = scale / this.scale;
    const [dx, dy] = [point.x - middle.x, point.y - middle.y];
    this.#apply(scale, dx - (dx - this.#x) * factor, dy - (dy - this.#y) * factor);
  }

  #apply(scale, x, y) {
    const target = this.#target();
    const isZoomed = target !== null && scale > 1;
    const isChanged = scale !== this.scale;
    this.scale = isZoomed ? scale : 1;
    // The picture never leaves the stage.
    this.#x = isZoomed ? within(x, (target.offsetWidth * scale - this.#stage.clientWidth) / 2) : 0;
    this.#y = isZoomed ? within(y, (target.offsetHeight * scale - this.#stage.clientHeight) / 2) : 0;
    if (target) target.style.transform = isZoomed ? `translate(${this.#x}px, ${this.#y}px) scale(${scale})` : '';
    this.#stage.classList.toggle('zoomed', isZoomed);
    if (isChanged) this.#events.zoomed(this.scale);
  }

  #down(event) {
    if (event.target.closest('button, a')) return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#start = { x: event.clientX, y: event.clientY, isSingle: this.#pointers.size === 1 };
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (other) {
      this.#start.isSingle = false;
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      this.#around(this.scale * (distance(now, other) / Math.max(1, distance(before, other))), middle);
    } else if (this.scale > 1) {
      if (!this.#stage.hasPointerCapture(event.pointerId)) this.#stage.setPointerCapture(event.pointerId);
      this.#apply(this.scale, this.#x + now.x - before.x, this.#y + now.y - before.y);
    }
  }

  #up(event) {
    if (!this.#pointers.delete(event.pointerId)) return;
    const isSwipe = event.type === 'pointerup' && event.pointerType !== 'mouse' && this.#start?.isSingle && this.scale === 1;
    if (!isSwipe) return;
    const [dx, dy] = [event.clientX - this.#start.x, event.clientY - this.#start.y];
    if (Math.abs(dx) > SWIPE && Math.abs(dx) > 1.5 * Math.abs(dy)) this.#events.swiped(dx > 0 ? 'right' : 'left');
    else if (dy > 1.5 * SWIPE && dy > 1.5 * Math.abs(dx)) this.#events.swiped('down');
  }

  #wheel(event) {
    event.preventDefault();
    this.#around(this.scale * Math.exp(-event.deltaY / 400), { x: event.clientX, y: event.clientY });
  }

  #toggle(event) {
    if (event.target.closest('button, a, video')) return;
    if (this.scale > 1) this.reset();
    else this.#around(2.5, { x: event.clientX, y: event.clientY });
  }
}

const distance = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
const within = (value, room) => Math.min(Math.max(0, room), Math.max(-Math.max(0, room), value));
