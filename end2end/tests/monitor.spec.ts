// What hosts are doing, live: chosen, side by side, paused when nobody sees it, told when a host is gone.
import AxeBuilder from '@axe-core/playwright';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Harbour } from '../fixtures/harbour';
import { screenshot } from '../fixtures/screenshot';
import { Sshd, user } from '../fixtures/sshd';
import { expect, test } from '../fixtures/test';

// A program that says what `nvidia-smi --format=csv,noheader,nounits` says, in the form that its own help pages
// (--help-query-gpu, --help-query-compute-apps) describe: memory in MiB, a field that a card lacks as `[N/A]`.
const nvidiaSmi = `#!/bin/sh
case "$*" in
  *--query-gpu=*)
    echo '0, GPU-6f9c2b1e-0001, NVIDIA A100-SXM4-40GB, 87, 40960, 30512, 61, 247.31, 400.00, [N/A]'
    echo '1, GPU-6f9c2b1e-0002, NVIDIA A100-SXM4-40GB, 4, 40960, 512, 34, 61.02, 400.00, [N/A]' ;;
  *--query-compute-apps=*)
    echo 'GPU-6f9c2b1e-0001, 12345, /opt/train/bin/python3, 30112'
    echo 'GPU-6f9c2b1e-0002, 4711, /usr/bin/embed-server, 480' ;;
esac
`;

/** The file systems of a host as `df -kP` says them: not those of whatever machine the tests run on. */
const df = `#!/bin/sh
echo 'Filesystem     1024-blocks      Used Available Capacity Mounted on'
echo '/dev/nvme0n1p2   102625208  38114804  59251140      40% /'
echo '/dev/nvme1n1     515010816 431224680  57551992      89% /srv/data'
`;

/** A host that has these programs before its own. */
async function hostWith(programs: Record<string, string>, use: (sshd: Sshd) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-programs-'));
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, name), text, { mode: 0o755 });
  const sshd = await Sshd.start([`SetEnv PATH=${folder}:/usr/local/bin:/usr/bin:/bin`]);
  await use(sshd);
  sshd.stop();
  rmSync(folder, { recursive: true, force: true });
}

const gpuHost = test.extend<{}, { webSshd: Sshd; gpuSshd: Sshd }>({
  webSshd: [async ({}, use) => hostWith({ df }, use), { scope: 'worker' }],
  gpuSshd: [async ({}, use) => hostWith({ df, 'nvidia-smi': nvidiaSmi }, use), { scope: 'worker' }],
});

/** Adds a host by REST, its key trusted and its password stored; its id. */
async function add(harbour: Harbour, name: string, port: number): Promise<string> {
  const post = async (path: string, data: object) => {
    const answer = await harbour.page.request.post(harbour.server.url + path, { data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return answer.json();
  };
  const credential = await post('/api/credentials', { name, username: user.name, password: user.password });
  const host = await post('/api/hosts', { name, address: '127.0.0.1', port, credential_id: credential.id });
  const scan = await post(`/api/hosts/${host.id}/host-key/scan`, {});
  await post(`/api/hosts/${host.id}/host-key/trust`, { fingerprint: scan.fingerprint });
  return host.id;
}

/** How many commands run over the account's links. */
async function channels(harbour: Harbour): Promise<number> {
  const { links } = await (await harbour.page.request.get(`${harbour.server.url}/api/links`)).json();
  return links.reduce((sum: number, link: { commands: number }) => sum + link.commands, 0);
}

/** Tells the page that nobody sees it, or that somebody does. */
async function seen(harbour: Harbour, visible: boolean): Promise<void> {
  await harbour.page.evaluate((visible) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => !visible });
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (visible ? 'visible' : 'hidden') });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, visible);
}

