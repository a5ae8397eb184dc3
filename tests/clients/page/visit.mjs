// Coming and going: the first account, signing in and out, and the first uploads.
import assert from 'node:assert/strict';
import { NAMES, accessible, bytesOf, choose, context, expectFailures, heading, page, pictures, shot, tiles, until, url } from './browser.mjs';

const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };

export async function signUp() {
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

export async function uploads() {
  const panel = page.getByRole('region', { name: 'Uploads' });
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
  }, NAMES.map((name) => ({ name, bytes: [...bytesOf(name)] })));
  await page.dispatchEvent('body', 'dragover', { dataTransfer: drop });
  await page.getByText('Drop to upload').waitFor();
  await page.dispatchEvent('body', 'drop', { dataTransfer: drop });
  await panel.getByText('4 already there.').waitFor();
  await panel.getByRole('button', { name: 'Close' }).click();
}

async function signIn() {
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill('wrong');
  expectFailures(/401/);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').filter({ hasText: 'Incorrect email or password' }).waitFor();
  expectFailures(null);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await tiles.first().waitFor();
}

export async function leaving() {
  // Ended from elsewhere, a session leads back to the door.
  const sessions = await (await context.request.get(`${url}/api/sessions`)).json();
  const { id } = sessions.find(({ current }) => current);
  expectFailures(/401|WebSocket/);
  assert.equal((await context.request.delete(`${url}/api/sessions/${id}`)).status(), 204);
  await page.getByText('Your session has ended').waitFor();
  await accessible('sign-in');
  await shot('sign-in');
  expectFailures(null);
  await signIn();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.equal(await tiles.count(), 0);
}
