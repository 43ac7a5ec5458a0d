import { screenshot } from '../fixtures/screenshot';
import { test } from '../fixtures/test';
import { useDomRenderer } from '../fixtures/terminal';

test.beforeEach(async ({ page }) => useDomRenderer(page));

test('the key row types what a phone keyboard cannot', async ({ harbour, page }, info) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();

  await terminal.run('cat -v');
  await page.getByRole('button', { name: 'Escape', exact: true }).tap();
  await page.getByRole('button', { name: 'Up', exact: true }).tap();
  await terminal.press('Enter');
  await terminal.shows('^[^[[A');

  // Sticky Ctrl applies to the next key of the keyboard, then lets go.
  await page.getByRole('button', { name: 'Ctrl', exact: true }).tap();
  await terminal.type('c');
  await terminal.shows('^C');
  await terminal.run('echo after-$((1+1))');
  await terminal.shows('after-2');
  await screenshot(page, info, 'keys');
});