gpuHost('hosts side by side, live, with graphics processors where there are some', async ({ harbour, page, webSshd, gpuSshd }, info) => {
  await harbour.setUp();
  await page.getByRole('link', { name: 'Monitor' }).click();
  await expect(page.getByText('First add a host')).toBeVisible();
  await add(harbour, 'web01', webSshd.port);
  const gpuId = await add(harbour, 'gpu01', gpuSshd.port);

  await page.goto(`${harbour.server.url}/monitor`);
  await expect(page.getByRole('heading', { name: 'No host is chosen' })).toBeVisible();
  await screenshot(page, info, 'monitor-empty');
  await page.getByRole('button', { name: 'Choose hosts' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Choose hosts' });
  await dialog.getByRole('checkbox', { name: /web01/ }).check();
  await dialog.getByLabel('Search hosts').fill('gpu');
  await dialog.getByRole('checkbox', { name: /gpu01/ }).check();
  await expect(dialog.getByText('2 hosts chosen')).toBeVisible();
  await screenshot(page, info, 'monitor-choose');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Done' }).click();

  const [web, gpu] = [page.getByRole('region', { name: 'web01' }), page.getByRole('region', { name: 'gpu01' })];
  for (const card of [web, gpu]) {
    await expect(card.getByText('live')).toBeVisible({ timeout: 30_000 });
    await expect(card.getByRole('img', { name: /^CPU, the last minutes: now [\d.]+ %, at most [\d.]+ %$/ })).toBeVisible();
    await expect(card.getByRole('img', { name: /^Network, the last minutes: now ↓ .*\/s/ })).toBeVisible();
    await expect(card.getByText(/\d cores? · load \d/)).toBeVisible();
    await expect(card.getByText(/up .* · \d+ processes/)).toBeVisible();
    await expect(card.getByRole('heading', { name: 'File systems' })).toBeVisible();
    await expect(card.getByText('411 GiB of 491 GiB · 88 %')).toBeVisible();
  }
  await expect(web.getByRole('heading', { name: 'Graphics processors' })).toBeHidden();
  await expect(gpu.getByRole('heading', { name: '0 NVIDIA A100-SXM4-40GB' })).toBeVisible();
  await expect(gpu.getByText('61 °C · 247 W of 400 W')).toBeVisible();
  await expect(gpu.getByText('30 GiB of 40 GiB')).toBeVisible();
  await expect(gpu.getByRole('row', { name: 'python3 12345 0 29 GiB' })).toBeVisible();
  // A curve needs two readings, and each comes by itself; the picture for people shows some more.
  const readings = process.env.BERTH_SCREENSHOTS ? 30 : 4;
  const line = web.locator('.monitor-line').first();
  await expect.poll(async () => ((await line.getAttribute('d')) ?? '').split('L').length, { timeout: 90_000 }).toBeGreaterThan(readings);
  expect(await channels(harbour), 'one channel a host').toBe(2);
  await screenshot(page, info, 'monitor');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

  // Nobody sees it: nothing is asked of the hosts. It is seen again: what was before is still there.
  await seen(harbour, false);
  await expect.poll(() => channels(harbour), { timeout: 30_000 }).toBe(0);
  await seen(harbour, true);
  await expect.poll(() => channels(harbour), { timeout: 30_000 }).toBe(2);
  await expect(web.getByText('live')).toBeVisible();

  // The address says what is shown, and one is left out.
  await web.getByRole('button', { name: 'Remove web01 from the monitor' }).click();
  await expect(web).toBeHidden();
  await expect(page).toHaveURL(new RegExp(`/monitor\\?hosts=${gpuId}$`));
  await page.reload();
  await expect(gpu.getByText('live')).toBeVisible({ timeout: 30_000 });
});

test('a host that cannot be reached says so, and is opened from its menu', async ({ harbour, page, sshd }, info) => {
  await harbour.setUp();
  await add(harbour, 'web01', sshd.port);
  const closed = { name: 'closed', address: '127.0.0.1', port: 1, username: user.name };
  await page.request.post(`${harbour.server.url}/api/hosts`, { data: closed });
  await harbour.backToDashboard();
  await page.getByRole('button', { name: 'Actions for web01' }).click();
  await page.getByRole('menuitem', { name: 'Monitor' }).click();
  const web = page.getByRole('region', { name: 'web01' });
  await expect(web.getByText('live')).toBeVisible({ timeout: 30_000 });

  await page.getByRole('button', { name: 'Choose hosts' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose hosts' });
  await dialog.getByRole('checkbox', { name: /closed/ }).check();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const other = page.getByRole('region', { name: 'closed' });
  await expect(other.getByText('not reached')).toBeVisible({ timeout: 30_000 });
  await expect(other.getByText(/refused the connection/i)).toBeVisible();
  await screenshot(page, info, 'monitor-trouble');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await other.getByRole('button', { name: 'Try again' }).click();
  await expect(other.getByText('not reached')).toBeVisible({ timeout: 30_000 });
  // It held up nobody.
  await expect(web.getByText('live')).toBeVisible();

  // What no further try can mend is not promised one, and a name stays as it is written.
  const answer = await page.request.post(`${harbour.server.url}/api/hosts`, { data: { name: 'ftp', address: '127.0.0.1', protocol: 'ftp' } });
  await page.goto(`${harbour.server.url}/monitor?hosts=${(await answer.json()).id}`);
  const ftp = page.getByRole('region', { name: 'ftp' });
  await expect(ftp.getByText(/ and ftp is reached by another protocol/)).toBeVisible({ timeout: 30_000 });
  await expect(ftp.getByRole('button', { name: 'Try again' })).toBeVisible();
  await expect(ftp).not.toContainText('by itself');
});
