import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page, TestInfo, WebSocketRoute } from '@playwright/test';
import { screenshot } from '../fixtures/screenshot';
import { Harbour } from '../fixtures/harbour';
import { expect, test } from '../fixtures/test';
import { Terminal, useDomRenderer } from '../fixtures/terminal';

test.beforeEach(async ({ page }) => useDomRenderer(page));

/** Somebody else's browser, without an account. */
async function stranger(browser: Browser, info: TestInfo): Promise<Page> {
  const page = await (await browser.newContext({ ...info.project.use })).newPage();
  await useDomRenderer(page);
  return page;
}

async function isAccessible(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).exclude('.xterm').analyze();
  expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

async function menu(page: Page, entry: string): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

/** Makes a link in the page's dialog and reads it. */
async function invite(page: Page, label: string): Promise<string> {
  await menu(page, 'Share');
  const dialog = page.getByRole('dialog', { name: 'Share this session' });
  await dialog.getByLabel(/^For whom/).fill(label);
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();
  await expect(dialog.getByText(label)).toBeVisible();
  return link;
}

test('a guest watches, is handed the keyboard, types, and is removed', async ({ harbour, page, browser }, info) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const owner = await harbour.open('web01');
  await owner.prompt();
  const link = await invite(page, 'Grace');
  expect(link).toMatch(/\/join#/);
  const share = page.getByRole('dialog', { name: 'Share this session' });
  await isAccessible(page);
  await screenshot(page, info, 'share');
  await share.getByRole('button', { name: 'Done' }).click();

  const guest = await stranger(browser, info);
  await guest.goto(link);
  await expect(guest).toHaveURL(/\/join$/);
  await expect(guest.getByText('web01')).toBeHidden();
  await isAccessible(guest);
  await screenshot(guest, info, 'join');
  await guest.getByLabel('Your name').fill('Grace');
  await guest.getByRole('button', { name: 'Join' }).click();
  const theirs = await harbour.terminal('web01', guest);
  await owner.run('echo seen-$((40+2))');
  await theirs.shows('seen-42');
  await expect(guest.getByText('You watch; ada types.')).toBeVisible();
  await theirs.type('echo no');
  await expect(guest.getByText(/what you type is not sent/)).toBeVisible();
  await screenshot(guest, info, 'watching');
  await isAccessible(guest);

  await page.getByRole('button', { name: 'People, 2 here' }).click();
  const people = page.getByRole('dialog', { name: 'Who is here' });
  await screenshot(page, info, 'people');
  await isAccessible(page);
  await people.getByRole('button', { name: 'Give keyboard Grace, guest' }).click();
  await expect(guest.getByText(/The keyboard is yours/)).toBeVisible();
  await people.getByRole('button', { name: 'Done' }).click();
  await theirs.run('echo typed-$((1+1))');
  await owner.shows('typed-2');
  expect(await owner.text()).not.toContain('echo no');
  // What was typed before is the owner's alone.
  await theirs.press('Control+Shift+H');
  await expect(guest.getByRole('complementary', { name: 'Command history' })).toBeHidden();

  await page.getByRole('button', { name: 'People, 2 here' }).click();
  await people.getByRole('button', { name: 'Take keyboard back Grace, guest' }).click();
  await expect(guest.getByText(/The keyboard was taken back/)).toBeVisible();
  await expect(people.getByRole('button', { name: 'Give keyboard Grace, guest' })).toBeVisible();
  await people.getByRole('button', { name: 'Done' }).click();
  await theirs.type('echo late');
  await owner.run('echo mine-$((2+1))');
  await theirs.shows('mine-3');
  expect(await owner.text()).not.toContain('echo late');

  // Read anew, the page is the same guest again.
  await guest.reload();
  await expect(guest.getByLabel('Your name')).toHaveValue('Grace');
  await guest.getByRole('button', { name: 'Join' }).click();
  await theirs.isLive();

  await page.getByRole('button', { name: 'People, 2 here' }).click();
  await people.getByRole('button', { name: 'Remove Grace, guest' }).click();
  await expect(guest.getByText('You were removed')).toBeVisible();
  await expect(people.getByText('Grace', { exact: true })).toBeHidden();
  await screenshot(guest, info, 'removed');
  await people.getByRole('button', { name: 'Done' }).click();

  // A revoked link opens nothing.
  await menu(page, 'Share');
  await share.getByRole('button', { name: 'Revoke the link: Grace' }).click();
  await expect(share.getByText('Open links')).toBeHidden();
  const late = await stranger(browser, info);
  await late.goto(link);
  await late.getByLabel('Your name').fill('Late');
  await late.getByRole('button', { name: 'Join' }).click();
  await expect(late.getByText('This invite opens nothing')).toBeVisible();
  await screenshot(late, info, 'dead-invite');
});

