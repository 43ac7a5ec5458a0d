// The command palette: what is found, by keyboard and with a finger, on every page and beside a terminal.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';

const palette = (page: Page) => page.getByRole('dialog', { name: 'Command palette' });

test('a few letters lead to a host, a folder and what can be done', async ({ harbour, page, server }, info) => {
  await harbour.setUp();
  await harbour.addHost('web01', 'Harbour');
  await page.getByRole('button', { name: 'Command palette' }).click();
  const field = palette(page).getByRole('combobox');
  await expect(field).toBeFocused();
  await expect(palette(page).getByRole('option', { name: /^Add host/ })).toBeVisible();
  await field.fill('we');
  await expect(palette(page).getByRole('option').first()).toContainText('web01');
  await expect(palette(page).getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
  await screenshot(page, info, 'palette');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await field.fill('harb');
  await palette(page).getByRole('option', { name: /Harbour.*Folder/ }).click();
  await expect(page).toHaveURL(/\?in=/);
  await expect(page.getByRole('heading', { name: 'Harbour', level: 2 })).toBeVisible();

  // By keyboard, from another page.
  await page.goto(`${server.url}/account`);
  await expect(page.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('add ho');
  await expect(palette(page).getByRole('option').first()).toContainText('Add host');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Add host' })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('light');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a host without a shell opens its files', async ({ harbour, page, server }) => {
  await harbour.setUp();
  const made = await page.context().request.post(`${server.url}/api/hosts`, { data: { name: 'store', address: '192.0.2.7', protocol: 'ftp' } });
  const { id } = await made.json();
  await page.getByRole('button', { name: 'Command palette' }).click();
  await palette(page).getByRole('combobox').fill('store');
  await palette(page).getByRole('option', { name: /^store/ }).click();
  await expect(page).toHaveURL(`${server.url}/files/${id}`);
});

test('in a terminal Ctrl K is the shell’s, and Ctrl Shift K opens the palette', async ({ harbour, page }, info) => {
  test.skip(info.project.name === 'phone', 'a phone has no Ctrl key of its own');
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  await page.keyboard.press('Control+k');
  await expect(palette(page)).toHaveCount(0);
  await page.keyboard.press('Control+Shift+K');
  await expect(palette(page)).toBeVisible();
  await page.keyboard.type('web');
  await expect(palette(page).getByRole('option', { name: /web01.*Session/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(palette(page)).toHaveCount(0);
  // The focus is back where it was.
  await terminal.type('echo palette-$((40+2))\n');
  await terminal.shows('palette-42');
});
