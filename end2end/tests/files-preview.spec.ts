// A project on a host by mouse: chosen, right-clicked, pictures and a PDF looked at, several deleted.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import { folder, freshFolders, host, look, put, row } from '../fixtures/files';
import { screenshot } from '../fixtures/screenshot';
import { user } from '../fixtures/sshd';
import { expect, test } from '../fixtures/test';
import { until } from '../fixtures/until';

freshFolders();

/** A picture of one colour, as a PNG. */
function png(width: number, height: number): Buffer {
  const table = Array.from({ length: 256 }, (_, byte) => Array.from({ length: 8 }).reduce<number>((sum) => (sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1), byte));
  const check = (bytes: Buffer) => (bytes.reduce((sum, byte) => (table[(sum ^ byte) & 255] ?? 0) ^ (sum >>> 8), -1) ^ -1) >>> 0;
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const chunk = (kind: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    return Buffer.concat([number(data.length), body, number(check(body))]);
  };
  const line = Buffer.concat([Buffer.from([0]), Buffer.concat(Array.from({ length: width }, () => Buffer.from([69, 181, 184])))]);
  const head = Buffer.concat([number(width), number(height), Buffer.from([8, 2, 0, 0, 0])]);
  const lines = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', lines), chunk('IEND', Buffer.alloc(0))]);
}

/** Made on the host, as the user's; so many days ago. */
function project(folder: string): void {
  const files: [string, number, string | Buffer][] = [
    ['assets/logo.png', 40, png(320, 200)],
    ['config/app.toml', 3, 'port = 8080\n'],
    ['deploy/rollout.sh', 1, '#!/bin/sh\n'],
    ['.env.example', 60, 'DATABASE_URL=\n'],
    ['CHANGELOG.md', 2, '# Changelog\n'.repeat(420)],
    ['README.md', 2, '# Shop\n'.repeat(90)],
    ['backup-2026-10.tar.zst', 21, Buffer.alloc(18_300_000)],
    ['compose.yaml', 5, 'services:\n'.repeat(40)],
    ['diagram.svg', 12, '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><title>calm</title><script>document.title = "ran"</script></svg>'],
    ['invoice 9.pdf', 9, '%PDF-1.4\n'.repeat(4000)],
    ['invoice 10.pdf', 8, '%PDF-1.4\n'.repeat(4400)],
    ['orders.sqlite', 0, Buffer.alloc(2_400_000)],
    ['logo.png', 40, png(320, 200)],
    ['worker.log', 0, 'ok\n'.repeat(64_000)],
  ];
  rmSync(folder, { recursive: true, force: true });
  for (const [name, , content] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  symlinkSync('/var/log', join(folder, 'logs'));
  const folders: [string, number][] = [['assets', 40], ['config', 3], ['deploy', 1]];
  for (const [name, days] of [...files, ...folders]) {
    const then = Date.now() / 1000 - days * 86_400 - 4000;
    utimesSync(join(folder, name), then, then);
  }
  execFileSync('chown', ['-R', '-h', `${user.name}:${user.name}`, folder]);
}

test('a project is looked at and tidied up', async ({ harbour, page, server, context }, info) => {
  const folder = `/home/${user.name}/projects/${info.project.name === 'phone' ? 'store' : 'shop'}`;
  project(folder);
  const id = await host(harbour);
  await page.goto(`${server.url}/files/${id}?path=${folder}`);
  await expect(row(page, 'CHANGELOG.md')).toBeVisible();
  await screenshot(page, info, 'files-project');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await row(page, 'logo.png').locator('.file-open').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('img', { name: 'logo.png' })).toBeVisible();
  expect(await dialog.getByRole('img').evaluate((picture: HTMLImageElement) => [picture.naturalWidth, picture.naturalHeight])).toEqual([320, 200]);
  await screenshot(page, info, 'files-picture');
  await dialog.getByRole('button', { name: 'Close' }).click();

  // A PDF has a window of its own, and can do nothing in our name there.
  await row(page, 'invoice 9.pdf').locator('.file-open').click();
  const link = dialog.getByRole('link', { name: 'Open the PDF' });
  await expect(link).toHaveAttribute('target', '_blank');
  await expect(link).toHaveAttribute('rel', /noopener/);
  const opened = context.waitForEvent('page');
  const asked = context.waitForEvent('request', (request) => request.url().includes('preview=true') && request.url().includes('.pdf'));
  await link.click();
  await asked;
  await (await opened).close();
  const pdf = await page.request.get(server.url + (await link.getAttribute('href')));
  const { 'content-type': kind, 'content-security-policy': policy, 'x-content-type-options': sniffing } = pdf.headers();
  expect([kind, sniffing]).toEqual(['application/pdf', 'nosniff']);
  // A viewer would not show it in a sandbox; what is not said here may not be loaded or run.
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('script-src');
  await dialog.getByRole('button', { name: 'Close' }).click();

  // Neither can a picture with a script in it that somebody opens by its address.
  const drawing = await context.newPage();
  await drawing.goto(`${server.url}/api/hosts/${id}/files/content?preview=true&path=${folder}/diagram.svg`);
  expect(await drawing.evaluate(() => self.origin)).toBe('null');
  expect(await drawing.title()).toBe('calm');
  await drawing.close();

  // One entry's menu at a right click; and the menu of all that are chosen.
  const menu = page.getByRole('menu');
  await row(page, 'compose.yaml').locator('.file-size').click({ button: 'right' });
  await expect(menu).toHaveAccessibleName('Actions for compose.yaml');
  await screenshot(page, info, 'files-menu');
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  for (const name of ['invoice 9.pdf', 'invoice 10.pdf', 'deploy']) await row(page, name).getByRole('checkbox').check();
  await row(page, 'deploy').locator('.file-time').click({ button: 'right' });
  await menu.getByRole('menuitem', { name: 'Delete 3 entries' }).click();
  await expect(dialog).toContainText('3 files and 1 folder');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(row(page, 'invoice 9.pdf')).toBeHidden();
  await until('they are gone', () => !readdirSync(folder).some((name) => name === 'deploy' || name.startsWith('invoice')));

  // By keys alone: the menu of the row that the keyboard is at.
  if (info.project.name === 'desktop') {
    await page.getByRole('grid', { name: 'Files' }).focus();
    for (const key of ['Escape', 'End', 'Shift+F10']) await page.keyboard.press(key);
    await expect(menu).toHaveAccessibleName('Actions for worker.log');
    await menu.getByRole('menuitem', { name: 'Rename' }).press('Enter');
    await dialog.getByLabel('Name', { exact: true }).fill('old.log');
    await page.keyboard.press('Enter');
    await expect(row(page, 'old.log')).toBeVisible();
  }
  rmSync(folder, { recursive: true });
});

