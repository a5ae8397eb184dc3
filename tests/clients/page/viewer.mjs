// One photo or film over the whole page: by keys, by fingers, by the buttons.
import assert from 'node:assert/strict';
import { NAMES, accessible, context, page, pictures, shot, until, url, viewer } from './browser.mjs';

export async function viewing() {
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
    await until(() => document.querySelector('.viewer h1').textContent.includes('.'));
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

/** Fingers on glass: a swipe leads on, two fingers zoom, a swipe down leads back. */
export async function touching() {
  const screen = await context.newCDPSession(page);
  const touch = (type, ...touchPoints) => screen.send('Input.dispatchTouchEvent', { type, touchPoints: touchPoints.map(([x, y], id) => ({ x, y, id })) });
  const swipe = async ([x, y], [toX, toY]) => {
    await touch('touchStart', [x, y]);
    for (let part = 1; part <= 5; part += 1) await touch('touchMove', [x + ((toX - x) * part) / 5, y + ((toY - y) * part) / 5]);
    await touch('touchEnd');
  };
  await screen.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
  await pictures.first().click();
  await page.locator('.stage img.loaded').waitFor();
  await page.locator('.viewer .next:enabled').waitFor();
  const before = await page.evaluate(() => location.hash);
  await swipe([900, 400], [600, 410]);
  await until((hash) => location.hash !== hash, before);
  await page.locator('.viewer .previous:enabled').waitFor();
  await swipe([600, 400], [900, 410]);
  await until((hash) => location.hash === hash, before);
  await page.locator('.stage img.loaded').waitFor();
  await touch('touchStart', [600, 400], [660, 400]);
  for (let part = 1; part <= 5; part += 1) await touch('touchMove', [600 - 30 * part, 400], [660 + 30 * part, 400]);
  await touch('touchEnd');
  await page.locator('.stage.zoomed').waitFor();
  await page.keyboard.press('0');
  await swipe([640, 300], [650, 520]);
  await viewer.waitFor({ state: 'hidden' });
  await screen.send('Emulation.setTouchEmulationEnabled', { enabled: false });
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

export async function watching() {
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
