// Light and dark, wide and narrow.
import { accessible, fitsThePage, page, pictures, shot, until, url } from './browser.mjs';

export async function looks() {
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
