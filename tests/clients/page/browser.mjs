// The browser, what may not go wrong in it, and the words that all parts of the test use.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { chromium } from 'playwright-core';

const { PAGE_URL, PAGE_BROWSER, PAGE_PROFILE, PAGE_FILES, PAGE_SHOTS } = process.env;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ARGUMENTS = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

export const url = PAGE_URL;
/** The pictures to upload, one with a hostile name. */
export const NAMES = ['wide.jpg', 'tall.jpg', 'square.jpg', '"><img src=x onerror=alert(1)>.jpg'];

const answers = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
/** Lets something happen around the browser. */
export async function ask(what) {
  console.log(`ASK ${what}`);
  assert.equal((await answers.next()).value, 'done');
}

export const context = await chromium.launchPersistentContext(PAGE_PROFILE, {
  executablePath: PAGE_BROWSER,
  args: ARGUMENTS.split(' '),
  viewport: { width: 1280, height: 800 },
  acceptDownloads: true,
});
context.setDefaultTimeout(30_000);
export const page = context.pages()[0];

// Nothing may go wrong unseen: errors of scripts, of the policy, of requests.
const problems = [];
let expected = null;
/** What is meant to fail is announced before; null again when it is over. */
export function expectFailures(pattern) {
  expected = pattern;
}
/** Whatever went wrong so far, a line each. */
export const wentWrong = () => problems.join('\n');
/** Fails with whatever went wrong so far. */
export function nothingWentWrong(part) {
  assert.deepEqual(problems, [], part);
}
page.on('console', (message) => {
  const text = `${message.text()} ${message.location().url}`;
  if (['error', 'warning'].includes(message.type()) && !expected?.test(text)) problems.push(text);
});
page.on('pageerror', (error) => problems.push(String(error)));
page.on('dialog', (dialog) => {
  if (dialog.type() !== 'beforeunload') problems.push(`a dialog: ${dialog.message()}`);
  dialog.accept();
});
context.on('request', (request) => {
  if (!request.url().startsWith(url) && !/^(data|ws):/.test(request.url())) problems.push(`a request to ${request.url()}`);
});

export const shot = (name) => page.screenshot({ path: path.join(PAGE_SHOTS, `${name}.png`) });
export const tiles = page.locator('.tile');
export const pictures = page.locator('.tile img:not(.arriving)');
export const viewer = page.getByRole('dialog', { name: 'Viewer' });
export const heading = page.getByRole('heading', { level: 1 });

/** Waits until `probe` holds in the page. */
export const until = (probe, argument) => page.waitForFunction(probe, argument);
export const photos = (count) => until((text) => document.querySelector('h1')?.textContent === text, `Photos: ${count.toLocaleString('en-US')} items`);
export const elements = () => page.evaluate(() => document.querySelectorAll('*').length);

/** Passes what axe checks: names, roles, contrast, once what comes and goes has come or gone. */
export async function accessible(view) {
  await until(() => document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getComputedTiming().iterations === Infinity));
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)}`), [], `${view} for everybody`);
}

/** Fits the width, with everything that can be pressed. */
export async function fitsThePage(view) {
  const excess = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth);
  assert.ok(excess <= 0, `${view} is ${excess} pixels too wide`);
  const outside = await page.evaluate(() => [...document.querySelectorAll('button, a.quiet, nav a, input')].filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 0 && element.getBoundingClientRect().right > innerWidth + 1).map((element) => element.outerHTML));
  assert.deepEqual(outside, [], view);
}

/** Uploads as another client would. */
export async function uploadElsewhere(name, date) {
  const file = { name, mimeType: 'image/jpeg', buffer: bytesOf(name) };
  const answer = await context.request.post(`${url}/api/assets`, { multipart: { fileCreatedAt: date, fileModifiedAt: date, assetData: file } });
  assert.equal(answer.status(), 201);
  return (await answer.json()).id;
}

/** Chooses files in the page. */
export const choose = (...names) => page.locator('input[type=file]').setInputFiles(names.map((name) => path.join(PAGE_FILES, name)));
/** The bytes of a file to upload. */
export const bytesOf = (name) => readFileSync(path.join(PAGE_FILES, name));
