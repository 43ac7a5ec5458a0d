// Floods in a real browser.
import { promptAfterKey, watchTraffic } from '../fixtures/traffic';
import { expect, test } from '../fixtures/test';
import { useDomRenderer } from '../fixtures/terminal';

/** What may still come after Ctrl-C: the window that was under way, and small windows until the flood stops. */
const UNDER_WAY = 1024 * 1024;

test('Ctrl-C stops a flood, and little more is drawn', async ({ harbour, page }, info) => {
  await useDomRenderer(page);
  await watchTraffic(page);
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  await terminal.run('yes');
  await page.waitForFunction(() => window.traffic.received > 1_000_000);

  const prompt = promptAfterKey(page);
  await terminal.press('Control+c');
  const { ms, bytes } = await prompt;
  info.annotations.push({ type: 'Ctrl-C under a flood', description: `${Math.round(ms)} ms, ${bytes} bytes` });
  expect(bytes).toBeLessThan(UNDER_WAY);
  await terminal.run('echo still-$((6*7))');
  await terminal.shows('still-42');
});
