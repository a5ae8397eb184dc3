// A page that stays open while Redis, then Postgres, is there and says nothing.
import assert from 'node:assert/strict';
import { accessible, ask, context, expectFailures, fitsThePage, page, photos, pictures, shot, until, uploadElsewhere, url } from './browser.mjs';

/** Within this time of the return of Redis, in milliseconds, the page is right. */
const RIGHT_WITHIN = 5_000;
const DATES = ['2024-05-01', '2024-06-01', '2024-07-01'];

/** Its pictures are there for whoever asks. */
const isMade = async (id) => (await (await context.request.get(`${url}/api/assets/${id}`)).json()).thumbhash !== null;

/** Nothing of what happens meanwhile is told to the page; it is right soon after, untouched. */
export async function hungRedis() {
  await uploadElsewhere('wide.jpg', `${DATES[0]}T12:00:00.000Z`);
  await until(() => document.querySelectorAll('.tile img:not(.arriving)').length === 1);
  await ask('redis hangs');
  const ids = [await uploadElsewhere('tall.jpg', `${DATES[1]}T12:00:00.000Z`), await uploadElsewhere('square.jpg', `${DATES[2]}T12:00:00.000Z`)];
  for (const id of ids) while (!(await isMade(id))) await new Promise((resolve) => setTimeout(resolve, 200));
  await ask('events are lost');
  assert.equal(await pictures.count(), 1, 'nobody has told');
  await ask('redis returns');
  const began = Date.now();
  await until(() => document.querySelectorAll('.tile img:not(.arriving)').length === 3);
  const took = Date.now() - began;
  console.log(`right ${took} ms after the return of Redis`);
  assert.ok(took < RIGHT_WITHIN, `right after ${took} ms`);
}

/** Open, and opened: it says what is wrong, and goes on by itself. */
export async function hungPostgres() {
  const shown = page.getByRole('alert').filter({ hasText: /database/ });
  expectFailures(/503|504|Failed to load resource/);
  await ask('postgres hangs');
  await page.reload();
  await page.getByText('Waiting for the server…').waitFor({ timeout: 4_000 });
  await shown.getByText('This page asks again by itself.').waitFor();
  for (const colorScheme of ['light', 'dark']) {
    for (const [device, width, height] of [['desktop', 1280, 800], ['phone', 320, 640]]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      await fitsThePage(`a silent database on ${device}`);
      await accessible(`a silent database ${colorScheme} on ${device}`);
      await shot(`silent-${colorScheme}-${device}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  await page.setViewportSize({ width: 1280, height: 800 });
  await ask('postgres returns');
  await photos(3);
  expectFailures(null);
}
