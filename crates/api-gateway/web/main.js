// The page: who is here, the frame around the views, and which view is shown.

import { ASK_AGAIN_AFTER, account, get, mayHeal } from './api.js';
import { complain, say } from './announce.js';
import { fill, h, setAttribute, setText } from './dom.js';
import { FleetView, refusal } from './fleet.js';
import { icon } from './icons.js';
import { Library } from './library.js';
import { Live } from './live.js';
import { Preparations } from './preparations.js';
import { QueuesView } from './queues.js';
import { follow, go, here, router } from './router.js';
import { hasSession, signOut, whoAmI } from './session.js';
import { signInView } from './sign-in.js';
import { Timeline } from './timeline.js';
import { UploadPanel } from './upload-panel.js';
import { Viewer } from './viewer.js';

const app = document.getElementById('app');
const overlay = document.getElementById('overlay');
/** The views, as the title of the window calls them. */
const TITLES = { timeline: 'Photos', queues: 'Queues', fleet: 'Fleet' };
/** A connection that comes back by itself this soon is nothing to tell. */
const WORRY_AFTER = 5_000;

/** A server that has not answered after this time is told to be waited for. */
const PATIENT_FOR = 1_000;

/** Ends what the last person had open. */
let end = () => {};
/** Of several starts, only the last may show anything. */
let starts = 0;
let isStarting = false;

async function start(reason) {
  end();
  fill(overlay);
  starts += 1;
  isStarting = true;
  const mine = starts;
  const isLast = () => mine === starts;
  const waiting = setTimeout(() => isLast() && showWaiting(), PATIENT_FOR);
  end = () => clearTimeout(waiting);
  try {
    await openWhatIsTheirs(reason, isLast);
  } catch (error) {
    if (isLast()) showFailure(error);
  } finally {
    clearTimeout(waiting);
    if (isLast()) isStarting = false;
  }
}

async function openWhatIsTheirs(reason, isLast) {
  const user = hasSession() ? await whoAmI().catch(nobodyIf401) : null;
  const config = user ? null : await get('/server/config');
  if (!isLast()) return;
  if (user) return open(user);
  document.title = 'Safelight';
  fill(app, signInView({ config, reason, done: () => start() }));
}

function nobodyIf401(error) {
  if (error.status !== 401) throw error;
  return null;
}

/** The page of a server that is asked, until it answers. What went wrong before stays to be read. */
function showWaiting() {
  if (!app.querySelector('.away')) showAway('Waiting for the server…', 'status');
}

/** Says why there is nothing to see, and asks again by itself where that may help. */
function showFailure(error) {
  showAway(mayHeal(error) ? `${error.message} This page asks again by itself.` : error.message, 'alert');
  if (!mayHeal(error)) return;
  const timer = setTimeout(() => start(), ASK_AGAIN_AFTER);
  end = () => clearTimeout(timer);
}

function showAway(text, role) {
  const shown = app.querySelector('.away');
  if (shown) {
    // Who reads it, or stands on the button, is not disturbed.
    const words = shown.querySelector('p');
    words.setAttribute('role', role);
    return setText(words, text);
  }
  const again = h('button', { type: 'button', class: 'primary', on: { click: () => start() } }, 'Try again');
  fill(app, h('main', { id: 'content', class: 'sign-in-page' }, h('div', { class: 'sign-in away' }, h('h1', {}, 'Safelight'), h('p', { role }, text), again)));
  again.focus();
}

