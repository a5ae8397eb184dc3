// The page: who is here, the frame around the views, and which view is shown.

import { account, get } from './api.js';
import { complain, say } from './announce.js';
import { fill, h, setAttribute, setText } from './dom.js';
import { FleetView, refusal } from './fleet.js';
import { icon } from './icons.js';
import { Library } from './library.js';
import { Live } from './live.js';
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

/** Ends what the last person had open. */
let end = () => {};

async function start(reason) {
  end();
  end = () => {};
  fill(overlay);
  try {
    const user = hasSession() ? await whoAmI() : null;
    if (user) return open(user);
  } catch (error) {
    if (error.status !== 401) return showFailure(error);
  }
  try {
    const config = await get('/server/config');
    document.title = 'Safelight';
    fill(app, signInView({ config, reason, done: () => start() }));
  } catch (error) {
    showFailure(error);
  }
}

function showFailure(error) {
  const again = h('button', { type: 'button', class: 'primary', on: { click: () => start() } }, 'Try again');
  fill(app, h('main', { id: 'content', class: 'sign-in-page' }, h('div', { class: 'sign-in' }, h('h1', {}, 'Safelight'), h('p', { role: 'alert' }, error.message), again)));
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

  fill(app, skipLink(), bar, view, uploads.element);
  fill(overlay, viewer.element);
  const stops = [router.on('change', show), library.on('failed', complain), library.on('change', () => timeline.describe()), uploads.catchDrops()];
  end = () => {
    for (const stop of [...stops, () => live.stop(), () => timeline.stop(), () => views.queues?.hide(), () => views.fleet.hide?.(), () => uploads.stop(), () => viewer.close()]) stop();
    app.inert = false;
  };
  live.start();
  library.refresh().catch(complain);
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
  // Somebody who is just signing in has no session to lose.
  if (app.querySelector('.bar')) start('Your session has ended. Please sign in again.');
});
addEventListener('unhandledrejection', ({ reason }) => say(reason?.message ?? 'Something went wrong on this page.'));
start();
