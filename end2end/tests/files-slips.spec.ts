// A slip of a finger costs nothing: names that look like escapes, keys pressed twice, Back and reload in the middle of a text.
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { act, folder, freshFolders, host, look, put, row } from '../fixtures/files';
import { expect, test } from '../fixtures/test';

freshFolders();

test('a folder whose name looks like an escape is that folder', async ({ harbour, page, server }) => {
  const id = await host(harbour);
  for (const name of ['A', '%41', '100%25']) {
    mkdirSync(join(folder, name));
    chmodSync(join(folder, name), 0o777);
  }
  put('A/precious', 'keep');
  put('%41/junk', 'junk');
  put('100%25/full', 'full');
  await look(page, server.url, id);
  await row(page, '100%25').locator('.file-open').click();
  await expect(row(page, 'full')).toBeVisible();
  await page.goBack();
  await row(page, '%41').locator('.file-open').click();
  await expect(row(page, 'junk')).toBeVisible();
  await page.reload();
  await expect(row(page, 'junk')).toBeVisible();
  await act(page, 'junk', 'Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(row(page, 'junk')).toBeHidden();
  expect(existsSync(join(folder, '%41/junk'))).toBe(false);
  expect(readFileSync(join(folder, 'A/precious'), 'utf8')).toBe('keep');
});

test('what was typed outlives Escape, Back and a reload, and lines end as before', async ({ harbour, page, server }) => {
  const id = await host(harbour);
  mkdirSync(join(folder, 'inner'));
  chmodSync(join(folder, 'inner'), 0o777);
  put('inner/dos.txt', 'one\r\ntwo\r\n');
  put('inner/mixed.txt', 'one\r\ntwo\r\nthree\n');
  await look(page, server.url, id);
  await row(page, 'inner').locator('.file-open').click();
  const dialog = page.getByRole('dialog');
  const text = dialog.getByLabel('Text of the file');
  const edit = async (name: string) => {
    await row(page, name).locator('.file-open').click();
    await dialog.getByRole('button', { name: 'Edit' }).click();
  };
  await edit('dos.txt');
  await expect(text).toHaveValue('one\ntwo\n');
  await text.pressSequentially('x');
  const typed = await text.inputValue();
  for (let time = 0; time < 3; time++) await page.keyboard.press('Escape');
  await expect(text).toHaveValue(typed);

  const here = page.url();
  await page.evaluate(() => history.back());
  await expect(dialog).toContainText('What you typed is not saved.');
  await expect(text).toHaveValue(typed);
  expect(page.url()).toBe(here);
  const asked = new Promise<string>((resolve) => {
    page.once('dialog', (question) => {
      resolve(question.type());
      void question.dismiss();
    });
  });
  await page.reload({ timeout: 3000 }).catch(() => {});
  expect(await asked).toBe('beforeunload');
  await expect(text).toHaveValue(typed);

  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.locator('.look-text')).toBeVisible();
  expect(readFileSync(join(folder, 'inner/dos.txt'), 'utf8')).toBe(typed.replaceAll('\n', '\r\n'));
  await dialog.getByRole('button', { name: 'Close' }).click();

  await edit('mixed.txt');
  await expect(dialog).toContainText('all end with CRLF');
});

test('leave to replace is given for one name', async ({ harbour, page, server }) => {
  const id = await host(harbour);
  for (const name of ['one.txt', 'two.txt', 'three.txt']) put(name, name);
  await look(page, server.url, id);
  const dialog = page.getByRole('dialog');
  const name = dialog.getByLabel('Name', { exact: true });
  const replace = dialog.getByLabel('Replace the file that has this name');
  await act(page, 'one.txt', 'Rename');
  await name.fill('two.txt');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await replace.check();
  await name.fill('three.txt');
  await expect(replace).toBeHidden();
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(replace).not.toBeChecked();
  expect(readFileSync(join(folder, 'three.txt'), 'utf8')).toBe('three.txt');
});

test('a host that nothing opens leads to the credentials', async ({ harbour, page, server }) => {
  await harbour.setUp();
  const data = { name: 'bare', address: '127.0.0.1', port: harbour.sshd.port };
  const made = await page.context().request.post(`${server.url}/api/hosts`, { data });
  await page.goto(`${server.url}/files/${(await made.json()).id}`);
  await page.getByRole('main').getByRole('link', { name: 'To the credentials' }).click();
  await expect(page).toHaveURL(/\/credentials$/);
});
