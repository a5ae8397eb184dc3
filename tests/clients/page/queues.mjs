// The queues of administrators.
import { accessible, ask, page, shot } from './browser.mjs';

export async function queues() {
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
