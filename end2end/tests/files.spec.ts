// A host's files: look, edit, rename, delete; a hundred thousand of them; beside a terminal; over FTPS.
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { act, add, folder, freshFolders, host, look, put, row } from '../fixtures/files';
import { user } from '../fixtures/sshd';
import { Ftpd } from '../fixtures/ftpd';
import { screenshot } from '../fixtures/screenshot';
import { useDomRenderer } from '../fixtures/terminal';
import { expect, test } from '../fixtures/test';
import { until } from '../fixtures/until';

freshFolders();

test('a folder is looked at, sorted, searched, and its files are read, edited and saved', async ({ harbour, page, server }, info) => {
  const id = await host(harbour);
  mkdirSync(join(folder, 'projects'), { mode: 0o777 });
  chmodSync(join(folder, 'projects'), 0o777);
  put('projects/readme.md', 'inside');
  put('deploy.sh', '#!/bin/sh\n# ship it\nif true; then echo "done" 42; fi\n');
  put('notes 10.txt', 'ten');
  put('notes 2.txt', 'two');
  put('evil\u202etxt.exe', 'x');
  put('data.bin', Buffer.from([0, 1, 2, 255]));
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Actions for web01' }).click();
  await page.getByRole('menuitem', { name: 'Files' }).click();
  await expect(page.getByRole('heading', { name: 'Files on web01' })).toBeVisible();
  await look(page, server.url, id);
  const names = page.locator('.files-space .file-open');
  await expect(names).toHaveText(['projects', 'data.bin', 'deploy.sh', /evil.*202e.*txt\.exe/, 'notes 2.txt', 'notes 10.txt']);
  await screenshot(page, info, 'files');
  if (info.project.name === 'phone') {
    // The smallest screen has no room to spare.
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByRole('button', { name: 'Sort' }).click();
    await page.getByRole('menuitem', { name: 'By size' }).click();
    await expect(names.nth(1)).toHaveText('deploy.sh');
    await page.getByRole('button', { name: 'Sort' }).click();
    await page.getByRole('menuitem', { name: 'By name' }).click();
  }
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

  await page.getByRole('searchbox', { name: 'Search in this folder' }).fill('notes');
  await expect(names).toHaveCount(2);
  await page.getByRole('searchbox').fill('');
  await row(page, 'projects').locator('.file-open').click();
  await expect(names).toHaveText(['readme.md']);
  await page.goBack();
  await expect(names).toHaveCount(6);

  await row(page, 'data.bin').locator('.file-open').click();
  await expect(page.getByRole('dialog', { name: 'data.bin' })).toContainText('00 01 02 ff');
  await page.getByRole('button', { name: 'Close' }).click();

  await row(page, 'deploy.sh').locator('.file-open').click();
  const dialog = page.getByRole('dialog', { name: 'deploy.sh' });
  await expect(dialog.locator('.code-comment').first()).toHaveText('#!/bin/sh');
  await expect(dialog.locator('.code-word').first()).toHaveText('if');
  await screenshot(page, info, 'files-text');
  expect((await new AxeBuilder({ page }).include('dialog').analyze()).violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Edit' }).click();
  const text = dialog.getByLabel('Text of the file');
  await text.fill('mine\n');
  // Somebody else is quicker.
  put('deploy.sh', 'theirs, and longer\n');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toContainText('changed on the host');
  await screenshot(page, info, 'files-changed');
  expect(readFileSync(join(folder, 'deploy.sh'), 'utf8')).toBe('theirs, and longer\n');
  await dialog.getByRole('button', { name: 'Save over it' }).click();
  await expect(dialog.locator('.look-text')).toHaveText('mine\n');
  expect(readFileSync(join(folder, 'deploy.sh'), 'utf8')).toBe('mine\n');
});

test('files are made, renamed, given rights, copied and deleted', async ({ harbour, page, server }, info) => {
  const id = await host(harbour);
  await add(harbour, { name: 'web02', port: harbour.sshd.port });
  put('a.txt', 'a');
  put('b.txt', 'b');
  await look(page, server.url, id);
  await expect(row(page, 'b.txt')).toBeVisible();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'New folder' }).click();
  await page.getByLabel('Name', { exact: true }).fill('new');
  await page.getByRole('button', { name: 'Make folder' }).click();
  await expect(row(page, 'new')).toBeVisible();

  await act(page, 'a.txt', 'Rename');
  const rename = page.getByRole('dialog', { name: 'Rename a.txt' });
  await rename.getByLabel('Name', { exact: true }).fill('b.txt');
  await rename.getByRole('button', { name: 'Rename' }).click();
  await expect(rename).toContainText('there already');
  await rename.getByLabel('Name', { exact: true }).fill('c.txt');
  await rename.getByRole('button', { name: 'Rename' }).click();
  await expect(row(page, 'c.txt')).toBeVisible();
  expect(readdirSync(folder).sort()).toEqual(['b.txt', 'c.txt', 'new']);

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'New file' }).click();
  const made = page.getByRole('dialog', { name: 'New file' });
  await made.getByLabel('Name', { exact: true }).fill('c.txt');
  await made.getByRole('button', { name: 'Make file' }).click();
  await expect(made).toContainText('there already');
  await made.getByLabel('Name', { exact: true }).fill('empty');
  await made.getByRole('button', { name: 'Make file' }).click();
  await expect(row(page, 'empty')).toContainText('0 B');
  await act(page, 'empty', 'Rights');
  const rights = page.getByRole('dialog', { name: 'Rights of empty' });
  await rights.getByLabel('Owner: execute').check();
  await screenshot(page, info, 'files-rights');
  await rights.getByRole('button', { name: 'Change rights' }).click();
  await expect(rights).toBeHidden();
  expect(statSync(join(folder, 'empty')).mode & 0o100).toBe(0o100);
  rmSync(join(folder, 'empty'));
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'New link' }).click();
  const link = page.getByRole('dialog', { name: 'New link' });
  await link.getByLabel('Name', { exact: true }).fill('way');
  await link.getByLabel('Leads to').fill('new');
  await link.getByRole('button', { name: 'Make link' }).click();
  await expect(row(page, 'way')).toContainText('→ new');
  rmSync(join(folder, 'way'));
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Read the folder anew' }).click();
  await expect(row(page, 'way')).toBeHidden();

  await act(page, 'c.txt', 'Copy to…');
  const copy = page.getByRole('dialog', { name: 'Copy c.txt' });
  await copy.getByLabel('Host').selectOption('web02');
  await copy.getByLabel('Into the folder').fill(join(folder, 'new'));
  await copy.getByRole('button', { name: 'Copy', exact: true }).click();
  await until('it is copied', () => readdirSync(join(folder, 'new')).includes('c.txt'));

  if (info.project.name === 'desktop') {
    // By mouse, with Ctrl and Shift, and by keys.
    const beside = (name: string) => row(page, name).locator('.file-rights');
    await beside('new').click();
    await beside('c.txt').click({ modifiers: ['Shift'] });
    await expect(page.getByText('3 chosen')).toBeVisible();
    await beside('b.txt').click({ modifiers: ['Control'] });
    await expect(page.getByText('2 chosen')).toBeVisible();
    await page.getByRole('grid', { name: 'Files' }).focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowDown');
    await expect(page.getByText('2 chosen')).toBeVisible();
    await page.keyboard.press('Escape');
  }
  await row(page, 'new').getByRole('checkbox').check();
  await row(page, 'c.txt').getByRole('checkbox').check();
  await expect(page.getByText('2 chosen')).toBeVisible();
  await screenshot(page, info, 'files-chosen');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const question = page.getByRole('dialog', { name: 'Delete 2 entries?' });
  await expect(question).toContainText('2 files and 1 folder');
  await screenshot(page, info, 'files-delete');
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect(row(page, 'c.txt')).toBeHidden();
  await expect(page.getByRole('list', { name: 'Work on the server' })).toContainText('Done: 3');
  expect(readdirSync(folder)).toEqual(['b.txt']);
});

