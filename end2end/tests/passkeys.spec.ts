import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { host } from '../fixtures/files';
import { admin, type Harbour } from '../fixtures/harbour';
import { Provider } from '../fixtures/provider';
import { screenshot } from '../fixtures/screenshot';
import { Server } from '../fixtures/server';
import { freePort } from '../fixtures/sshd';
import { expect, test as base } from '../fixtures/test';

/** A server that is reached by a name, because passkeys belong to one. */
const test = base.extend({
  server: async ({ settings }, use) => {
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const environment = { ...settings, BERTH_PUBLIC_URL: url, BERTH_PASSKEYS_ENABLED: 'true' };
    const server = await Server.start(environment, `127.0.0.1:${port}`);
    server.isReachedAt(url);
    await use(server);
    await server.stop();
  },
});

/** Chromium's own authenticator in software, with somebody who always agrees. */
async function authenticator(page: Page, hasPrf: boolean): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      hasPrf,
      automaticPresenceSimulation: true,
    },
  });
}

async function clean(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

const passkeys = (page: Page) => page.getByRole('list', { name: 'Passkeys' });

/** Adds one on the account page. */
async function add(page: Page, harbour: Harbour, name: string): Promise<void> {
  await page.goto(`${harbour.server.url}/account`);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Your password').fill(admin.password);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await expect(passkeys(page)).toContainText(name);
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

test('add a passkey, sign in without a name, use what is stored, remove it', async ({ harbour, page }, info) => {
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) refused.push(message.text());
  });
  await authenticator(page, true);
  const web = await host(harbour);
  await page.goto(`${harbour.server.url}/account`);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await screenshot(page, info, 'passkey-add');
  await clean(page, 'add');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await add(page, harbour, 'Work phone');
  await expect(passkeys(page)).toContainText('opens the vault');
  await passkeys(page).scrollIntoViewIfNeeded();
  await screenshot(page, info, 'passkey-account');
  await clean(page, 'account');

  await signOut(page);
  await screenshot(page, info, 'passkey-sign-in');
  await clean(page, 'sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
  const run = { command: 'echo by the stored password', hosts: [web], wait: true };
  const ran = await page.context().request.post(`${harbour.server.url}/api/commands/runs`, { data: run });
  expect(JSON.stringify(await ran.json())).toContain('by the stored password');

  await page.getByRole('button', { name: 'Actions for Work phone' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove Work phone?' });
  await dialog.getByLabel('Your password').fill(admin.password);
  await screenshot(page, info, 'passkey-remove');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('There is none yet.')).toBeVisible();
  await signOut(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByText('This passkey was not accepted here', { exact: false })).toBeVisible();
  await screenshot(page, info, 'passkey-refused');
  expect(refused).toEqual([]);
});

test('where it gives no key for the vault, the password is asked for', async ({ harbour, page }, info) => {
  test.skip(info.project.name === 'phone', 'the screen makes no difference');
  await authenticator(page, false);
  await harbour.setUp();
  await add(page, harbour, 'Stick');
  await expect(passkeys(page)).not.toContainText('opens the vault');
  await signOut(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('heading', { name: 'Open your vault' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open with a passkey' })).toHaveCount(0);
  await page.getByLabel('Your password').fill(admin.password);
  await page.getByRole('button', { name: 'Open the vault' }).click();
  await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
});

test('who signs in by a provider begins and opens the vault with a passkey', async ({ page, request }, info) => {
  test.skip(info.project.name === 'phone', 'the screen makes no difference');
  const [provider, port] = [await Provider.start(), await freePort()];
  const url = `http://localhost:${port}`;
  const environment = { ...provider.settings, BERTH_PUBLIC_URL: url, BERTH_PASSKEYS_ENABLED: 'true' };
  const server = await Server.start(environment, `127.0.0.1:${port}`);
  try {
    await authenticator(page, true);
    const first = { code: server.setupCode, username: admin.name, password: admin.password };
    expect((await request.post(`${server.url}/api/auth/setup`, { data: first })).ok()).toBe(true);
    await page.goto(`${url}/account`);
    await page.getByRole('link', { name: 'Sign in with Lighthouse' }).click();
    await page.getByPlaceholder('Enter any login').fill('grace');
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Choose a vault passphrase' })).toBeVisible();
    await screenshot(page, info, 'passkey-instead');
    await page.getByRole('button', { name: 'Use a passkey instead' }).click();
    await expect(page.getByText('sealed with your passkey')).toBeVisible();
    await page.getByLabel('I have stored it').check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
    await expect(passkeys(page)).toContainText('opens the vault');
    await signOut(page);
    await page.getByRole('link', { name: 'Sign in with Lighthouse' }).click();
    await expect(page.getByRole('heading', { name: 'Open your vault' })).toBeVisible();
    await screenshot(page, info, 'passkey-open');
    await page.getByRole('button', { name: 'Open with a passkey' }).click();
    await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
    await expect(page.getByText('The vault is locked')).toHaveCount(0);
  } finally {
    await server.stop();
    provider.stop();
  }
});
