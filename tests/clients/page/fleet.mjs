// The fleet: what an administrator sees of it and can change.
import assert from 'node:assert/strict';
import { accessible, ask, choose, context, expectFailures, fitsThePage, heading, page, shot, until, url } from './browser.mjs';

const node = (service) => page.locator(`.node[data-service=${service}]`);
const queue = (name) => page.locator(`.fleet-queue[data-queue=${name}]`);
const parked = page.locator('.parked');
async function upload(name) {
  await choose(name);
  await page.getByText('1 uploaded.').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
}
const asked = async (path) => (await context.request.get(`${url}/api/fleet/${path}`)).json();

/** From the bar, and by its address; every process is there. */
export async function arriving() {
  await page.getByRole('link', { name: 'Fleet' }).click();
  await heading.filter({ hasText: 'Fleet' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/fleet');
  await page.reload();
  for (const service of ['api-gateway', 'metadata-worker', 'thumbnail-worker']) {
    await node(service).getByText('Active').waitFor();
    await node(service).getByText('Heard of just now').waitFor();
  }
  await node('api-gateway').getByText(/^Forwarded headers from 127\.0\.0\.1 are not believed/).waitFor();
  await page.getByText('No job was given up.').waitFor();
  await node('thumbnail-worker').getByText(/\d+ capabilities/).click();
  await node('thumbnail-worker').locator('.chips').getByText('JPEG', { exact: true }).waitFor();
  await accessible('the fleet');
}

/** A node gets a number of its own, by keys alone, and loses it again; typing is not disturbed by what is asked meanwhile. */
export async function slots() {
  const card = node('thumbnail-worker');
  const summary = card.getByText(/^Slots/);
  await summary.focus();
  await page.keyboard.press('Enter');
  const field = card.getByRole('spinbutton', { name: 'Slots of Thumbnails' });
  const before = await field.inputValue();
  await field.fill('7');
  await page.waitForResponse(/fleet\/nodes/);
  await page.waitForResponse(/fleet\/nodes/);
  assert.equal(await field.inputValue(), '7');
  assert.ok(await field.evaluate((input) => document.activeElement === input), 'the focus stays');
  await page.keyboard.press('Escape');
  assert.equal(await field.inputValue(), before);
  await field.fill('7');
  await page.keyboard.press('Enter');
  const load = card.locator('.loads [data-queue=thumbnailGeneration]');
  await load.getByText('of 7').waitFor();
  await card.getByRole('button', { name: 'Follow the settings: Thumbnails' }).click();
  await load.getByText(`of ${before}`).waitFor();
  assert.ok(await summary.evaluate((element) => element.parentElement.open), 'open details stay open');
  await field.fill('-1');
  await page.keyboard.press('Enter');
  assert.equal(await field.evaluate((input) => input.validity.valid), false);
  await page.keyboard.press('Escape');
}

/** The limit of a queue over all nodes. */
export async function limits() {
  const field = page.getByRole('spinbutton', { name: 'Limit of Video conversion' });
  await field.fill('2');
  await queue('videoConversion').getByRole('button', { name: 'Set' }).click();
  await queue('videoConversion').locator('.set.needed').waitFor({ state: 'detached' });
  const limit = async () => (await asked('queues')).find(({ name }) => name === 'videoConversion').maxActive;
  assert.equal(await limit(), 2);
  await field.fill('');
  await page.keyboard.press('Enter');
  await queue('videoConversion').locator('.set.needed').waitFor({ state: 'detached' });
  assert.equal(await limit(), null);
  await queue('storageTemplateMigration').getByText('Always one at a time').waitFor();
}

/** What is damaged is given up and tells why; why a job waits is told on a click. */
export async function reasons() {
  await page.getByRole('button', { name: 'Pause: Thumbnails' }).click();
  await queue('thumbnailGeneration').getByText('Paused', { exact: true }).waitFor();
  await upload('broken.jpg');
  const waiting = queue('thumbnailGeneration').locator('[data-state=waiting]');
  await waiting.filter({ hasText: '1' }).click();
  const job = queue('thumbnailGeneration').getByRole('button', { name: 'Generate thumbnails' });
  await job.click();
  await queue('thumbnailGeneration').getByText('The queue thumbnailGeneration is paused.').waitFor();
  await shot('fleet-waiting');
  await page.getByRole('button', { name: 'Resume: Thumbnails' }).click();
  await queue('thumbnailGeneration').getByText('None right now.').waitFor();
  await waiting.click();

  await parked.getByText('1 job', { exact: true }).waitFor();
  await parked.getByRole('button', { name: /^Generate thumbnails/ }).click();
  await parked.locator('.reasons').getByText(/It was given up: .+/).waitFor();
  await parked.locator('.history').getByText('queued').waitFor();
  await accessible('a parked job');
  await shot('fleet-parked');
}

/** Tried again it fails again, and its history grows while it is open; dropped it is gone. */
export async function secondChances() {
  // A job may be gone between the list and the question what is known of it.
  expectFailures(/404/);
  await parked.getByRole('button', { name: 'Retry: Generate thumbnails' }).click();
  await parked.getByRole('button', { name: /^Generate thumbnails/ }).waitFor();
  await until(() => {
    const opener = document.querySelector('.parked .job-opener');
    if (opener?.getAttribute('aria-expanded') === 'false') opener.click();
    return document.querySelector('.parked .history')?.textContent.includes('retried by an admin');
  });
  const drop = parked.getByRole('button', { name: /Drop: Generate thumbnails/ });
  await drop.click();
  await parked.locator('.sure.asking').waitFor();
  assert.equal((await asked('jobs?state=parked')).length, 1, 'one press asks only');
  await drop.click();
  await page.getByText('No job was given up.').waitFor();

  await upload('broken-too.jpg');
  await parked.getByText('1 job', { exact: true }).waitFor();
  await parked.getByRole('button', { name: 'Retry all: Thumbnails' }).click();
  await page.getByText('Thumbnails: 1 job tried again.').waitFor();
  await until(givenUpAgain);
  const dropAll = parked.getByRole('button', { name: /Drop all: Thumbnails/ });
  await dropAll.click();
  await dropAll.click();
  await page.getByText('No job was given up.').waitFor();
  expectFailures(null);
}

/** In the page: whether the only job there is was tried again and given up since. */
async function givenUpAgain() {
  const ask = async (path) => (await fetch(`/api/fleet/${path}`)).json();
  const [job] = await ask('jobs?state=parked');
  const { history } = job ? await ask(`jobs/${job.id}`) : {};
  const retried = history?.findIndex(({ what }) => what === 'retried by an admin') ?? -1;
  return retried >= 0 && retried < history.length - 1;
}

/** What runs, how far it is, and how much is done in a minute. */
export async function running() {
  await ask('job');
  const card = node('thumbnail-worker');
  await card.getByText('25 %').waitFor();
  await ask('progress');
  await card.getByText('70 %').waitFor();
  await card.getByRole('button', { name: /^Encode video/ }).click();
  await card.getByText('Where it runs').waitFor();
  await shot('fleet-running');
  await queue('metadataExtraction').locator('.rate .number').filter({ hasText: /\d/ }).waitFor();
}

/** Everything of the page, in both colours and on small screens. */
async function inAllLooks(name, part, before = () => {}) {
  for (const colorScheme of ['light', 'dark']) {
    for (const [device, width, height] of [['desktop', 1280, 900], ['phone', 360, 740]]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      await before();
      await part.evaluate((element) => element.scrollIntoView({ block: 'center' }));
      await fitsThePage(`${name} on ${device}`);
      await accessible(`${name} ${colorScheme} on ${device}`);
      await shot(`${name}-${colorScheme}-${device}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** A worker that is not heard of is amber, says what becomes of its work, and is as before when it is back. */
export async function silence() {
  const card = node('metadata-worker');
  await ask('silent');
  await card.locator('.pill').getByText('Silent').waitFor();
  const note = card.getByText('Its 2 jobs wait for another worker of its kind.');
  await note.waitFor();
  await page.locator('.overview').getByText('1 silent').waitFor();
  assert.match(await page.locator('.fleet-page > [role=status]').textContent(), /Metadata worker on .+: silent\. Its 2 jobs/);
  const colour = await card.evaluate((element) => [getComputedStyle(element).borderTopColor, getComputedStyle(element.querySelector('.pill')).borderTopColor]);
  assert.deepEqual(colour, ['rgb(178, 106, 0)', 'rgb(178, 106, 0)'], 'amber');
  // It would be gone for good before the last look.
  await inAllLooks('fleet-silent', note, () => ask('silent'));
  await ask('heard');
  await card.locator('.pill').getByText('Active').waitFor();
}

/** Nobody makes thumbnails: the fleet and the queues say so, and the photo that waits; until somebody does. */
export async function idleWork() {
  await ask('no thumbnails');
  await upload('waits.jpg');
  const told = page.getByText('Nobody makes thumbnails: 1 photo waits.');
  await told.waitFor();
  await inAllLooks('fleet-nobody', told);
  await page.getByRole('link', { name: 'Queues' }).click();
  await told.waitFor();
  await accessible('queues without a worker');
  await page.getByRole('link', { name: 'Photos' }).click();
  const why = /Nobody makes thumbnails: it waits until a worker does\./;
  const tile = page.getByRole('link', { name: why });
  await tile.waitFor();
  await tile.getByText('Nobody makes thumbnails').waitFor();
  await inAllLooks('timeline-nobody', tile);
  await tile.click();
  await page.locator('.stage .problem').filter({ hasText: why }).waitFor();
  await accessible('a photo that waits');
  await shot('viewer-nobody');
  await ask('thumbnails again');
  await page.locator('.stage img.loaded').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Fleet' }).click();
  await node('thumbnail-worker').getByText('Active').waitFor();
  await told.waitFor({ state: 'hidden' });
}

/** A worker that is killed, and one that comes. */
export async function leavingAndJoining() {
  await ask('kill');
  await node('metadata-worker').getByText('Gone').waitFor({ timeout: 60_000 });
  assert.match(await page.locator('.fleet-page > [role=status]').textContent(), /Metadata worker on .+: gone\./);
  await ask('revive');
  await node('metadata-worker').getByText('Active').waitFor();
  await page.getByText('2 processes that left in the last day').waitFor();
}

/** Quiet, and back; where the server knows no such orders there are no buttons. */
export async function orders() {
  const card = node('thumbnail-worker');
  const knows = (await asked('nodes'))[0].desiredState !== undefined;
  if (!knows) {
    assert.equal(await card.getByRole('button', { name: 'Quiet' }).isVisible(), false);
    return pretended();
  }
  await card.getByRole('button', { name: 'Quiet' }).click();
  await card.locator('.pill').getByText('Quiet', { exact: true }).waitFor();
  await shot('fleet-quiet');
  await card.getByRole('button', { name: 'Resume' }).click();
  await card.locator('.pill').getByText('Active').waitFor();
}

/** The same with a server that is made to know orders, hours and facts. */
async function pretended() {
  const said = { desiredState: 'active', hours: null, facts: { cores: 8, memoryBytes: 2 ** 34, storeLatencyMs: 0.4, encoders: [] } };
  const orders = [];
  await page.route('**/api/fleet/nodes', async (route) => {
    const answer = await route.fetch();
    const nodes = (await answer.json()).map((one) => ({ ...one, ...said, ...(said.desiredState === 'active' || one.service === 'api-gateway' ? {} : { state: said.desiredState }) }));
    await route.fulfill({ response: answer, json: nodes });
  });
  await page.route('**/api/fleet/nodes/*', async (route) => {
    const change = route.request().postDataJSON();
    orders.push(change);
    if (change.state) said.desiredState = change.state;
    if (change.hours !== undefined) said.hours = change.hours;
    await route.fulfill({ json: {} });
  });
  const card = node('thumbnail-worker');
  await card.getByRole('button', { name: 'Quiet' }).click();
  await card.locator('.pill').getByText('Quiet', { exact: true }).waitFor();
  await shot('fleet-quiet');
  await card.getByRole('button', { name: 'Pause' }).click();
  await card.locator('.pill').getByText('Paused').waitFor();
  await card.getByRole('button', { name: 'Resume' }).click();
  await card.locator('.pill').getByText('Active').waitFor();
  await card.getByLabel(/^Hours of .+: from$/).fill('22:00');
  await card.getByLabel(/^Hours of .+: to$/).fill('07:00');
  await page.keyboard.press('Enter');
  await until(() => document.querySelector('[data-service=thumbnail-worker] .numbers > div .set.needed') === null);
  assert.deepEqual(orders, [{ state: 'quiet' }, { state: 'paused' }, { state: 'active' }, { hours: '22:00-07:00' }]);
  await page.unrouteAll({ behavior: 'wait' });
}

/** Light, dark, and on a phone. */
export async function fleetLooks() {
  await until(() => document.querySelector('.message') === null);
  for (const colorScheme of ['light', 'dark']) {
    for (const [device, width, height] of [['desktop', 1280, 900], ['phone', 360, 740], ['narrow', 320, 640]]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      await page.evaluate(() => document.querySelector('.fleet-page').scrollTo(0, 0));
      await fitsThePage(`the fleet on ${device}`);
      assert.equal(await page.evaluate(() => document.querySelector('.fleet-page').scrollWidth > document.querySelector('.fleet-page').clientWidth), false, device);
      await accessible(`the fleet ${colorScheme} on ${device}`);
      await shot(`fleet-${colorScheme}-${device}`);
      await page.locator('#fleet-queues').evaluate((title) => title.scrollIntoView());
      await shot(`fleet-queues-${colorScheme}-${device}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** Everybody else is refused in plain words. */
export async function others() {
  const account = { name: 'Other', email: 'other@example.com', password: 'correct horse battery' };
  assert.equal((await context.request.post(`${url}/api/admin/users`, { data: { ...account, shouldChangePassword: false } })).status(), 201);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Nothing here yet').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Fleet' }).count(), 0);
  await page.goto(`${url}/fleet`);
  await page.getByText('This page is for administrators.').waitFor();
  await accessible('the refusal');
}