test('a file that grows or becomes shorter is read to its end, and what is no picture says so', async ({ harbour, page, server }, info) => {
  const id = await host(harbour);
  const log = join(folder, 'service.bin');
  put('service.bin', Buffer.concat([Buffer.from([0]), Buffer.alloc(9_999, 'a')]));
  put('torn.png', 'no picture');
  for (const name of [' ', '   ', `${'long'.repeat(60)}.png`]) put(name, png(8, 8));
  await look(page, server.url, id);
  const dialog = page.getByRole('dialog');
  const where = dialog.locator('.look-pieces').getByRole('status');
  await row(page, 'service.bin').locator('.file-open').click();
  await expect(where).toHaveText('0 B to 4.0 KiB of 9.8 KiB');
  appendFileSync(log, Buffer.concat([Buffer.alloc(20_000, 'b'), Buffer.from('THE END')]));
  await dialog.getByRole('button', { name: 'To the end' }).click();
  await expect(dialog.getByLabel('A piece of the file')).toContainText('THE END');
  await expect(where).toHaveText('28 KiB to 29 KiB of 29 KiB');
  truncateSync(log, 5_000);
  await dialog.getByRole('button', { name: 'To the end' }).click();
  await expect(dialog).toContainText('The file became shorter meanwhile: it had 29 KiB.');
  await expect(where).toHaveText('4.0 KiB to 4.9 KiB of 4.9 KiB');
  truncateSync(log, 0);
  await dialog.getByRole('button', { name: 'Earlier' }).click();
  await expect(dialog).toContainText('The file is empty.');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await row(page, 'torn.png').locator('.file-open').click();
  await expect(dialog).toContainText('This picture cannot be shown');
  await expect(dialog.getByRole('button', { name: 'Download' })).toBeVisible();
  await screenshot(page, info, 'files-torn');
  await dialog.getByRole('button', { name: 'Bytes' }).click();
  await expect(dialog.getByLabel('A piece of the file')).toContainText('no pictu');
  await dialog.getByRole('button', { name: 'Close' }).click();

  // A long name is told by both its ends, in two lines; blanks are seen.
  await row(page, 'longlong').locator('.file-open').click();
  const heading = dialog.getByRole('heading');
  await expect(heading).toHaveText(/^longlong.*….*long\.png$/);
  const lines = await heading.evaluate((element) => element.getBoundingClientRect().height / parseFloat(getComputedStyle(element).lineHeight));
  expect(Math.round(lines)).toBeLessThanOrEqual(2);
  await dialog.getByRole('button', { name: 'Close' }).click();
  for (const name of ['␣', '␣␣␣']) await expect(page.getByRole('button', { name, exact: true })).toBeVisible();
});
