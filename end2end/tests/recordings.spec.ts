// A session is recorded, and what becomes of the recording: found, watched, copied, searched, downloaded, deleted.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { screenshot } from '../fixtures/screenshot';
import { useDomRenderer } from '../fixtures/terminal';
import { expect, test } from '../fixtures/test';

test.use({ settings: { BERTH_RECORDING_ENABLED: 'true' } });

/** Colours, some seconds of nothing, a full-screen program, and back. */
const program = String.raw`
printf '\033[1;32mgreen\033[0m \033[1;31mred\033[0m harbour-light\r\n'
sleep 4
printf '\033[?1049h\033[2J\033[H\033[7m full screen \033[0m\033[5;10H┌──────┐\033[6;10H└──────┘'
sleep 2
printf '\033[?1049l'
echo over
`;

const stage = (page: Page) => page.getByRole('region', { name: 'Recording of web01' });
const row = (page: Page) => page.getByRole('list', { name: 'Recordings' }).getByRole('link', { name: 'web01' });

/** The rows on the stage. */
async function shown(page: Page): Promise<string> {
  const rows = await stage(page).locator('.xterm-rows > div').allInnerTexts();
  return rows.map((text) => text.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
}

async function milliseconds(page: Page): Promise<number> {
  return Number(await page.getByRole('slider', { name: 'Position' }).inputValue());
}

async function isAccessible(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).exclude('.xterm').analyze();
  expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 'nothing sticks out').toBe(0);
}

async function menu(page: Page, entry: string): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

test('a session is recorded, found, played, copied, searched, downloaded and deleted', async ({ harbour, page, context, sshd, server }, info) => {
  // Half a minute; a machine that has much else to do takes longer.
  test.slow();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await useDomRenderer(page);
  await harbour.setUp();
  await page.getByRole('link', { name: 'Recordings' }).click();
  await expect(page.getByText('No recording yet')).toBeVisible();
  await screenshot(page, info, 'recordings-empty');

  await harbour.backToDashboard();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await expect(page.getByText('Recorded', { exact: true })).toBeVisible();
  await terminal.prompt();
  await terminal.run(`bash ${sshd.file('program', program)}`);
  await terminal.shows(/^over$/m);
  await terminal.run('exit');
  await page.getByRole('link', { name: 'Watch the recording' }).click();

  // It rests at the beginning, and plays; a long silence takes two seconds.
  await expect(stage(page)).toHaveAttribute('data-state', 'resting');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect(page.getByText(/Skipped .* without output/)).toBeVisible();
  await expect.poll(() => shown(page), { intervals: [50] }).toContain('full screen');
  await screenshot(page, info, 'player');
  await expect(stage(page)).toHaveAttribute('data-state', 'resting', { timeout: 30_000 });
  await expect.poll(() => shown(page)).toContain('over');

  // Keys: back to the beginning, to the command, five seconds on.
  await page.keyboard.press('Home');
  expect(await milliseconds(page)).toBe(0);
  await page.keyboard.press(']');
  const command = await milliseconds(page);
  expect(command).toBeGreaterThan(0);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => milliseconds(page)).toBeCloseTo(command + 5_000, -1);
  await page.keyboard.press('Home');
  await page.keyboard.press(']');
  await expect(async () => {
    await page.keyboard.press('.');
    expect(await shown(page)).toContain('harbour-light');
  }).toPass();
  await page.keyboard.press('c');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('harbour-light');
  await isAccessible(page);

  // Full screen and back.
  await page.keyboard.press('f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement?.className)).toBe('player');
  await page.keyboard.press('f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement)).toBeNull();

  // The player finds what was shown, and goes there.
  await page.keyboard.press('Home');
  await page.keyboard.press('/');
  await page.getByRole('searchbox', { name: 'Search in this recording' }).fill('HARBOUR-light');
  const moments = page.getByRole('list', { name: 'Where it was shown' });
  await expect(moments.locator('mark')).toHaveText('harbour-light');
  await isAccessible(page);
  await screenshot(page, info, 'player-search');
  await moments.getByRole('button').first().click();
  await expect.poll(() => shown(page)).toContain('harbour-light');
  await page.evaluate(() => document.documentElement.setAttribute('data-theme', 'contrast'));
  await isAccessible(page);
  await screenshot(page, info, 'player-contrast');
  await page.evaluate(() => document.documentElement.removeAttribute('data-theme'));

  // The list finds it by what it showed; a tap on the line opens that moment.
  await page.getByRole('link', { name: 'Back to the recordings' }).click();
  await expect(row(page)).toBeVisible();
  await isAccessible(page);
  await screenshot(page, info, 'recordings');
  await page.getByRole('searchbox', { name: 'Search what was shown' }).fill('HARBOUR-light');
  const found = page.getByRole('list', { name: 'Where it was shown' }).getByRole('link').first();
  await expect(found).toContainText('harbour-light');
  await isAccessible(page);
  await screenshot(page, info, 'recordings-found');
  await found.click();
  await expect.poll(() => shown(page)).toContain('harbour-light');

  // The file is plain asciicast.
  const started = page.waitForEvent('download');
  await menu(page, 'Download');
  const file = await (await started).path();
  expect(JSON.parse(readFileSync(file, 'utf8').split('\n')[0])).toMatchObject({ version: 2 });
  if (spawnSync('asciinema', ['--version']).status === 0) {
    // It wants a terminal of its own.
    const played = execFileSync('script', ['-qec', `asciinema cat ${file}`, '/dev/null'], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    expect(played).toContain('harbour-light');
  }

  await menu(page, 'Delete');
  const question = page.getByRole('dialog', { name: 'Delete the recording of web01?' });
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No recording yet')).toBeVisible();
  await page.goto(`${server.url}/recordings`);
  await expect(page.getByText('No recording yet')).toBeVisible();
});

test('a session that goes on says that it is recorded, and is watched live', async ({ harbour, page, context }, info) => {
  await useDomRenderer(page);
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  const watching = await context.newPage();
  await useDomRenderer(watching);
  await watching.goto(page.url().replace('/terminal/', '/recordings/'));
  await watching.getByRole('button', { name: 'Watch live' }).click();
  await page.bringToFront();
  await terminal.run('echo ahoy-$((40 + 2))');
  await terminal.shows('ahoy-42');
  await watching.bringToFront();
  await expect.poll(() => shown(watching)).toContain('ahoy-42');
  await screenshot(watching, info, 'player-live');
  await watching.goto(harbour.server.url);
  await expect(watching.getByRole('img', { name: 'This session is recorded' })).toBeVisible();
  await screenshot(watching, info, 'sessions-recorded');
});
