// Work on many hosts from the list: whether they answer, the first access to all of them, new keys. The page is left and come
// back to on the way.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page } from '@playwright/test';
import { screenshot } from '../fixtures/screenshot';
import { Sshd, user } from '../fixtures/sshd';
import { expect, test } from '../fixtures/test';

type Machine = { sshd: Sshd; keys: () => string; stop: () => void };

/** A host whose visitors have a home of their own. */
async function machine(): Promise<Machine> {
  const home = mkdtempSync(join(tmpdir(), 'berth-home-'));
  chmodSync(home, 0o777);
  const sshd = await Sshd.start([`SetEnv HOME=${home}`, `AuthorizedKeysFile ${home}/.ssh/authorized_keys`]);
  const stop = () => {
    sshd.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { sshd, keys: () => readFileSync(join(home, '.ssh/authorized_keys'), 'utf8'), stop };
}

async function add(page: Page, url: string, host: object): Promise<void> {
  const added = await page.context().request.post(`${url}/api/hosts`, { data: { address: '127.0.0.1', ...host } });
  expect(added.ok(), await added.text()).toBeTruthy();
}

async function choose(page: Page, entry: string): Promise<void> {
  await page.getByRole('button', { name: 'More about hosts' }).click();
  await page.getByRole('menuitem', { name: 'Select hosts' }).click();
  await page.getByRole('button', { name: /^All \d/ }).click();
  await page.getByRole('button', { name: 'More for the chosen hosts' }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

/** Nothing is wider than the window, and everything to press is large enough for a finger. */
async function fits(page: Page, isMobile: boolean): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  if (!isMobile) return;
  for (const target of await page.locator('main .round-tick, main .round-all, main summary, main .round-acts button').all()) {
    if (await target.isVisible()) expect((await target.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(44);
  }
}

test('access is set up on many hosts, and their keys are rolled', async ({ harbour, page, server, isMobile }, info) => {
  test.setTimeout(180_000);
  const [one, two, moved] = await Promise.all([machine(), machine(), machine()]);
  await harbour.setUp();
  await add(page, server.url, { name: 'core-1', port: one.sshd.port });
  await add(page, server.url, { name: 'core-2', port: two.sshd.port });
  await add(page, server.url, { name: 'edge-moved', port: moved.sshd.port });
  await add(page, server.url, { name: 'edge-dead', port: 9 });
  const hosts = (await (await page.context().request.get(`${server.url}/api/hosts`)).json()).hosts as { id: string; name: string }[];
  const id = hosts.find((host) => host.name === 'edge-moved')?.id ?? '';
  const scan = await page.context().request.post(`${server.url}/api/hosts/${id}/host-key/scan`, { data: {} });
  const fingerprint = (await scan.json()).fingerprint as string;
  await page.context().request.post(`${server.url}/api/hosts/${id}/host-key/trust`, { data: { fingerprint } });
  await moved.sshd.changeHostKey();
  await harbour.backToDashboard();

  // Whether they answer: said in a line above the list, and in the list.
  await choose(page, 'Check reachability');
  const line = page.getByRole('list', { name: 'Work on many hosts' });
  await expect(line).toContainText('3 online, 1 without an answer');
  await screenshot(page, info, 'rounds-line');
  await line.getByRole('button', { name: 'Forget this' }).click();
  await expect(line).toBeHidden();

  // All keys in one list; the changed one is apart and not ticked.
  await choose(page, 'Set up access');
  await expect(page.getByRole('heading', { name: 'Set up access' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'New keys' })).toBeVisible();
  await expect(page.getByText(/These hosts show another key/)).toBeVisible();
  await expect(page.getByLabel('Trust the key of core-1')).toBeChecked();
  await expect(page.getByLabel('Trust the key of edge-moved')).not.toBeChecked();
  await screenshot(page, info, 'rounds-keys');
  await fits(page, isMobile);
  await page.getByLabel('Trust the key of core-2').uncheck();
  await expect(page.getByRole('button', { name: 'Trust 1 key' })).toBeVisible();
  await page.getByLabel('All new keys').check();
  await page.getByRole('button', { name: 'Trust 2 keys' }).click();
  const form = page.getByRole('form', { name: 'Sign in' });
  await expect(form.getByRole('heading', { name: 'Sign in to 2 hosts' })).toBeVisible();

  // Left, and come back to.
  await harbour.backToDashboard();
  await expect(line).toContainText('Read the host keys of 4 hosts');
  await line.getByRole('link').click();
  await form.getByRole('button', { name: /^Set up access/ }).click();
  await expect(form.getByText('Enter the username on the hosts.')).toBeVisible();
  await form.getByLabel('Username').fill(user.name);
  await form.getByLabel('Password', { exact: true }).fill(user.password);
  await screenshot(page, info, 'rounds-sign-in');
  await fits(page, isMobile);
  await form.getByRole('button', { name: 'Set up access to 2 hosts' }).click();
  await expect(page.getByText(/The new key is kept in your vault as/)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Done' })).toContainText('core-2');
  expect(one.keys()).toBe(two.keys());
  await screenshot(page, info, 'rounds-done');
  await fits(page, isMobile);

  // Then a new key takes its place.
  const before = one.keys();
  await harbour.backToDashboard();
  await choose(page, 'Roll keys');
  await page.getByRole('dialog', { name: /^Roll the keys of 4 hosts/ }).getByRole('button', { name: 'Roll the keys' }).click();
  await expect(page.getByText(/holds the new key now; the old one is forgotten/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Left out' })).toBeVisible();
  expect(one.keys()).not.toBe(before);
  expect(one.keys().trim().split('\n')).toHaveLength(1);
  await screenshot(page, info, 'rounds-rolled');
  await fits(page, isMobile);
  for (const each of [one, two, moved]) each.stop();

  // A key can also be made by itself.
  await page.goto(`${server.url}/credentials`);
  await page.getByRole('button', { name: 'Add credential' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add credential' });
  await dialog.getByLabel('New key').check();
  await dialog.getByLabel('Name', { exact: true }).fill('lab key');
  await screenshot(page, info, 'rounds-new-key');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'Copy public key' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Credentials' })).toContainText('lab key');
});

test('a password that is turned down is tried no further, and another one is asked for', async ({ harbour, page, server, isMobile }, info) => {
  test.setTimeout(120_000);
  const { sshd, stop } = await machine();
  await harbour.setUp();
  for (let number = 0; number < 12; number++) await add(page, server.url, { name: `rack-${number}`, port: sshd.port });
  await harbour.backToDashboard();
  await choose(page, 'Set up access');
  await page.getByRole('button', { name: 'Trust 12 keys' }).click();
  const form = page.getByRole('form', { name: 'Sign in' });
  await form.getByLabel('Username').fill(user.name);
  await form.getByLabel('Password', { exact: true }).fill('wrong');
  await form.getByLabel('Key', { exact: true }).selectOption('none');
  await form.getByRole('button', { name: 'Set up access to 12 hosts' }).click();
  await expect(page.getByText(/3 hosts in a row turned the password down/)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Failed' }).getByRole('listitem')).toHaveCount(3);
  await screenshot(page, info, 'rounds-stopped');
  await fits(page, isMobile);
  await form.getByLabel('Username').fill(user.name);
  await form.getByLabel('Password', { exact: true }).fill(user.password);
  await form.getByLabel('Key', { exact: true }).selectOption('none');
  await form.getByRole('button', { name: 'Set up access to 12 hosts' }).click();
  await expect(page.getByRole('list', { name: 'Done' }).getByRole('listitem')).toHaveCount(12);
  await page.getByLabel('Find hosts').fill('rack-11');
  await expect(page.getByRole('list', { name: 'Done' }).getByRole('listitem')).toHaveCount(1);
  stop();
});