test('a hundred thousand files stay smooth', async ({ harbour, page, server }, info) => {
  test.skip(info.project.name === 'phone', 'the same list, drawn by the same code');
  test.slow();
  const say = (type: string, description: string) => {
    info.annotations.push({ type, description });
    console.log(`  ${type}: ${description}`);
  };
  const id = await host(harbour);
  for (let number = 0; number < 100_000; number += 1) closeSync(openSync(join(folder, `file ${number}`), 'w'));
  // The program is there, and the way to the host.
  await page.goto(`${server.url}/files/${id}?path=/`);
  await expect(row(page, 'etc').first()).toBeVisible();
  const asked = Date.now();
  const answered = page.waitForResponse('**/files?path=*').then(() => Date.now());
  await page.getByRole('button', { name: 'Type a path' }).click();
  await page.getByLabel('Path', { exact: true }).fill(folder);
  await page.getByLabel('Path', { exact: true }).press('Enter');
  await expect(row(page, 'file ').first()).toBeVisible({ timeout: 60_000 });
  const first = Date.now();
  const grid = page.getByRole('grid', { name: 'Files' });
  await expect(grid).toHaveAttribute('aria-rowcount', '100001');
  await expect(grid).toHaveAttribute('aria-busy', 'false');
  say('the server', `answered after ${(await answered) - asked} ms`);
  say('the page', `showed the first rows ${first - (await answered)} ms later, all of them ${Date.now() - (await answered)} ms later`);

  // The rows are the same elements from the top to the bottom, and few. Sixty frames: how long each took.
  const { frames, most, made } = await page.locator('.files-scroll').evaluate(async (list) => {
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const rows = () => [...list.querySelectorAll('.files-space > .file-row')];
    const known = new Set(rows());
    const [frames, counts]: [number[], number[]] = [[], []];
    let made = 0;
    let before = await frame();
    for (let step = 1; step <= 60; step += 1) {
      list.scrollTop = ((list.scrollHeight - list.clientHeight) * step) / 60;
      const now = await frame();
      frames.push(now - before);
      counts.push(rows().length);
      made += rows().filter((row) => !known.has(row)).length;
      before = now;
    }
    return { frames: frames.sort((a, b) => a - b), most: Math.max(...counts), made };
  });
  say('scrolling', `median ${frames[30]?.toFixed(0)} ms a frame, longest ${frames[59]?.toFixed(0)} ms, ${most} rows drawn`);
  expect(most).toBeLessThan(80);
  expect(made, 'rows built while scrolling').toBe(0);
  await expect(row(page, 'file 99999')).toBeVisible();

  // How long the page is busy with a key in the search field, until what it found is drawn.
  const search = page.getByRole('searchbox');
  const keys = await search.evaluate(async (field: HTMLInputElement) => {
    const times: number[] = [];
    for (const text of ['4', '42', '424', '4242', '']) {
      const begun = performance.now();
      field.value = text;
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      times.push(performance.now() - begun);
    }
    return times;
  });
  say('a key in the search', `${keys.map((time) => time.toFixed(0)).join(', ')} ms`);
  await search.fill('4242');
  await expect(grid).toHaveAttribute('aria-rowcount', '21');
  await expect(row(page, 'file 4242').first()).toBeVisible();
  await search.fill('');
  const sorting = Date.now();
  await page.getByRole('button', { name: 'Name', exact: true }).click();
  await grid.press('Home');
  await expect(row(page, 'file 99999')).toBeVisible();
  say('sorting', `${Date.now() - sorting} ms`);
  const choosing = Date.now();
  await grid.press('Control+a');
  await expect(page.getByText('100000 chosen')).toBeVisible();
  say('choosing all', `${Date.now() - choosing} ms`);
});

