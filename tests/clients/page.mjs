// Uses the page as people do, in a real browser. What has to happen around it (rows, a stopped gateway) is asked for on
// standard output and answered on standard input; see tests/tests/system/page.rs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { chromium } from 'playwright-core';

const { PAGE_URL: url, PAGE_BROWSER, PAGE_PROFILE, PAGE_FILES, PAGE_SHOTS } = process.env;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ARGUMENTS = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const NAMES = ['wide.jpg', 'tall.jpg', 'square.jpg', '"><img src=x onerror=alert(1)>.jpg'];
const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };

const answers = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function ask(what) {
  console.log(`ASK ${what}`);
  assert.equal((await answers.next()).value, 'done');
}

const context = await chromium.launchPersistentContext(PAGE_PROFILE, {
  executablePath: PAGE_BROWSER,
  args: ARGUMENTS.split(' '),
  viewport: { width: 1280, height: 800 },
  acceptDownloads: true,
});
context.setDefaultTimeout(30_000);
const page = context.pages()[0];

// Nothing may go wrong unseen: errors of scripts, of the policy, of requests. What is meant to fail is announced before.
const problems = [];
let expected = /^$/;
page.on('console', (message) => {
  const text = `${message.text()} ${message.location().url}`;
  if (['error', 'warning'].includes(message.type()) && !expected.test(text)) problems.push(text);
});
page.on('pageerror', (error) => problems.push(String(error)));
page.on('dialog', (dialog) => {
  if (dialog.type() !== 'beforeunload') problems.push(`a dialog: ${dialog.message()}`);
  dialog.accept();
});
context.on('request', (request) => {
  if (!request.url().startsWith(url) && !/^(data|ws):/.test(request.url())) problems.push(`a request to ${request.url()}`);
});

const shot = (name) => page.screenshot({ path: path.join(PAGE_SHOTS, `${name}.png`) });
const tiles = page.locator('.tile');
const pictures = page.locator('.tile img:not(.arriving)');
const viewer = page.getByRole('dialog', { name: 'Viewer' });
const heading = page.getByRole('heading', { level: 1 });

/** Waits until `probe` holds in the page. */
const until = (probe, argument) => page.waitForFunction(probe, argument);
const photos = (count) => until((text) => document.querySelector('h1')?.textContent === text, `Photos: ${count.toLocaleString('en-US')} items`);
const elements = () => page.evaluate(() => document.querySelectorAll('*').length);