test('an admin watches and is seen', async ({ harbour, page, context }, info) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const owner = await harbour.open('web01');
  await owner.prompt();
  const { sessions } = await (await context.request.get(`${harbour.server.url}/api/terminal/sessions?user_id=all`)).json();
  const watch = await context.request.post(`${harbour.server.url}/api/terminal/sessions/${sessions[0].session_id}/watch`);
  const { token } = await watch.json();
  const watching = await context.newPage();
  await useDomRenderer(watching);
  await watching.goto(`${harbour.server.url}/popout/${sessions[0].session_id}?token=${token}#watch:web01`);
  const theirs = await harbour.terminal('web01', watching);
  await theirs.prompt();
  await expect(page.getByText('Admin ada is watching')).toBeVisible();
  await screenshot(page, info, 'admin-watches');
  await watching.getByRole('button', { name: 'People, 2 here' }).click();
  await expect(watching.getByRole('dialog').getByRole('button', { name: /Remove/ })).toBeHidden();
  await watching.close();
  await expect(page.getByText('admin ada is watching')).toBeHidden();

  await harbour.backToDashboard();
  await page.getByRole('button', { name: "Everybody's" }).click();
  await expect(page.getByText('1 of everybody')).toBeVisible();
  await screenshot(page, info, 'everybody');
  await page.getByRole('button', { name: 'Only mine' }).click();
  await expect(page.getByText(/1 of \d+$/)).toBeVisible();
});

test("an admin watches a member's session from the dashboard, and only watches", async ({ harbour, page, browser, server, sshd }, info) => {
  await harbour.setUp();
  const member = { name: 'bo', password: 'another long password' };
  server.addAccount(member.name, member.password);
  const theirs = new Harbour(await stranger(browser, info), server, sshd);
  await theirs.page.goto(server.url);
  await theirs.signIn(member);
  await expect(theirs.page.getByRole('button', { name: "Everybody's" })).toBeHidden();
  await theirs.addHost('web01');
  const owner = await theirs.open('web01');
  await owner.prompt();

  await page.getByRole('button', { name: "Everybody's" }).click();
  const row = page.locator('.session-row');
  await expect(row.getByText(member.name, { exact: true })).toBeVisible();
  await expect(row.getByRole('link')).toHaveCount(0);
  await screenshot(page, info, 'watch');
  await page.context().addInitScript(() => localStorage.setItem('berth.terminal.renderer', 'dom'));
  const opened = page.waitForEvent('popup');
  await row.getByRole('button', { name: /^Watch the session of bo on web01/ }).click();
  const popup = await opened;
  const watched = await harbour.terminal('web01', popup);
  await expect(theirs.page.getByText('Admin ada is watching')).toBeVisible();
  await owner.run('echo shown-$((1+1))');
  await watched.shows('shown-2');
  await watched.type('echo no');
  await expect(popup.getByText(/what you type is not sent/)).toBeVisible();
  await expect(popup.getByRole('button', { name: /Command history|Close session|Share/ })).toHaveCount(0);
  await isAccessible(popup);
  await screenshot(popup, info, 'watch-window');
  await owner.run('echo again-$((2+1))');
  await watched.shows('again-3');
  expect(await owner.text()).not.toContain('echo no');
  await popup.close();
  await expect(theirs.page.getByText('Admin ada is watching')).toBeHidden();
});

test('a size that is held stays when the window changes, and follows again', async ({ harbour, page }, info) => {
  const columns = async (terminal: Terminal, mark: string) => {
    await terminal.run(`echo ${mark}=$(tput cols)=`);
    await terminal.shows(new RegExp(`^${mark}=\\d+=`, 'm'));
    return Number(new RegExp(`^${mark}=(\\d+)=`, 'm').exec(await terminal.text())?.[1]);
  };
  const first = page.viewportSize() ?? { width: 0, height: 0 };
  const small = { width: Math.min(first.width, 800), height: Math.min(first.height, 560) };
  const turned = first.width < first.height ? { width: first.height, height: first.width } : first;
  await page.setViewportSize(small);
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  const held = await columns(terminal, 'before');
  await menu(page, 'Fix the size');
  await expect(page.getByText(new RegExp(`The size stays ${held} × \\d+`))).toBeVisible();
  await page.setViewportSize(turned);
  await expect(terminal.region).toHaveAttribute('data-fit', 'theirs');
  expect(await columns(terminal, 'held')).toBe(held);
  await screenshot(page, info, 'held-size');
  await menu(page, 'Let the size follow');
  await expect(page.getByText('The size follows whoever types.')).toBeVisible();
  await expect(terminal.region).not.toHaveAttribute('data-fit', 'theirs');
  expect(await columns(terminal, 'after')).not.toBe(held);
});

test.describe('with a longest duration', () => {
  test.use({ settings: { BERTH_SESSIONS_MAX_DURATION: '60s', BERTH_SESSIONS_WARN_BEFORE: '30s', BERTH_SESSIONS_EXTEND_BY: '1h' } });

  test('the end is told before it comes, and put off by one tap', async ({ harbour, page }, info) => {
    await harbour.setUp();
    await harbour.addHost('web01');
    const terminal = await harbour.open('web01');
    await terminal.prompt();
    const bar = page.locator('.terminal-warning');
    await expect(bar).toBeVisible({ timeout: 45_000 });
    await expect(bar).toContainText(/longest duration in \d+ s/);
    await terminal.type('echo last-line');
    await isAccessible(page);
    await screenshot(page, info, 'warning');
    await bar.getByRole('button', { name: 'Extend' }).click();
    await expect(bar).toBeHidden();
    await expect(page.getByText(/goes on for/)).toBeVisible();
  });
});

