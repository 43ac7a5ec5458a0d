import AxeBuilder from '@axe-core/playwright';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';
import { useDomRenderer } from '../fixtures/terminal';
import { user } from '../fixtures/sshd';

test.beforeEach(async ({ page }) => useDomRenderer(page));

test('the history learns exit codes, puts a command back, and forgets', async ({ harbour, page }, info) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();

  const drawer = page.getByRole('complementary', { name: 'Command history' });
  const toggle = page.getByRole('button', { name: 'Command history' }).first();
  const row = (command: string) => drawer.getByRole('listitem').filter({ hasText: command });
  await toggle.click();
  await expect(drawer.getByText('No command yet')).toBeVisible();
  await screenshot(page, info, 'history-empty');

  // Nothing is typed before it was seen.
  await drawer.getByRole('button', { name: /Set up shell integration/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Set up shell integration' });
  await expect(dialog.getByLabel('What is typed')).toContainText('133;C');
  await screenshot(page, info, 'history-set-up');
  await dialog.getByRole('button', { name: 'zsh' }).click();
  await expect(dialog.getByText('~/.zshrc')).toBeVisible();
  await dialog.getByRole('button', { name: 'bash' }).click();
  await dialog.getByRole('button', { name: 'Type it now' }).click();
  await expect(dialog).toBeHidden();
  await drawer.getByRole('button', { name: 'Close history' }).click();
  await terminal.run('clear');
  await terminal.run('cd /tmp');
  await terminal.run('ls --no-such-option');
  await terminal.run('echo moored-$((6*7))');
  await terminal.shows('moored-42');
  await terminal.run('sudo -k id');
  await terminal.shows(/password for/);
  await terminal.run(`${user.password}-typed-blind`);
  await terminal.shows(/try again/);
  await terminal.press('Control+c');
  await terminal.shows(/incorrect password/);
  await terminal.run('echo done-$((1+1))');
  await terminal.shows('done-2');

  await terminal.press('Control+Shift+H');
  await expect(row('ls --no-such-option').getByText('exit 2')).toBeVisible();
  await expect(row('echo moored').getByText('ok', { exact: true })).toBeVisible();
  await expect(row('echo moored').getByText('/tmp')).toBeVisible();
  await expect(row('echo done')).toBeVisible();
  await expect(drawer).not.toContainText('typed-blind');
  await expect(drawer).not.toContainText('__berth');
  await expect(drawer.getByRole('button', { name: /Set up shell integration/ })).toBeHidden();
  // Nothing is under the pointer in the picture.
  await page.mouse.move(400, 500);
  await screenshot(page, info, 'history');
  const axe = await new AxeBuilder({ page }).include('.history').analyze();
  expect(axe.violations).toEqual([]);

  // Found while typing, put back without being run.
  await drawer.getByLabel('Search commands').fill('MOORED');
  await expect(drawer.getByRole('listitem')).toHaveCount(1);
  await drawer.getByRole('button', { name: /echo moored/ }).click();
  if (await drawer.isVisible()) await drawer.getByRole('button', { name: 'Close history' }).click();
  await terminal.shows(/\$ echo moored-\$\(\(6\*7\)\)$/m);
  await terminal.press('Control+c');

  await terminal.press('Control+Shift+H');
  await drawer.getByRole('button', { name: 'Unique' }).click();
  await expect(row('echo done').getByText('once')).toBeVisible();
  await row('ls --no-such-option').getByRole('button', { name: 'Delete command' }).click();
  await expect(row('ls --no-such-option')).toBeHidden();
  await drawer.getByRole('button', { name: /^Delete \d+ commands$/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(drawer.getByText('No command yet')).toBeVisible();
  await drawer.getByLabel('Search commands').press('Escape');
  await expect(drawer).toBeHidden();
});

test('commands typed elsewhere show in an open history, and the menu of their host has them too', async ({ harbour, page, context }, info) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  await page.getByRole('button', { name: 'Command history' }).first().click();
  const drawer = page.getByRole('complementary', { name: 'Command history' });
  await expect(drawer.getByText('No command yet')).toBeVisible();

  const other = await context.newPage();
  await useDomRenderer(other);
  await other.goto(page.url());
  const elsewhere = await harbour.terminal('web01', other);
  await elsewhere.run('echo elsewhere-$((1+1))');
  await elsewhere.shows('elsewhere-2');
  await page.bringToFront();
  await expect(drawer.getByRole('listitem')).toHaveCount(1);
  // Escape answers the question, and the history stays open.
  await drawer.getByRole('button', { name: 'Delete 1 command' }).click();
  await expect(page.getByRole('dialog', { name: 'Delete 1 command?' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(drawer).toBeVisible();
  await drawer.getByRole('button', { name: 'Close history' }).click();

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
  const shortcuts = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(shortcuts.getByRole('definition').filter({ hasText: 'Command history' })).toBeVisible();
  await screenshot(page, info, 'shortcuts');
  await shortcuts.getByRole('button', { name: 'Done' }).click();

  await harbour.backToDashboard();
  await page.getByRole('button', { name: 'Actions for web01' }).click();
  await page.getByRole('menuitem', { name: 'Command history' }).click();
  const dialog = page.getByRole('dialog', { name: 'Command history of web01' });
  await expect(dialog.getByRole('button', { name: /echo elsewhere/ })).toBeVisible();
  await elsewhere.run('echo second-$((1+1))');
  await expect(dialog.getByRole('listitem')).toHaveCount(2);
  await screenshot(page, info, 'history-of-host');
  const axe = await new AxeBuilder({ page }).include('dialog').analyze();
  expect(axe.violations).toEqual([]);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await dialog.getByRole('button', { name: /echo second/ }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('echo second-$((1+1))');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
});
