// The network goes away while somebody works with files: nothing is lost, it is said plainly, and it can be tried again.
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { act, folder, freshFolders, host, look, put, row } from '../fixtures/files';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';

freshFolders();

test('a list, a text and a name outlive a lost network', async ({ harbour, page, server, context }, info) => {
  const id = await host(harbour);
  mkdirSync(join(folder, 'inner'));
  put('inner/deep.txt', 'deep');
  put('notes.txt', 'old\n');
  await look(page, server.url, id);
  await expect(row(page, 'notes.txt')).toBeVisible();
  const dialog = page.getByRole('dialog');

  // The list stays; what it says may be old.
  const refresh = async () => {
    if (info.project.name === 'desktop') return page.getByRole('button', { name: 'Read the folder anew' }).click();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Read the folder anew' }).click();
  };
  await context.setOffline(true);
  await refresh();
  await expect(page.getByText('What you see may be old.')).toBeVisible();
  await expect(row(page, 'notes.txt')).toBeVisible();
  await screenshot(page, info, 'files-lost');
  put('new.txt', 'new');
  await context.setOffline(false);
  await page.getByRole('main').getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('What you see may be old.')).toBeHidden();
  await expect(row(page, 'new.txt')).toBeVisible();

  // A folder that cannot be read.
  await context.setOffline(true);
  await row(page, 'inner').locator('.file-open').click();
  await expect(page.getByRole('main').getByText(/cannot be reached/)).toBeVisible();
  await screenshot(page, info, 'files-lost-folder');
  await context.setOffline(false);
  await page.getByRole('main').getByRole('button', { name: 'Try again' }).click();
  await expect(row(page, 'deep.txt')).toBeVisible();
  await page.goBack();
  await expect(row(page, 'notes.txt')).toBeVisible();

  // A text that cannot be read, and then not be saved: what was typed is still there.
  await context.setOffline(true);
  await row(page, 'notes.txt').locator('.file-open').click();
  await expect(dialog).toContainText(/cannot be reached/);
  await context.setOffline(false);
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await dialog.getByRole('button', { name: 'Edit' }).click();
  const text = dialog.getByLabel('Text of the file');
  await text.fill('an hour of work\n');
  await context.setOffline(true);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toContainText(/cannot be reached/);
  await expect(text).toHaveValue('an hour of work\n');
  await screenshot(page, info, 'files-lost-text');
  // Neither Escape nor the cross throws it away.
  await page.keyboard.press('Escape');
  await expect(text).toHaveValue('an hour of work\n');
  await context.setOffline(false);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.locator('.look-text')).toHaveText('an hour of work\n');
  expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('an hour of work\n');
  await dialog.getByRole('button', { name: 'Close' }).click();

  // A new name.
  await act(page, 'notes.txt', 'Rename');
  await dialog.getByLabel('Name', { exact: true }).fill('work.txt');
  await context.setOffline(true);
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(dialog).toContainText(/cannot be reached/);
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('work.txt');
  await context.setOffline(false);
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(row(page, 'work.txt')).toBeVisible();
  expect(readdirSync(folder).sort()).toEqual(['inner', 'new.txt', 'work.txt']);
});
