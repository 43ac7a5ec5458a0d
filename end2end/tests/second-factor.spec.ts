import { createHmac } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { admin } from '../fixtures/harbour';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';

/** An authenticator app. The server takes a code of the step after this one, so two come without a wait. */
class Authenticator {
  private given = 0;

  constructor(private readonly key: string) {}

  async next(): Promise<string> {
    const now = () => Math.floor(Date.now() / 30_000);
    const step = Math.max(this.given + 1, now());
    await expect.poll(() => now() + 1, { timeout: 60_000 }).toBeGreaterThanOrEqual(step);
    this.given = step;
    return this.at(step);
  }

  private at(step: number): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...this.key].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
    const secret = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const digest = createHmac('sha1', secret).update(counter).digest();
    const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, '0');
  }
}

async function clean(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

async function giveNameAndPassword(page: Page): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(admin.name);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('set up in the page, asked for at sign-in, a wrong code, a recovery code', async ({ harbour, page }, info) => {
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) refused.push(message.text());
  });
  await harbour.setUp();
  await page.goto(`${harbour.server.url}/account`);
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Set up a second factor' });
  await dialog.getByLabel('Your password').fill(admin.password);
  await dialog.getByRole('button', { name: 'Next' }).click();
  await expect(dialog.getByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible();
  const key = (await dialog.getByLabel('Key for the app').textContent())!.replaceAll(' ', '');
  const app = new Authenticator(key);
  await screenshot(page, info, 'second-factor-setup');
  await clean(page, 'set-up');
  await dialog.getByLabel('Code', { exact: true }).fill(await app.next());
  await dialog.getByRole('button', { name: 'Switch on' }).click();
  const shown = dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await expect(shown).toHaveCount(10);
  const codes = await shown.allTextContents();
  await screenshot(page, info, 'second-factor-codes');
  await dialog.getByLabel('I have stored them').check();
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('10 recovery codes are left')).toBeVisible();
  await clean(page, 'account');

  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await giveNameAndPassword(page);
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
  await screenshot(page, info, 'second-factor-step');
  await clean(page, 'second step');
  // Half signed in: a reload, or another address, leads to the same question.
  await page.goto(`${harbour.server.url}/credentials`);
  await page.getByLabel('Code', { exact: true }).fill('12345');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Enter the six digits')).toBeVisible();
  const right = await app.next();
  await page.getByLabel('Code', { exact: true }).fill(right === '000000' ? '111111' : '000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText(/wrong/i);
  await page.getByLabel('Code', { exact: true }).fill(right);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Credentials' })).toBeVisible();

  await page.goto(`${harbour.server.url}/account`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await giveNameAndPassword(page);
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(codes[0].toLowerCase());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('9 recovery codes are left')).toBeVisible();
  expect(refused).toEqual([]);
});

test('a device that is signed out elsewhere lands at the sign-in form', async ({ harbour, page, browser }, info) => {
  await harbour.setUp();
  const other = await browser.newContext();
  const away = await other.newPage();
  await away.goto(harbour.server.url);
  await giveNameAndPassword(away);
  await expect(away.getByRole('button', { name: 'Add host' }).first()).toBeVisible();

  await page.goto(`${harbour.server.url}/account`);
  const devices = page.getByRole('list', { name: 'Devices' }).getByRole('listitem');
  await expect(devices).toHaveCount(2);
  await expect(devices.filter({ hasText: 'this device' })).toHaveCount(1);
  await devices.first().scrollIntoViewIfNeeded();
  await screenshot(page, info, 'devices');
  await page.getByRole('button', { name: /^Sign out Chrome/ }).click();
  const question = page.getByRole('dialog', { name: /^Sign out Chrome/ });
  await question.getByRole('button', { name: 'Sign out' }).click();
  await expect(devices).toHaveCount(1);
  // Its page hears of it by itself.
  await expect(away.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await other.close();
});
