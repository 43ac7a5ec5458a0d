import AxeBuilder from '@axe-core/playwright';
import { Harbour, admin } from '../fixtures/harbour';
import { screenshot } from '../fixtures/screenshot';
import { useDomRenderer } from '../fixtures/terminal';
import { expect, test } from '../fixtures/test';

test('set up, sign out, a wrong password, sign in', async ({ harbour, page }) => {
  await harbour.setUp();
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('Name', { exact: true }).fill(admin.name);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText(/wrong/i);
  await harbour.signIn();
});

test('a wrong set-up code makes no account', async ({ page, server }) => {
  await page.goto(server.url);
  await page.getByLabel('Set-up code').fill('AAAA-AAAA-AAAA');
  await page.getByLabel('Name', { exact: true }).fill('mallory');
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await page.getByLabel('Repeat password').fill('a long enough password');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Set-up code')).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`nothing for axe to complain of, ${theme}`, async ({ harbour, page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const clean = async (what: string) => {
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
      expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
    };
    await page.goto(harbour.server.url);
    await expect(page.getByLabel('Set-up code')).toBeVisible();
    await clean('set-up');
    await harbour.setUp();
    await clean('empty dashboard');
    await harbour.addHost('web01');
    await clean('dashboard');
    await page.getByRole('button', { name: 'Add host' }).first().click();
    await expect(page.getByRole('dialog', { name: 'Add host' })).toBeVisible();
    await clean('host editor');
    await page.keyboard.press('Escape');
    const terminal = await harbour.open('web01');
    await terminal.isLive();
    await clean('terminal');
  });
}

test('fits a narrow phone', async ({ harbour, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await harbour.setUp();
  await harbour.addHost('a-host-with-a-rather-long-name-in-the-second-rack');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, 'pixels that stick out to the right').toBeLessThanOrEqual(0);
});

test('an admin keeps accounts: one is added, loses its live terminal when it is switched off, and signs in again', async ({ harbour, page, browser, server, sshd }, info) => {
  const clean = async (what: string) => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  };
  await harbour.setUp();
  await page.getByRole('button', { name: /Account menu/ }).click();
  await page.getByRole('menuitem', { name: 'Accounts', exact: true }).click();
  const accounts = page.getByRole('list', { name: 'Accounts' });
  await expect(accounts.getByRole('listitem')).toHaveCount(1);
  const grace = { name: 'grace', password: 'another long password' };
  await page.getByRole('button', { name: 'Add account' }).click();
  const adding = page.getByRole('dialog', { name: 'Add account' });
  await adding.getByLabel('Name', { exact: true }).fill(grace.name);
  await adding.getByLabel('Password', { exact: true }).fill(grace.password);
  await screenshot(page, info, 'account-add');
  await adding.getByRole('button', { name: 'Add account' }).click();
  const handing = page.getByRole('dialog', { name: 'Hand these over' });
  await expect(handing.getByLabel('Recovery code')).toHaveText(/\w{4}-/);
  await screenshot(page, info, 'account-handed');
  await handing.getByRole('button', { name: 'Done' }).click();

  const theirs = new Harbour(await (await browser.newContext({ ...info.project.use })).newPage(), server, sshd);
  await useDomRenderer(theirs.page);
  await theirs.page.goto(server.url);
  await theirs.signIn(grace);
  await theirs.addHost('web01');
  await (await theirs.open('web01')).prompt();
  const row = accounts.getByRole('listitem').filter({ hasText: 'grace' });
  await expect(row).toContainText('1 live session');
  await clean('accounts');

  // An admin alone stays one.
  await page.getByRole('button', { name: 'What to do with ada' }).click();
  await page.getByRole('menuitem', { name: 'Switch off' }).click();
  const own = page.getByRole('dialog', { name: 'Switch ada off?' });
  await own.getByRole('button', { name: 'Switch off' }).click();
  await expect(own.getByRole('alert')).toContainText('last admin');
  await own.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: 'What to do with grace' }).click();
  await screenshot(page, info, 'account-menu');
  await page.getByRole('menuitem', { name: 'Switch off' }).click();
  const off = page.getByRole('dialog', { name: 'Switch grace off?' });
  await expect(off).toContainText('Its live session ends now');
  await screenshot(page, info, 'account-off');
  await off.getByRole('button', { name: 'Switch off' }).click();
  await expect(row.getByText('switched off')).toBeVisible();
  await expect(row).not.toContainText('live session');
  await expect(theirs.page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await screenshot(page, info, 'accounts');

  await page.getByRole('button', { name: 'What to do with grace' }).click();
  await page.getByRole('menuitem', { name: 'Switch on' }).click();
  await expect(row.getByText('switched off')).toBeHidden();
  await theirs.page.goto(server.url);
  await theirs.signIn(grace);
  await page.getByRole('button', { name: 'What to do with grace' }).click();
  await page.getByRole('menuitem', { name: 'Change role' }).click();
  const changing = page.getByRole('dialog', { name: 'The role of grace' });
  await changing.getByLabel('Role').selectOption('viewer');
  await changing.getByRole('button', { name: 'Change role' }).click();
  await expect(row.getByText('viewer')).toBeVisible();
});

test('a token is made for one thing, and says so in the list', async ({ harbour, page, server, request }, info) => {
  await harbour.setUp();
  await page.goto(`${server.url}/account`);
  await page.getByRole('button', { name: 'Create token' }).click();
  const making = page.getByRole('dialog', { name: 'Create token' });
  await making.getByLabel('Name', { exact: true }).fill('prometheus');
  await expect(making.getByLabel('Administer')).not.toBeChecked();
  await screenshot(page, info, 'token-scopes');
  for (const scope of ['Read', 'Connect', 'Files']) await making.getByLabel(scope, { exact: true }).uncheck();
  await making.getByRole('button', { name: 'Create token' }).click();
  await expect(making.getByRole('alert')).toContainText('at least one');
  await making.getByLabel('Read', { exact: true }).check();
  await making.getByRole('button', { name: 'Create token' }).click();
  const shown = page.getByRole('dialog', { name: 'Copy the token now' });
  const token = await shown.getByLabel('API token').textContent();
  await shown.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('list', { name: 'API tokens' }).getByRole('listitem');
  await expect(row.getByText('read', { exact: true })).toBeVisible();
  await expect(row.getByText('connect', { exact: true })).toHaveCount(0);
  await row.scrollIntoViewIfNeeded();
  await screenshot(page, info, 'tokens');
  const headers = { authorization: `Bearer ${token}` };
  expect((await request.get(`${server.url}/metrics`, { headers })).status()).toBe(200);
  const refused = await request.post(`${server.url}/api/folders`, { headers, data: { name: 'x' } });
  expect((await refused.json()).code).toBe('scope_missing');
});
