import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';
import { Terminal, useDomRenderer } from '../fixtures/terminal';

test.beforeEach(async ({ page }) => useDomRenderer(page));

test('from an empty server to vim, and back to the same vim', async ({ harbour, page }, info) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  await terminal.run('echo moored-$((6*7))');
  await terminal.shows('moored-42');

  await terminal.run('vim -u NONE -N harbour.txt');
  await terminal.shows(/~\n~/);
  await terminal.type('iAll lines are fast');
  await terminal.press('Escape');
  await terminal.shows('All lines are fast');
  await screenshot(page, info, 'vim');

  // Resize: vim draws for the new size.
  const size = page.viewportSize();
  if (size) await page.setViewportSize({ width: size.width - 100, height: size.height - 120 });
  await terminal.type(':echo "cols=" . &columns\n');
  await terminal.shows(/cols=\d+/);
  const narrow = /cols=(\d+)/.exec(await terminal.text())?.[1];
  if (size) await page.setViewportSize(size);
  await expect
    .poll(async () => {
      await terminal.type(':echo "cols=" . &columns\n');
      return /cols=(\d+)/.exec(await terminal.text())?.[1];
    })
    .not.toBe(narrow);

  await page.reload();
  const again = await harbour.terminal('web01');
  await again.shows('All lines are fast');
  await again.type(':q!\n');
  await again.prompt();
});

test('questions that were answered are not answered again after a reload', async ({ harbour, page }) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  // The terminal's answers end with a backslash; they are read here, and would else be typed at the prompt.
  const asks = ['10;?', '11;?', '12;?', '4;1;?'].map((what) => `\\033]${what}\\033\\\\`);
  const reads = asks.map((ask) => `printf '${ask}'; read -rs -t 5 -d '\\' x; n=$((n+${'${#x}'}>0))`).join('; ');
  await terminal.run(`n=0; ${reads}; echo answered-$n`);
  await terminal.shows('answered-1');
  await page.reload();
  const again = await harbour.terminal('web01');
  await again.shows('answered-1');
  await again.run('echo clean-$((6*7))');
  await again.shows('clean-42');
  expect(await again.text()).not.toContain('rgb:');
});

test('a second tab shows the same session', async ({ harbour, page, context }) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const first = await harbour.open('web01');
  await first.run('echo one-$((1+0))');
  await first.shows('one-1');

  const other = await context.newPage();
  await useDomRenderer(other);
  await other.goto(page.url());
  const second = await harbour.terminal('web01', other);
  await second.shows('one-1');
  await second.run('echo two-$((1+1))');
  await first.shows('two-2');
});

test('exit shows the code and offers to open again', async ({ harbour, page }) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  await terminal.run('exit 3');
  await terminal.state('ended');
  await expect(page.getByRole('status', { name: 'Session ended' })).toContainText(/code 3/);
  await page.getByRole('button', { name: 'Open again' }).click();
  await harbour.givePassword();
  await (await harbour.terminal('web01')).prompt();
});

test('what was missed during a broken connection arrives, once', async ({ harbour, page, context }) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  await terminal.run('for i in $(seq 1 12); do echo tick-$i; sleep 0.5; done');
  await terminal.shows('tick-2');
  // In this order: the page asks at once when the network goes, and that must stay without an answer.
  harbour.server.freeze();
  await context.setOffline(true);
  await terminal.state('reconnecting');
  harbour.server.thaw();
  await context.setOffline(false);
  await terminal.isLive();
  await terminal.shows('tick-12');
  const ticks = (await terminal.text()).match(/^tick-\d+$/gm);
  expect(ticks).toEqual(Array.from({ length: 12 }, (_, i) => `tick-${i + 1}`));
  await expect(page.getByText(/reconnecting/i)).toBeHidden();
});

test('a changed host key is a full stop', async ({ harbour, page, sshd }) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  await harbour.open('web01');
  await harbour.backToDashboard();
  await harbour.closeSession('web01');
  await sshd.changeHostKey();
  await page.getByRole('button', { name: 'Open terminal on web01' }).click();
  const dialog = page.getByRole('dialog', { name: 'Stop: the host key has changed' });
  await expect(dialog.getByRole('button', { name: 'Trust the new key' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Do not connect' }).click();
  await expect(new Terminal(page, 'web01').region).toBeHidden();
});

test.describe('with two places', () => {
  test.use({ settings: { BERTH_SESSIONS_MAX_PER_ACCOUNT: '2' } });

  test('the limit dialog frees a place and the open goes on; popout; close; nothing left', async ({ harbour, page, context }, info) => {
    await harbour.setUp();
    for (const name of ['web01', 'web02', 'web03']) await harbour.addHost(name);
    await harbour.open('web01');
    await harbour.backToDashboard();
    await harbour.open('web02', { password: true });
    await harbour.backToDashboard();

    await page.getByRole('button', { name: 'Open terminal on web03' }).click();
    const dialog = page.getByRole('dialog', { name: 'Session limit reached' });
    await expect(dialog.getByText('web01')).toBeVisible();
    await screenshot(page, info, 'limit');
    await dialog.getByRole('button', { name: 'Close oldest' }).click();
    await harbour.givePassword();
    await (await harbour.terminal('web03')).prompt();

    const popped = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Open in a window' }).click();
    const popout = await popped;
    const inPopout = await harbour.terminal('web03', popout);
    await inPopout.run('echo out-$((40+2))');
    await inPopout.shows('out-42');
    await expect(popout).not.toHaveURL(/token=/);
    await popout.close();

    await harbour.backToDashboard();
    await screenshot(page, info, 'dashboard');
    await harbour.closeAll();
  });
});
