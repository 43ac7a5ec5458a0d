// Files on their way: up and down, a network that goes away, a reload, whole folders.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { act, folder, freshFolders, host, look, put, row } from '../fixtures/files';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';
import { until } from '../fixtures/until';

freshFolders();

test('files go up by picker and by drop, over a network that goes away, and down again', async ({ harbour, page, server }, info) => {
  const id = await host(harbour);
  await look(page, server.url, id);
  await expect(page.getByText('This folder is empty')).toBeVisible();

  // By drop.
  const drop = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['dropped'], 'drop.txt'));
    return transfer;
  });
  await page.locator('.files-drop').dispatchEvent('drop', { dataTransfer: drop });
  await expect(row(page, 'drop.txt')).toBeVisible();
  expect(readFileSync(join(folder, 'drop.txt'), 'utf8')).toBe('dropped');

  // By picker; the network goes away half way.
  const content = randomBytes(12 * 1024 * 1024);
  await page.route('**/files/content?*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await route.continue().catch(() => {});
  });
  await page.locator('[data-picker=files]').setInputFiles([{ name: 'large.bin', mimeType: 'application/octet-stream', buffer: content }]);
  const line = page.getByRole('list', { name: 'Uploads' }).getByRole('listitem').filter({ hasText: 'large.bin' });
  await until('the first part is there', () => readdirSync(folder).includes('large.bin.berth-part'));
  await page.context().setOffline(true);
  await expect(line).toContainText('tries again');
  await screenshot(page, info, 'files-upload');
  expect(readdirSync(folder)).not.toContain('large.bin');
  await page.context().setOffline(false);
  await expect(line).toContainText('Done', { timeout: 40_000 });
  const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  expect(hash(readFileSync(join(folder, 'large.bin')))).toBe(hash(content));
  await page.unroute('**/files/content?*');

  // The name is taken.
  await page.locator('[data-picker=files]').setInputFiles([{ name: 'drop.txt', mimeType: 'text/plain', buffer: Buffer.from('again') }]);
  const question = page.getByRole('dialog', { name: 'drop.txt is there already' });
  await screenshot(page, info, 'files-taken');
  await question.getByRole('button', { name: 'Keep both' }).click();
  await expect(row(page, 'drop (2).txt')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  const downloading = page.waitForEvent('download');
  await act(page, 'large.bin', 'Download');
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('large.bin');
  expect(hash(readFileSync(await download.path()))).toBe(hash(content));
});

test('an upload goes on after a reload, with the same file', async ({ harbour, page, server }, info) => {
  const id = await host(harbour);
  await look(page, server.url, id);
  await expect(page.getByText('This folder is empty')).toBeVisible();
  const content = randomBytes(6 * 1024 * 1024);
  const local = join(mkdtempSync(join(tmpdir(), 'berth-local-')), 'disk.img');
  writeFileSync(local, content);
  utimesSync(local, 1_700_000_000, 1_700_000_000);
  await page.route('**/files/content?*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 800));
    await route.continue().catch(() => {});
  });
  await page.locator('[data-picker=files]').setInputFiles(local);
  const part = join(folder, 'disk.img.berth-part');
  await until('something is there', () => readdirSync(folder).includes('disk.img.berth-part') && statSync(part).size > 0);
  await expect(page.getByRole('link', { name: '1 upload under way' })).toBeVisible();
  // The browser asks, and the person goes all the same.
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await page.unroute('**/files/content?*');
  const before = statSync(part).size;
  const unfinished = page.getByRole('list', { name: 'Unfinished uploads' });
  await expect(unfinished).toContainText('disk.img');
  await expect(unfinished).toContainText(new RegExp(`Not finished: [\\d.]+ ([KM]i)?B of 6.0 MiB in ${folder} on web01`));
  await screenshot(page, info, 'files-unfinished');
  const offsets: number[] = [];
  page.on('request', (request) => {
    const offset = request.method() === 'PUT' && /offset=(\d+)/.exec(request.url())?.[1];
    if (offset) offsets.push(Number(offset));
  });
  await unfinished.locator('input[type=file]').setInputFiles(local);
  await until('it is whole', () => readdirSync(folder).join() === 'disk.img');
  expect(readFileSync(join(folder, 'disk.img')).equals(content)).toBe(true);
  expect(offsets[0]).toBeGreaterThanOrEqual(before);
  expect(before).toBeGreaterThan(0);
  await expect(unfinished).toBeHidden();
});

