import AxeBuilder from '@axe-core/playwright';
import { admin } from '../fixtures/harbour';
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
