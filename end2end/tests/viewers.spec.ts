import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page, TestInfo } from '@playwright/test';
import { screenshot } from '../fixtures/screenshot';
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

  // Read anew, the page is the same guest again.
  await guest.reload();
  await guest.getByLabel('Your name').fill('Grace');
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
  await expect(page.getByText('admin ada is watching')).toBeVisible();
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
