// The audit log: what was done is found again, whole; the chain is verified, and the lines are saved.
import AxeBuilder from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';

test('an admin finds what was done, verifies the chain and saves it', async ({ harbour, page, server }, info) => {
  await harbour.setUp();
  const rest = page.context().request;
  // More than a page of lines, and a sign-in that fails.
  for (let number = 1; number <= 110; number++) {
    await rest.post(`${server.url}/api/folders`, { data: { name: `Quay ${number}` } });
  }
  await rest.post(`${server.url}/api/auth/login`, { data: { username: 'ada', password: 'not the password' } });

  await page.getByRole('button', { name: /Account menu/ }).click();
  await page.getByRole('menuitem', { name: 'Audit log' }).click();
  const table = page.getByRole('table', { name: 'Audit log' });
  const rows = table.locator('tbody tr');
  await expect(rows.first()).toContainText('failed: wrong name or password');
  await expect(page.getByText('It was never verified.')).toBeVisible();
  await screenshot(page, info, 'audit');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await expect(rows.first().locator('time')).toHaveAttribute('title', /\d{2}:\d{2}.* (UTC|GMT|[A-Z]{2,5})/);

  // Whoever goes down gets older lines, to the first one.
  await expect(rows).toHaveCount(100);
  await page.mouse.move(300, 500);
  await expect(async () => {
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await expect(table).toContainText('server.start', { timeout: 1_000 });
  }).toPass();

  // What is looked for stands in the address, and survives a reload.
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.getByLabel('Done to').fill('quay 77');
  await expect(page).toHaveURL(/\/audit\?object=quay%2077$/);
  await expect(rows).toHaveCount(1);
  await page.reload();
  await expect(rows).toHaveCount(1);
  await expect(page.getByLabel('Done to')).toHaveValue('quay 77');
  await table.getByRole('button', { name: /^folder\.add, line \d+$/ }).click();
  const detail = page.getByRole('dialog', { name: /^Line \d+$/ });
  await expect(detail).toContainText('Quay 77');
  await expect(detail).toContainText(/[0-9a-f]{64}/);
  await screenshot(page, info, 'audit-line');
  await page.keyboard.press('Escape');
  await expect(detail).toBeHidden();
  await page.getByText('More filters').click();
  await page.getByLabel('Until').fill('2020-01-01T00:00:00');
  await expect(page.getByText('Nothing found')).toBeVisible();
  await screenshot(page, info, 'audit-filters');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL(/\/audit$/);

  await page.getByRole('button', { name: 'Verify' }).click();
  const found = page.getByRole('status').filter({ hasText: 'The chain holds.' });
  await expect(found).toContainText(/\d+:[0-9a-f]{64}/);
  await expect(page.getByText(/Verified just now, lines 1 to \d+: the chain holds/)).toBeVisible();
  await expect(rows.first()).toContainText('audit.verify');
  await screenshot(page, info, 'audit-verified');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  const saving = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export', exact: true }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toMatch(/^berth-audit-.*\.jsonl$/);
  const lines = readFileSync(await saved.path(), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  expect(lines.map((line) => line.id)).toEqual(lines.map((_, index) => index + 1));
  expect(lines.slice(1).every((line, index) => line.previous === lines[index].hash)).toBe(true);
});

test('a member is told whom the log is for', async ({ harbour, page, server }) => {
  await harbour.setUp();
  server.addAccount('bo', 'another long password');
  await page.getByRole('button', { name: /Account menu/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await harbour.signIn({ name: 'bo', password: 'another long password' });
  await page.getByRole('button', { name: /Account menu/ }).click();
  await expect(page.getByRole('menuitem', { name: 'Open links' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Audit log' })).toHaveCount(0);
  await page.goto(`${server.url}/audit`);
  await expect(page.getByText('This page is for admins and viewers')).toBeVisible();
});
