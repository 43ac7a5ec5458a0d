// A host that lies: what it calls its files and itself, and what it says at sign-in. It is text, and one thing each.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { folder, freshFolders, host, look, put, row } from '../fixtures/files';
import { Harbour } from '../fixtures/harbour';
import { MARKUP, names, previews } from '../fixtures/hostile';
import { screenshot } from '../fixtures/screenshot';
import { Sshd, codes, user } from '../fixtures/sshd';
import { useDomRenderer } from '../fixtures/terminal';
import { expect, test } from '../fixtures/test';
import { until } from '../fixtures/until';
import { Stranger, Watch } from '../fixtures/watch';

freshFolders();

const here = (name: Buffer | string) => Buffer.concat([Buffer.from(`${folder}/inner/`), Buffer.from(name)]);
const filesIn = (folder: string) =>
  execFileSync('find', ['.', '-type', 'f', '-printf', '%P\\0'], { cwd: folder }).toString('latin1').split('\0').filter(Boolean).sort();
const sticksOut = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

test('a file is one file, whatever it is called', async ({ harbour, page, server, context }, info) => {
  const watch = await Watch.over(context, server.url);
  // All rows are drawn.
  const wide = page.viewportSize() ?? { width: 0, height: 0 };
  const id = await host(harbour);
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  chmodSync(inner, 0o777);
  put('kept', 'kept');
  for (const name of names) {
    writeFileSync(here(name), `content of ${Buffer.from(name).toString('hex')}`);
    chmodSync(here(name), 0o666);
  }
  const address = `${server.url}/files/${id}?path=${encodeURIComponent(inner)}`;
  await page.setViewportSize({ ...wide, height: 4_000 });
  await page.goto(address);
  const opened = page.locator('.files-space .file-open');
  await expect(opened).toHaveCount(names.length);
  const shown = await opened.allInnerTexts();
  for (const text of shown) expect(text, 'a name hides or turns something').not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  expect(new Set(shown).size, 'no two look the same').toBe(names.length);
  expect(shown.join('\n')).toContain('<img src=x onerror=__ran(');
  expect(await sticksOut(page)).toBeLessThanOrEqual(0);
  await page.setViewportSize(wide);
  await screenshot(page, info, 'hostile-files');
  await page.setViewportSize({ ...wide, height: 4_000 });
  await expect(opened).toHaveCount(names.length);

  // What is dragged out is each of them, as itself; and so is what is saved from the menu.
  const contents = names.map((name) => `content of ${Buffer.from(name).toString('hex')}`).sort();
  const dragged = await page.locator('.files-space > .file-row:not([hidden])').evaluateAll((rows) =>
    rows.map((row) => {
      const event = new DragEvent('dragstart', { dataTransfer: new DataTransfer(), bubbles: true });
      row.dispatchEvent(event);
      return event.dataTransfer?.getData('DownloadURL') ?? '';
    }),
  );
  for (const what of dragged) expect(what).toMatch(/^application\/octet-stream:[^:/\\\u0000-\u001f]+:http:\/\/127/);
  const got = await Promise.all(dragged.map(async (what) => (await page.request.get(what.replace(/^[^:]*:[^:]*:/, ''))).text()));
  expect(got.sort()).toEqual(contents);
  for (const some of ['onerror=__ran(1)', 'photo', 'break', '-rf']) {
    const download = page.waitForEvent('download');
    await row(page, some).first().getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Download', exact: true }).click();
    expect((await download).suggestedFilename(), some).not.toMatch(/[/\\\u0000-\u001f\u202e]|^\.\.?$/);
    expect(contents).toContain(readFileSync(await (await download).path(), 'utf8'));
  }
  watch.take(/^download/);

  // All of them in one archive, which unpacks to the same names and to nothing else.
  await page.goto(`${server.url}/files/${id}?path=${encodeURIComponent(folder)}`);
  await row(page, 'inner').getByRole('button', { name: /^Actions for/ }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /^Download/ }).click();
  const saved = join(folder, 'saved');
  mkdirSync(saved);
  execFileSync('tar', ['-xf', await (await saving).path(), '-C', saved]);
  expect(filesIn(saved)).toEqual(names.map((name) => `inner/${Buffer.from(name).toString('latin1')}`).sort());
  watch.take(/^download/);
  await page.goto(address);

  // Renamed to the next worst, sent up, deleted all at once.
  const first = row(page, 'onerror=__ran(1)').first();
  await first.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Rename', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('-rf $(touch pwned) "><svg onload=__ran(9)>');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(row(page, '><svg onload')).toBeVisible();
  await page.locator('[data-picker=files]').setInputFiles([{ name: '--help;`touch pwned`<img src=x onerror=__ran(8)>', mimeType: 'text/html', buffer: Buffer.from('up') }]);
  await until('it is there', () => existsSync(join(inner, '--help;`touch pwned`<img src=x onerror=__ran(8)>')));
  await expect(opened).toHaveCount(names.length + 1);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Choose all' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await until('all are gone', () => readdirSync(inner).length === 0);
  expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('kept');
  watch.isCalm();
});