/** Opens the page for somebody who is signed in. */
function open(user) {
  const library = new Library();
  const live = new Live(library);
  const timeline = new Timeline(library);
  const forAdmins = user.isAdmin ? { queues: new QueuesView(live, library), fleet: new FleetView(live, library) } : { fleet: refusal() };
  const views = { timeline, ...forAdmins };
  const uploads = new UploadPanel(live);
  const viewer = new Viewer(library, timeline);
  const preparations = new Preparations(library, timeline, live);
  const view = h('div', { class: 'view' });
  const { element: bar, links } = frame(user, uploads, live);
  let shown = null;

  const show = (place) => {
    const name = views[place.name] ? place.name : 'timeline';
    const next = views[name];
    if (shown !== next) {
      shown?.hide?.();
      fill(view, next.element);
      next.show?.();
      shown = next;
    }
    for (const link of links) setAttribute(link, 'aria-current', link.dataset.view === name ? 'page' : null);
    document.title = `${TITLES[name]} – Safelight`;
    if (place.name === 'photo') viewer.open(place.id);
    else viewer.close();
    app.inert = viewer.isOpen;
  };

  // What could not be had is asked for again, without anybody touching the page.
  let retry = 0;
  const later = (ask) => {
    clearTimeout(retry);
    retry = setTimeout(ask, ASK_AGAIN_AFTER);
  };
  const failed = (error) => {
    complain(error);
    if (mayHeal(error)) later(() => timeline.render());
  };
  const first = async () => {
    try {
      await library.refresh();
      timeline.tell('');
    } catch (error) {
      timeline.tell(`The photos cannot be shown. ${error.message}`);
      if (mayHeal(error)) later(first);
    }
  };

  fill(app, skipLink(), bar, view, uploads.element);
  fill(overlay, viewer.element);
  const stops = [router.on('change', show), library.on('failed', (error) => failed(error)), library.on('change', () => timeline.describe()), uploads.catchDrops()];
  end = () => {
    for (const stop of [...stops, () => clearTimeout(retry), () => live.stop(), () => preparations.stop(), () => timeline.stop(), () => views.queues?.hide(), () => views.fleet.hide?.(), () => uploads.stop(), () => viewer.close()]) stop();
    app.inert = false;
  };
  live.start();
  preparations.start();
  first();
  show(here());
}

function skipLink() {
  const skip = (event) => {
    event.preventDefault();
    document.getElementById('content')?.focus();
  };
  return h('a', { class: 'skip', href: '#content', on: { click: skip } }, 'Skip to content');
}

/** The bar at the top. */
function frame(user, uploads, live) {
  const link = (view, href, name, text) => h('a', { href, dataset: { view }, on: { click: follow } }, icon(name), h('span', {}, text));
  const links = [link('timeline', '#/', 'photos', 'Photos')];
  if (user.isAdmin) links.push(link('queues', '#/queues', 'queues', 'Queues'), link('fleet', '/fleet', 'fleet', 'Fleet'));
  const leave = async () => {
    try {
      await signOut();
      go('#/', { replace: true });
      start();
    } catch (error) {
      complain(error);
    }
  };
  const element = h(
    'header',
    { class: 'bar' },
    h('img', { class: 'mark', src: '/_safelight/icon.svg', alt: 'Safelight', width: '28', height: '28' }),
    h('nav', { 'aria-label': 'Main' }, links),
    connection(live),
    uploads.button,
    h('button', { type: 'button', class: 'quiet', title: `Signed in as ${user.name}`, on: { click: leave } }, icon('leave'), h('span', {}, 'Sign out')),
  );
  return { element, links };
}

/** Says when the page no longer follows what happens. */
function connection(live) {
  const words = h('p', { class: 'connection', role: 'status' });
  let timer;
  live.on('disconnected', () => {
    timer = setTimeout(() => setText(words, 'Reconnecting…'), WORRY_AFTER);
  });
  live.on('connected', () => {
    clearTimeout(timer);
    setText(words, '');
  });
  return words;
}

account.on('signed-out', () => {
  // Somebody who is just signing in has no session to lose, and who starts finds that out by itself.
  if (!isStarting && app.querySelector('.bar')) start('Your session has ended. Please sign in again.');
});
addEventListener('unhandledrejection', ({ reason }) => say(reason?.message ?? 'Something went wrong on this page.'));
start();
