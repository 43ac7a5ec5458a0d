// Floods in a real browser.
import { expect, test } from '../fixtures/test';
import { useDomRenderer } from '../fixtures/terminal';

/** What may still come after Ctrl-C: the window that was under way, and small windows until the flood stops. */
const UNDER_WAY = 1024 * 1024;

test('Ctrl-C stops a flood, and little more is drawn', async ({ harbour, page }, info) => {
  await useDomRenderer(page);
  let received = 0;
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => (received += payload.length)));
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  await terminal.run('yes');
  await expect.poll(() => received).toBeGreaterThan(1_000_000);

  const [before, begun] = [received, Date.now()];
  await terminal.press('Control+c');
  await page.waitForFunction(() => {
    const rows = [...document.querySelectorAll<HTMLElement>('.xterm-rows > div')];
    const last = rows.map((row) => row.innerText.replaceAll('\u00a0', ' ').trim()).filter(Boolean).at(-1);
    return last?.endsWith('$') ?? false;
  });
  const told = `prompt back after ${Date.now() - begun} ms and ${received - before} bytes`;
  info.annotations.push({ type: 'Ctrl-C under a flood', description: told });
  console.log(told);
  expect(received - before).toBeLessThan(UNDER_WAY);
  await terminal.run('echo still-$((6*7))');
  await terminal.shows('still-42');
});