test('an upload is paused, goes on, and another one is given up', async ({ harbour, page, server }, info) => {
  const id = await host(harbour);
  await look(page, server.url, id);
  await expect(page.getByText('This folder is empty')).toBeVisible();
  const content = randomBytes(6 * 1024 * 1024);
  const send = (name: string) => page.locator('[data-picker=files]').setInputFiles([{ name, mimeType: 'application/octet-stream', buffer: content }]);
  const line = (name: string) => page.getByRole('list', { name: 'Uploads' }).getByRole('listitem').filter({ hasText: name });
  const parts = () => readdirSync(folder).filter((name) => name.endsWith('.berth-part') && statSync(join(folder, name)).size > 0);
  const offsets: number[] = [];
  await page.route('**/files/content?*', async (route) => {
    offsets.push(Number(/offset=(\d+)/.exec(route.request().url())?.[1]));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue().catch(() => {});
  });
  await send('large.bin');
  await until('some of it is there', () => parts().length === 1);
  await line('large.bin').getByRole('button', { name: 'Pause large.bin' }).click();
  await expect(line('large.bin')).toContainText('Paused at');
  await screenshot(page, info, 'files-paused');
  const before = offsets.length;
  expect(readdirSync(folder)).toEqual(['large.bin.berth-part']);
  await line('large.bin').getByRole('button', { name: 'Go on with large.bin' }).click();
  await expect(line('large.bin')).toContainText('Done', { timeout: 40_000 });
  expect(readFileSync(join(folder, 'large.bin')).equals(content)).toBe(true);
  expect(offsets[before], 'it goes on from what is there').toBeGreaterThan(0);

  await send('other.bin');
  await until('some of it is there', () => parts().length === 1);
  await line('other.bin').getByRole('button', { name: 'Remove other.bin from the uploads' }).click();
  await expect(line('other.bin')).toBeHidden();
  await until('nothing of it is left', () => readdirSync(folder).join() === 'large.bin');
});

test('two that upload one file do not take it from one another for ever', async ({ harbour, page, server }) => {
  const id = await host(harbour);
  await look(page, server.url, id);
  await expect(page.getByText('This folder is empty')).toBeVisible();
  let sent = 0;
  await page.route('**/files/content?*', async (route) => {
    sent += 1;
    const detail = 'The body ended early (it was begun again elsewhere); the host has 0 bytes: go on from there';
    await route.fulfill({ status: 409, json: { detail, code: 'conflict' } });
  });
  await page.locator('[data-picker=files]').setInputFiles([{ name: 'a.bin', mimeType: 'application/octet-stream', buffer: Buffer.from('mine') }]);
  const line = page.getByRole('list', { name: 'Uploads' }).getByRole('listitem').filter({ hasText: 'a.bin' });
  await expect(line).toContainText('Another tab or device uploads this file; resume to take it over.');
  expect(sent).toBe(2);
  await page.unroute('**/files/content?*');
  await line.getByRole('button', { name: 'Go on with a.bin' }).click();
  await expect(line).toContainText('Done');
  expect(readFileSync(join(folder, 'a.bin'), 'utf8')).toBe('mine');
});

test('one answer counts for all names that are taken', async ({ harbour, page, server }) => {
  const id = await host(harbour);
  const names = ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt'];
  for (const name of names) put(name, 'old');
  await look(page, server.url, id);
  await expect(row(page, 'e.txt')).toBeVisible();
  const send = (text: string) => page.locator('[data-picker=files]').setInputFiles(names.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })));
  const question = page.getByRole('dialog');
  const read = () => names.map((name) => readFileSync(join(folder, name), 'utf8')).join();
  const lines = page.getByRole('list', { name: 'Uploads' }).getByRole('listitem');

  await send('new');
  await question.getByLabel('Do the same for all that follow').check();
  await question.getByRole('button', { name: 'Replace' }).click();
  await until('all are replaced', () => read() === 'new,new,new,new,new');
  // Many that are over take one line.
  await expect(lines).toHaveText(['5 done']);
  await expect(question).toBeHidden();
  await page.getByRole('button', { name: 'Clear what is done' }).click();

  // It counted for those only.
  await send('newer');
  await question.getByLabel('Do the same for all that follow').check();
  await question.getByRole('button', { name: 'Leave it' }).click();
  await expect(lines).toHaveText(['5 left out']);
  await expect(question).toBeHidden();
  expect(read()).toBe('new,new,new,new,new');
  expect(readdirSync(folder).sort()).toEqual(names);
});

test('a folder goes up, and a row is dragged out', async ({ harbour, page, server }, info) => {
  test.skip(info.project.name === 'phone', 'phones choose no folders and drag nothing out');
  const id = await host(harbour);
  await look(page, server.url, id);
  await expect(page.getByText('This folder is empty')).toBeVisible();
  const local = mkdtempSync(join(tmpdir(), 'berth-local-'));
  mkdirSync(join(local, 'tree/deep'), { recursive: true });
  writeFileSync(join(local, 'tree/a.txt'), 'a');
  writeFileSync(join(local, 'tree/deep/b.txt'), 'b');
  await page.locator('[data-picker=folder]').setInputFiles(join(local, 'tree'));
  await until('both are there', () => readdirSync(folder, { recursive: true }).sort().join() === 'tree,tree/a.txt,tree/deep,tree/deep/b.txt');
  await row(page, 'tree').locator('.file-open').click();
  await expect(row(page, 'a.txt')).toBeVisible();
  const dragged = await row(page, 'a.txt').evaluate((element) => {
    const event = new DragEvent('dragstart', { dataTransfer: new DataTransfer(), bubbles: true });
    element.dispatchEvent(event);
    return event.dataTransfer?.getData('DownloadURL') ?? '';
  });
  expect(dragged).toMatch(new RegExp(`^application/octet-stream:a.txt:${server.url}/api/hosts/${id}/files/content`));
  const saved = await page.context().request.get(dragged.replace(/^[^:]*:[^:]*:/, ''));
  expect(await saved.text()).toBe('a');
});