test('a terminal in a folder, and files beside a terminal', async ({ harbour, page, server }, info) => {
  await useDomRenderer(page);
  const id = await host(harbour);
  const inner = join(folder, "it's \\ $(id)");
  mkdirSync(inner);
  put('seen.txt', 'seen');
  await page.goto(`${server.url}/files/${id}?path=${encodeURIComponent(inner)}`);
  await expect(page.getByText('This folder is empty')).toBeVisible();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Terminal here' }).click();
  const terminal = await harbour.terminal('web01');
  await terminal.run('test "$(pwd)" = "' + inner.replace(/[\\$]/g, '\\$&') + '" && echo right-here');
  await terminal.shows(/^right-here/m);

  if (info.project.name === 'phone') {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Files' }).click();
    await expect(page.getByRole('heading', { name: 'Files on web01' })).toBeVisible();
    return;
  }
  await page.getByRole('button', { name: 'Files', exact: true }).click();
  const beside = page.getByRole('complementary', { name: 'Files' });
  await expect(beside.getByRole('grid', { name: 'Files' })).toBeVisible();
  await beside.getByRole('button', { name: 'Type a path' }).click();
  await beside.getByLabel('Path', { exact: true }).fill(folder);
  await beside.getByLabel('Path', { exact: true }).press('Enter');
  await expect(row(page, 'seen.txt')).toBeVisible();
  await terminal.isLive();
  expect(page.url()).toContain('/terminal/');
  await screenshot(page, info, 'files-beside');
  expect((await new AxeBuilder({ page }).include('.files-beside').analyze()).violations).toEqual([]);
  await beside.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Go here in the terminal' }).click();
  await terminal.press('Enter');
  await terminal.run('ls');
  await terminal.shows(/seen\.txt/);
  await beside.getByRole('button', { name: 'Close the files' }).click();
  await expect(beside).toBeHidden();
});

