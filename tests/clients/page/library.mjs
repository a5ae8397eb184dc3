// A library of years: scrolling through it, and following what others do to it.
import assert from 'node:assert/strict';
import { accessible, ask, context, elements, expectFailures, page, photos, shot, tiles, until, uploadElsewhere, url } from './browser.mjs';

export async function large() {
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
export async function live() {
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
  expectFailures(/WebSocket connection|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE/);
  await ask('stop');
  await page.getByText('Reconnecting…').waitFor();
  await ask('restart');
  assert.equal((await context.request.delete(`${url}/api/assets`, { data: { ids: [earlier] } })).status(), 204);
  await photos(40_005);
  await page.getByText('Reconnecting…').waitFor({ state: 'hidden' });
  expectFailures(null);
}