/** Puts what a server seldom says into what it does say. A page that is there is seen, so it is hardly ever warned of an idle end. */
async function tellsMore(page: Page): Promise<(notice: object) => void> {
  let last: WebSocketRoute | undefined;
  await page.routeWebSocket(/\/ws\/terminal\//, (socket) => {
    socket.connectToServer();
    last = socket;
  });
  return (notice) => last?.send(Buffer.concat([Buffer.of(0x89), Buffer.from(JSON.stringify(notice))]));
}

test('who is still there stays by one tap, and a stop of the server is told', async ({ harbour, page }, info) => {
  const tell = await tellsMore(page);
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  const bar = page.locator('.terminal-warning');
  tell({ notice: 'ends_soon', reason: 'idle', seconds: 90, may_extend: true });
  await expect(bar).toContainText(/Nobody has looked at this session for long; it ends in 1:\d\d/);
  await screenshot(page, info, 'stay');
  await bar.getByRole('button', { name: 'Stay' }).click();
  await expect(page.getByText('The session goes on.')).toBeVisible();
  tell({ notice: 'ends_later' });
  await expect(bar).toBeHidden();
  // One who cannot put the end off is told of it all the same.
  tell({ notice: 'ends_soon', reason: 'expired', seconds: 90, may_extend: false });
  await expect(bar).toContainText('longest duration');
  await expect(bar.getByRole('button')).toHaveCount(0);
  tell({ notice: 'server_stopping' });
  await expect(bar).toContainText('Berth is being stopped');
  await screenshot(page, info, 'stopping');
  await isAccessible(page);
});

test.describe('with recordings', () => {
  test.use({ settings: { BERTH_RECORDING_ENABLED: 'true' } });

  test('everybody at a session sees that it is recorded', async ({ harbour, page, browser }, info) => {
    await harbour.setUp();
    await harbour.addHost('web01');
    const owner = await harbour.open('web01');
    await owner.prompt();
    await expect(page.locator('.terminal-marks')).toHaveText('Recorded');
    const link = await invite(page, 'Grace');
    await page.getByRole('button', { name: 'Done' }).click();
    const guest = await stranger(browser, info);
    await guest.goto(link);
    await guest.getByLabel('Your name').fill('Grace');
    await guest.getByRole('button', { name: 'Join' }).click();
    await harbour.terminal('web01', guest);
    await expect(guest.locator('.terminal-marks')).toHaveText('Recorded');
    await screenshot(guest, info, 'recorded');
    await isAccessible(guest);
  });
});

test.describe('with recordings on a small disk', () => {
  const disk = join(tmpdir(), `berth-small-disk-${process.pid}`);
  let mounted = false;
  test.use({
    settings: async ({}, use) => {
      mkdirSync(disk, { recursive: true });
      const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', disk]);
      mounted = mount.status === 0;
      await use({ BERTH_RECORDING_ENABLED: 'true', BERTH_RECORDING_DIRECTORY: disk });
      if (mounted) spawnSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true, force: true });
    },
  });

  test('a recording that cannot be written any more is told loudly', async ({ harbour, page }, info) => {
    test.skip(!mounted, 'no file system can be mounted here');
    await harbour.setUp();
    await harbour.addHost('web01');
    const terminal = await harbour.open('web01');
    await terminal.prompt();
    await expect(page.locator('.terminal-marks')).toHaveText('Recorded');
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'full')}`, 'bs=64k']);
    await terminal.run('head -c 60000 /dev/urandom | base64');
    await expect(page.locator('.terminal-marks')).toHaveText('Not recorded any more');
    await expect(page.locator('.toasts')).toContainText(/record/i);
    await screenshot(page, info, 'recording-failed');
  });
});

test('a viewer of another size sees the whole screen, and each part as it was shown', async ({ harbour, page, browser }, info) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const owner = await harbour.open('web01');
  await owner.prompt();
  const wide = 'w'.repeat(300);
  await owner.run(`clear; printf '%s\\n' ${wide}`);
  await owner.shows('wwww');
  const link = await invite(page, 'Small');
  await page.getByRole('button', { name: 'Done' }).click();
  const guest = await stranger(browser, info);
  await guest.setViewportSize({ width: 360, height: 740 });
  await guest.goto(link);
  await guest.getByLabel('Your name').fill('Small');
  await guest.getByRole('button', { name: 'Join' }).click();
  const theirs: Terminal = await harbour.terminal('web01', guest);
  await theirs.shows('wwww');
  await expect.poll(() => theirs.text()).toEqual(await owner.text());
  await screenshot(guest, info, 'letterbox');
  await guest.setViewportSize({ width: 800, height: 600 });
  await expect.poll(() => theirs.text()).toEqual(await owner.text());
});