test('the files of an FTPS host, whose certificate is compared first', async ({ harbour, page }, info) => {
  const ftpd = await Ftpd.start();
  try {
    await harbour.setUp();
    await add(harbour, { name: 'mirror', port: ftpd.port, protocol: 'ftps' });
    put('old.txt', 'old');
    await page.goto(harbour.server.url);
    await screenshot(page, info, 'files-ftp-host');
    await page.getByRole('button', { name: 'Open files on mirror' }).click();
    const question = page.getByRole('dialog');
    await expect(question).toContainText('X.509');
    await screenshot(page, info, 'files-certificate');
    await question.getByRole('button', { name: 'Trust this certificate' }).click();
    await expect(page.getByRole('grid', { name: 'Files' })).toBeVisible();
    await page.getByRole('button', { name: 'Type a path' }).click();
    await page.getByLabel('Path', { exact: true }).fill(folder);
    await page.getByLabel('Path', { exact: true }).press('Enter');
    await expect(row(page, 'old.txt')).toBeVisible();

    await page.locator('[data-picker=files]').setInputFiles([{ name: 'up.bin', mimeType: 'application/octet-stream', buffer: randomBytes(3_000_000) }]);
    await expect(row(page, 'up.bin')).toContainText('2.9 MiB');
    await row(page, 'old.txt').locator('.file-open').click();
    const dialog = page.getByRole('dialog', { name: 'old.txt' });
    await dialog.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByLabel('Text of the file').fill('new, and longer\n');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(dialog.locator('.look-text')).toHaveText('new, and longer\n');
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(readFileSync(join(folder, 'old.txt'), 'utf8')).toBe('new, and longer\n');
    await act(page, 'old.txt', 'Rename');
    const rename = page.getByRole('dialog', { name: 'Rename old.txt' });
    await rename.getByLabel('Name', { exact: true }).fill('new.txt');
    await rename.getByRole('button', { name: 'Rename' }).click();
    await expect(row(page, 'new.txt')).toBeVisible();
    await act(page, 'up.bin', 'Delete');
    await page.getByRole('dialog', { name: 'Delete up.bin?' }).getByRole('button', { name: 'Delete' }).click();
    await expect(row(page, 'up.bin')).toBeHidden();
    expect(readdirSync(folder)).toEqual(['new.txt']);
  } finally {
    ftpd.stop();
  }
});

test('a host that asks every time is given its password once', async ({ harbour, page, server }) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  await harbour.open('web01');
  const { hosts } = await (await page.context().request.get(`${server.url}/api/hosts`)).json();
  await page.goto(`${server.url}/files/${hosts[0].id}`);
  const submit = page.getByRole('button', { name: 'Show the files' });
  await submit.click();
  await expect(page.getByText('Enter the password.')).toBeVisible();
  await page.getByLabel(/^Password/).fill('wrong');
  await submit.click();
  await expect(page.getByText(/did not let .* in/)).toBeVisible();
  await page.getByLabel(/^Password/).fill(user.password);
  await submit.click();
  await expect(page.locator('.files-space')).toBeVisible();
  await page.reload();
  await expect(page.locator('.files-space')).toBeVisible();
});