async function accessible(view) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`), [], `${view} for everybody`);
}

async function fitsThePage(view) {
  const excess = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth);
  assert.ok(excess <= 0, `${view} is ${excess} pixels too wide`);
  const outside = await page.evaluate(() => [...document.querySelectorAll('button, a.quiet, nav a, input')].filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 0 && element.getBoundingClientRect().right > innerWidth + 1).map((element) => element.outerHTML));
  assert.deepEqual(outside, [], view);
}

/** Uploads as another client would. */
async function uploadElsewhere(name, date) {
  const file = { name, mimeType: 'image/jpeg', buffer: readFileSync(path.join(PAGE_FILES, name)) };
  const answer = await context.request.post(`${url}/api/assets`, { multipart: { fileCreatedAt: date, fileModifiedAt: date, assetData: file } });
  assert.equal(answer.status(), 201);
  return (await answer.json()).id;
}

async function signUp() {
  await page.goto(url);
  await heading.filter({ hasText: 'Welcome' }).waitFor();
  await accessible('sign-up');
  await shot('sign-up');
  await page.getByLabel('Name').fill('Admin');
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.keyboard.press('Enter');
  await page.getByText('Nothing here yet').waitFor();
  await accessible('an empty timeline');
}

async function signIn() {
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill('wrong');
  expected = /401/;
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').filter({ hasText: 'Incorrect email or password' }).waitFor();
  expected = /^$/;
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await tiles.first().waitFor();
}

async function uploads() {
  const panel = page.getByRole('region', { name: 'Uploads' });
  const choose = (...names) => page.locator('input[type=file]').setInputFiles(names.map((name) => path.join(PAGE_FILES, name)));
  await choose(...NAMES, 'broken.jpg', 'notes.txt');
  await panel.getByText('5 uploaded, 1 failed.').waitFor();
  await panel.getByText('notes.txt: the server does not take this kind of file.').waitFor();
  // By itself, without reload: the four that are pictures get theirs.
  await until(() => document.querySelectorAll('.tile img:not(.arriving)').length === 4);
  await shot('uploaded');
  await accessible('uploads');
  await panel.getByRole('button', { name: 'Close' }).click();

  // Dropped, a second time: the server has them all.
  const drop = await page.evaluateHandle(async (files) => {
    const transfer = new DataTransfer();
    for (const { name, bytes } of files) transfer.items.add(new File([new Uint8Array(bytes)], name));
    return transfer;
  }, NAMES.map((name) => ({ name, bytes: [...readFileSync(path.join(PAGE_FILES, name))] })));
  await page.dispatchEvent('body', 'dragover', { dataTransfer: drop });
  await page.getByText('Drop to upload').waitFor();
  await page.dispatchEvent('body', 'drop', { dataTransfer: drop });
  await panel.getByText('4 already there.').waitFor();
  await panel.getByRole('button', { name: 'Close' }).click();
}

async function viewing() {
  const shown = () => page.evaluate(() => location.hash);
  await pictures.first().click();
  await viewer.waitFor();
  await page.locator('.stage img.loaded').waitFor();
  await page.keyboard.press('i');
  await viewer.getByRole('complementary', { name: 'Details' }).getByText('KiB').waitFor();
  await accessible('the viewer');
  await shot('viewer');

  // Through all of them by keys; among them the one with the hostile name, which is only text.
  const step = async (key) => {
    const before = await shown();
    await page.keyboard.press(key);
    await until((hash) => location.hash !== hash, before);
    await until(() => document.querySelector('.viewer h1')?.textContent);
  };
  while (await page.locator('.viewer .previous').isEnabled()) await step('ArrowLeft');
  const names = new Set();
  for (let number = 0; number < NAMES.length + 1; number += 1) {
    names.add(await viewer.getByRole('heading', { level: 1 }).filter({ hasText: '.' }).textContent());
    if (number < NAMES.length) await step('ArrowRight');
  }
  assert.deepEqual([...names].sort(), [...NAMES, 'broken.jpg'].sort());
  assert.equal(await page.locator('img[src=x]').count(), 0);

  const favourite = viewer.getByRole('button', { name: 'Favourite' });
  await page.keyboard.press('f');
  await until(() => document.querySelector('.viewer [aria-label=Favourite]').getAttribute('aria-pressed') === 'true');
  await favourite.click();
  await until(() => document.querySelector('.viewer [aria-label=Favourite]').getAttribute('aria-pressed') === 'false');

  const [download] = await Promise.all([page.waitForEvent('download'), viewer.getByRole('link', { name: 'Download' }).click()]);
  assert.ok(download.suggestedFilename().endsWith('.jpg'));
  await download.cancel();

  await page.goto(`${url}/${await shown()}`);
  await page.reload();
  await viewer.waitFor();
  await page.keyboard.press('Delete');
  await page.getByText('Moved to the trash.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Restored.').waitFor();
  await page.keyboard.press('Escape');
  await viewer.waitFor({ state: 'hidden' });
  await until(() => document.querySelectorAll('.tile').length === 5);

  // Opened from the timeline, the browser's own way back leads there, and the focus to the photo.
  await pictures.first().click();
  await page.locator('.stage img.loaded').waitFor();
  await page.keyboard.press('+');
  await page.locator('.stage.zoomed').waitFor();
  await page.keyboard.press('0');
  await page.locator('.stage:not(.zoomed)').waitFor();
  await page.goBack();
  await viewer.waitFor({ state: 'hidden' });
  await until(() => document.activeElement.classList.contains('tile'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await viewer.waitFor();
  await page.keyboard.press('Escape');
}

/** A second of film, made by the browser itself. */
function film() {
  const canvas = document.createElement('canvas');
  const picture = canvas.getContext('2d');
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' });
  const parts = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  const painting = setInterval(() => {
    picture.fillStyle = `hsl(${performance.now() % 360} 80% 50%)`;
    picture.fillRect(0, 0, 300, 150);
  }, 40);
  return new Promise((resolve) => {
    recorder.addEventListener('stop', async () => resolve([...new Uint8Array(await new Blob(parts).arrayBuffer())]));
    recorder.start();
    setTimeout(() => {
      clearInterval(painting);
      recorder.stop();
    }, 1_000);
  });
}

async function watching() {
  const file = { name: 'film.webm', mimeType: 'video/webm', buffer: Buffer.from(await page.evaluate(film)) };
  const date = new Date().toISOString();
  const answer = await context.request.post(`${url}/api/assets`, { multipart: { fileCreatedAt: date, fileModifiedAt: date, assetData: file } });
  const { id } = await answer.json();
  await page.reload();
  await page.getByRole('link', { name: /^Video/ }).click();
  await until(() => document.querySelector('.viewer video')?.readyState >= 2);
  await accessible('a video');
  await shot('video');
  await page.keyboard.press('Escape');
  assert.equal((await context.request.delete(`${url}/api/assets`, { data: { ids: [id], force: true } })).status(), 204);
  await page.getByRole('link', { name: /^Video/ }).waitFor({ state: 'detached' });
}

async function queues() {
  const card = (title) => page.locator('.queue').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  const metadata = card('Metadata');
  await page.getByRole('link', { name: 'Queues' }).click();
  const thumbnails = card('Thumbnails');
  await thumbnails.getByText('1 job given up').click();
  await thumbnails.locator('.failed-jobs li p').nth(1).filter({ hasText: /\w+ \w+/ }).waitFor();
  await accessible('the queues');
  await shot('queues');
  await page.getByRole('button', { name: 'Clear failed: Thumbnails' }).click();
  await thumbnails.getByText('1 job given up').waitFor({ state: 'hidden' });

  await page.getByRole('button', { name: 'Pause: Metadata' }).click();
  await metadata.getByText('Paused').waitFor();
  await page.getByRole('button', { name: 'Start all: Metadata' }).click();
  await metadata.locator('.waiting dd').filter({ hasText: '5' }).waitFor();
  await page.getByRole('button', { name: 'Resume: Metadata' }).click();
  await metadata.locator('.waiting dd').filter({ hasText: /^0$/ }).waitFor();

  await ask('job');
  await card('Video conversion').getByText('25 %').waitFor();
  await ask('progress');
  await card('Video conversion').getByText('70 %').waitFor();
  await shot('queues-running');
  await page.getByRole('link', { name: 'Photos' }).click();
}

async function large() {
  await ask('fill');
  await page.reload();
  await photos(40_005);
  const scroller = page.locator('.timeline');
  const most = 900;
  const counts = [await elements()];
  const height = await scroller.evaluate((element) => element.scrollHeight);
  for (let part = 1; part <= 7; part += 1) {
    await scroller.evaluate((element, top) => element.scrollTo(0, top), (height * part) / 8);
    await until(() => [...document.querySelectorAll('.tile')].some((tile) => tile.querySelector('img:not(.arriving)') && tile.getBoundingClientRect().top > 0));
    counts.push(await elements());
  }
  assert.ok(Math.max(...counts) < most, `the document stays small: ${counts}`);
  await shot('middle');
  await accessible('the timeline');

  // To either end by keys, and to a year by the scrubber.
  await tiles.first().focus();
  await page.keyboard.press('End');
  await until(() => document.activeElement.getAttribute('aria-label')?.includes('January 1, 2015'));
  await page.getByRole('slider', { name: 'Month' }).focus();
  await page.keyboard.press('Home');
  await until(() => document.querySelector('.timeline').scrollTop < 100);
  const box = await page.getByRole('slider', { name: 'Month' }).boundingBox();
  await page.mouse.move(box.x + 10, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + 10, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
  await until(() => document.querySelector('[role=slider]').getAttribute('aria-valuetext').match(/201[89]|2020/));
}

/** In the middle of the library, things come and go above what somebody looks at. */
async function live() {
  await until(() => document.querySelectorAll('.tile img:not(.arriving)').length > 10);
  const place = await page.evaluate(() => {
    const tile = [...document.querySelectorAll('.tile')].find((candidate) => candidate.getBoundingClientRect().top > 200);
    globalThis.watched = tile;
    return { id: tile.dataset.id, top: tile.getBoundingClientRect().top };
  });
  const stays = async (why) => {
    const tile = await page.evaluate((id) => document.querySelector(`[data-id="${id}"]`).getBoundingClientRect().top, place.id);
    assert.ok(Math.abs(tile - place.top) < 1.5, `${why}: from ${place.top} to ${tile}`);
  };
  const id = await uploadElsewhere('later.jpg', '2025-06-15T12:00:00.000Z');
  await photos(40_006);
  await stays('an upload above');
  assert.equal((await context.request.delete(`${url}/api/assets`, { data: { ids: [id] } })).status(), 204);
  await photos(40_005);
  await stays('a deletion above');
  // Of the month in sight one goes that comes before: the rows change, what is looked at does not.
  const earlier = await page.evaluate((watched) => {
    const all = [...document.querySelectorAll('.tile')];
    return all[all.findIndex((tile) => tile.dataset.id === watched) - 12].dataset.id;
  }, place.id);
  assert.equal((await context.request.delete(`${url}/api/assets`, { data: { ids: [earlier] } })).status(), 204);
  await photos(40_004);
  assert.equal((await context.request.post(`${url}/api/trash/restore/assets`, { data: { ids: [id, earlier] } })).status(), 200);
  await photos(40_006);

  // The gateway goes away and comes back: the page follows again, and has what it missed.
  expected = /WebSocket connection|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE/;
  await ask('stop');
  await page.getByText('Reconnecting…').waitFor();
  await ask('restart');
  assert.equal((await context.request.delete(`${url}/api/assets`, { data: { ids: [earlier] } })).status(), 204);
  await photos(40_005);
  await page.getByText('Reconnecting…').waitFor({ state: 'hidden' });
  expected = /^$/;
}

async function looks() {
  for (const colorScheme of ['light', 'dark']) {
    for (const [device, width, height] of [['desktop', 1280, 800], ['phone', 320, 640]]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      await page.goto(`${url}/#/`);
      await until(() => document.querySelectorAll('.tile img:not(.arriving)').length > 3);
      const look = async (view) => {
        await fitsThePage(`${view} on ${device}`);
        await accessible(`${view} ${colorScheme} on ${device}`);
        await shot(`${view}-${colorScheme}-${device}`);
      };
      await look('timeline');
      await pictures.first().click();
      await page.locator('.stage img.loaded').waitFor();
      await look('viewer');
      await page.keyboard.press('Escape');
      await page.goto(`${url}/#/queues`);
      await page.getByRole('heading', { name: 'Thumbnails' }).waitFor();
      await look('queues');
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${url}/#/`);
}

async function leaving() {
  // Ended from elsewhere, a session leads back to the door.
  const sessions = await (await context.request.get(`${url}/api/sessions`)).json();
  const { id } = sessions.find(({ current }) => current);
  expected = /401|WebSocket/;
  assert.equal((await context.request.delete(`${url}/api/sessions/${id}`)).status(), 204);
  await page.getByText('Your session has ended').waitFor();
  await accessible('sign-in');
  await shot('sign-in');
  expected = /^$/;
  await signIn();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.equal(await tiles.count(), 0);
}

try {
  for (const part of [signUp, uploads, viewing, watching, queues, large, live, looks, leaving]) {
    const began = Date.now();
    await part();
    assert.deepEqual(problems, [], part.name);
    console.log(`${part.name}: ${Date.now() - began} ms`);
  }
} catch (error) {
  await shot('failed');
  throw error;
} finally {
  console.log(problems.join('\n'));
  await context.close();
  process.stdin.destroy();
}
