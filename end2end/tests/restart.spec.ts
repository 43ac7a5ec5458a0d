// The server goes away under an open terminal: what the page says, and the way back into the same work.
import { type Page } from '@playwright/test';
import { screenshot } from '../fixtures/screenshot';
import { useDomRenderer } from '../fixtures/terminal';
import { expect, test } from '../fixtures/test';

test.beforeEach(async ({ page }) => useDomRenderer(page));

const end = (page: Page) => page.getByRole('status', { name: 'Session ended' });

test('a killed server gives the same work back with one tap', async ({ page, harbour, server }, info) => {
  await harbour.setUp();
  await harbour.addHost('lab');
  await page.getByRole('button', { name: 'Actions for lab' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit host' });
  await dialog.getByText('Session limits, tmux, agent and recording').click();
  await dialog.getByLabel('Idle timeout').selectOption('After …');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Enter a whole number from 1 up.')).toBeVisible();
  await dialog.getByLabel('Idle for').fill('90');
  await dialog.getByLabel('Keep work alive with tmux').check();
  await dialog.getByLabel('Forward the agent').check();
  await screenshot(page, info, 'host-policy');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  const { hosts } = await (await page.context().request.get(`${server.url}/api/hosts`)).json();
  expect(hosts[0]).toMatchObject({ tmux: true, agent_forwarding: true, idle_timeout_seconds: 5_400 });

  let terminal = await harbour.open('lab');
  await terminal.prompt();
  await terminal.run('WORK=kept$((1+1)); echo set$((1+1))');
  await terminal.shows('set2');
  await server.end('SIGKILL');
  await terminal.state('reconnecting');
  await server.startAgain();
  await terminal.state('ended');
  await expect(end(page)).toContainText('Berth was restarted');
  await expect(end(page)).toContainText('goes on in tmux');
  await screenshot(page, info, 'restarted');

  await end(page).getByRole('button', { name: 'Open again' }).click();
  await harbour.givePassword();
  terminal = await harbour.terminal('lab');
  await terminal.run('echo "[$WORK]"');
  await terminal.shows('[kept2]');
  await harbour.backToDashboard();
  await harbour.closeSession('lab');
});

test('a stopped server says so to its pages', async ({ page, harbour, server }, info) => {
  await harbour.setUp();
  await harbour.addHost('lab');
  const terminal = await harbour.open('lab');
  await terminal.prompt();
  await server.end('SIGTERM');
  await terminal.state('ended');
  await expect(end(page)).toContainText('Berth was stopped');
  await expect(end(page).getByRole('button', { name: 'Open again' })).toBeVisible();
  await screenshot(page, info, 'stopped');
});
