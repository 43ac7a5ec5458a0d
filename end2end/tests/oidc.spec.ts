import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { Provider } from '../fixtures/provider';
import { screenshot } from '../fixtures/screenshot';
import { Server } from '../fixtures/server';
import { expect, test as base } from '../fixtures/test';

/** A server with a provider, which is another site for the browser. */
const test = base.extend({
  server: async ({}, use) => {
    const provider = await Provider.start();
    const server = await Server.start(provider.settings);
    await use(server);
    await server.stop();
    provider.stop();
  },
});

async function clean(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

/** Signs in over there, and agrees. Who did both before is sent back at once. */
async function atTheProvider(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

const PASSPHRASE = 'harbour lights at dusk';

test('sign in by a provider, choose a passphrase, open the vault the next time', async ({ server, page, request }, info) => {
  const admin = { code: server.setupCode, username: 'ada', password: 'correct horse battery staple' };
  expect((await request.post(`${server.url}/api/auth/setup`, { data: admin })).ok()).toBe(true);
  await page.goto(`${server.url}/credentials`);
  const way = page.getByRole('link', { name: 'Sign in with Lighthouse' });
  await expect(way).toBeVisible();
  await screenshot(page, info, 'oidc-sign-in');
  await clean(page, 'sign-in');
  await way.click();
  await atTheProvider(page, 'grace');

  await expect(page.getByRole('heading', { name: 'Choose a vault passphrase' })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/credentials');
  await screenshot(page, info, 'oidc-choose-passphrase');
  await clean(page, 'passphrase');
  await page.getByRole('button', { name: 'Choose passphrase' }).click();
  await expect(page.getByText('Choose a passphrase.')).toBeVisible();
  await page.getByLabel('New vault passphrase').fill(PASSPHRASE);
  await page.getByLabel('Repeat passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Choose passphrase' }).click();
  await expect(page.getByText('sealed with your vault passphrase')).toBeVisible();
  await expect(page.getByLabel('Recovery code')).toHaveText(/^(\w{4}-){7}\w{4}$/);
  await page.getByLabel('I have stored it').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Credentials' })).toBeVisible();

  await page.goto(`${server.url}/account`);
  await expect(page.getByRole('heading', { name: 'Vault passphrase' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Linked identities' })).toContainText('grace');
  await clean(page, 'account');
  await screenshot(page, info, 'oidc-account');
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();

  // The provider still knows them.
  await page.getByRole('link', { name: 'Sign in with Lighthouse' }).click();
  await expect(page.getByRole('heading', { name: 'Open your vault' })).toBeVisible();
  await screenshot(page, info, 'oidc-open-vault');
  await clean(page, 'open');
  await page.getByLabel('Your vault passphrase').fill('not this one at all');
  await page.getByRole('button', { name: 'Open the vault' }).click();
  await expect(page.getByText('the vault passphrase is wrong', { exact: false })).toBeVisible();
  await page.getByLabel('Your vault passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Open the vault' }).click();
  await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
});