test('what is in a file runs nowhere', async ({ harbour, page, server, context }, info) => {
  test.skip(info.project.name === 'phone', 'the same pages');
  const [watch, stranger] = [await Watch.over(context, server.url), await Stranger.start()];
  try {
    const id = await host(harbour);
    const files = Object.entries(previews(stranger.url));
    for (const [name, content] of files) put(name, content);
    await look(page, server.url, id);
    for (const [name] of files) {
      await row(page, name).locator('.file-open').click();
      const dialog = page.getByRole('dialog');
      await expect(dialog.locator('img, .look-text, .look-pieces, a[target], .notice').first()).toBeVisible();
      await expect(dialog.locator('iframe, object, embed')).toHaveCount(0);
      await dialog.getByRole('button', { name: 'Close' }).click();
      await expect(dialog).toBeHidden();
    }
    watch.isCalm();

    // Somebody is led to their addresses.
    const direct = await context.newPage();
    watch.take(/^page/);
    for (const [name] of files) {
      for (const how of ['', '&preview=true']) {
        const address = `${server.url}/api/hosts/${id}/files/content?path=${encodeURIComponent(join(folder, name))}${how}`;
        const headers = (await page.request.get(address)).headers();
        const isSaved = /^attachment/.test(headers['content-disposition'] ?? '');
        const isPowerless = /default-src 'none'/.test(headers['content-security-policy'] ?? '') && !/script-src/.test(headers['content-security-policy'] ?? '');
        expect(isSaved || isPowerless, `${name}${how}: ${JSON.stringify(headers)}`).toBe(true);
        expect(headers['x-content-type-options']).toBe('nosniff');
        await direct.goto(address).catch(() => {});
      }
    }
    await direct.close();
    expect(stranger.visits).toEqual([]);
    // What the policy forbade is told as well, also as a request that was never sent.
    watch.take(/^(download|console|ran: policy|request)/);
    watch.isCalm();
  } finally {
    stranger.stop();
  }
});

test.describe('words of a host', () => {
  test.use({ settings: { BERTH_RECORDING_ENABLED: 'true' } });

  test('what a host says of itself, and what it is called, is text on every page', async ({ page, server, context }, info) => {
    await useDomRenderer(page);
    const watch = await Watch.over(context, server.url);
    const sshd = await Sshd.askingCodes([MARKUP, `\x1b]0;${MARKUP}\x07${MARKUP}`].join('\n'));
    try {
      const harbour = new Harbour(page, server, sshd);
      await harbour.setUp();
      const word = (number: number) => `<img src=x onerror=__ran('word${number}')>`;
      const metadata = Object.fromEntries(['device_type', 'model', 'vendor', 'serial_number', 'software_version', 'platform', 'site', 'role', 'notes'].map((field) => [field, word(7)]));
      const data = { name: word(1), address: '127.0.0.1', port: sshd.port, username: user.name, folder: word(2), tags: ['<b>tag</b>'], ...metadata };
      const made = await page.request.post(`${server.url}/api/hosts`, { data });
      expect(made.ok(), await made.text()).toBe(true);
      await harbour.backToDashboard();
      await expect(page.getByText(word(1)).first()).toBeVisible();
      expect(await sticksOut(page)).toBeLessThanOrEqual(0);
      await page.getByRole('button', { name: 'Command palette' }).click();
      await page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox').fill('img');
      await expect(page.getByRole('option').first()).toContainText(word(1));
      await screenshot(page, info, 'hostile-palette');
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: `Open terminal on ${word(1)}` }).click();
      await harbour.trust();
      const dialog = page.getByRole('dialog', { name: /^Sign in to/ });
      await dialog.getByLabel(/^Password/).fill(user.password);
      await dialog.getByRole('button', { name: 'Continue' }).click();
      await expect(dialog).toContainText("<img src=x onerror=__ran('title')>");
      expect(await dialog.innerText()).not.toMatch(/[\u001b\u202e]/);
      await screenshot(page, info, 'hostile-question');
      await dialog.getByLabel(/One-time password/).fill(codes[0] ?? '');
      await dialog.getByRole('button', { name: 'Continue' }).click();
      const terminal = await harbour.terminal(word(1));
      await terminal.run(`cat ${sshd.file('title', `\x1b]2;${MARKUP}\x07`)}; exit 7`);
      await terminal.state('ended');
      expect(await page.title()).not.toMatch(/[\u001b\u202e]/);
      for (const address of ['/', '/recordings', '/audit', '/commands']) {
        await page.goto(server.url + address);
        await expect(page.getByText(word(1)).first(), address).toBeAttached();
        expect(await sticksOut(page), `${address} sticks out`).toBeLessThanOrEqual(0);
      }
      watch.isCalm();
    } finally {
      sshd.stop();
    }
  });
});
