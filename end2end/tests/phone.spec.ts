// A phone in a pocket: the page is frozen, output goes on, the network is another one; and then somebody looks.
import { Freeze } from '../fixtures/freeze';
import { Relay } from '../fixtures/relay';
import { expect, test as base } from '../fixtures/test';
import { useDomRenderer } from '../fixtures/terminal';
import { until } from '../fixtures/until';

/** Longer than a phone's screen stays on, and less than the server's patience with a silent socket. */
const FROZEN = 30_000;

/** Shows more than the ring holds, then a screen with everything on it, and then what keys send. */
const program = String.raw`
stty -icanon -echo
sleep 2
seq 1 200000
printf '\033[?1049h\033[2J\033[H\033[1;31mred\033[0m plain 漢字 \033[48;5;24m ground \033[0m\033[5;10H┌──┐\033[6;10H└──┘'
printf '\033[10;1H\033[7minverse\033[0m\033[?1h\033=\033[?2004h\033[?1000h\033[?1006h\033[3;20r\033[12;5Hhere:'
exec cat -v
`;

const test = base.extend<{ relay: Relay }>({
  settings: { BERTH_SESSIONS_SCROLLBACK: '256KiB' },
  relay: async ({ server }, use) => {
    const relay = await Relay.start(server.url);
    server.isReachedAt(relay.url);
    await use(relay);
    relay.stop();
  },
});

test('a page that was frozen for 30 s and woke up in another network shows the exact screen', async ({ relay, harbour, page, context, sshd }) => {
  await useDomRenderer(page);
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  // Somebody who misses nothing.
  const watching = await context.newPage();
  await useDomRenderer(watching);
  await watching.goto(page.url());
  const witness = await harbour.terminal('web01', watching);
  await page.bringToFront();

  await terminal.run(`bash ${sshd.file('program', program)}`);
  const freeze = await Freeze.of(page);
  const since = Date.now();
  await witness.shows('here:');
  await until('half of the time is over', () => Date.now() - since > FROZEN / 2, FROZEN);
  relay.changeNetwork();
  await until('the time is over', () => Date.now() - since > FROZEN, FROZEN);
  const drawn = await freeze.ask('document.querySelector(".xterm-rows").textContent');
  expect(drawn, 'the page was frozen').not.toContain('here:');
  await freeze.thaw();

  await terminal.shows('here:');
  await terminal.isLive();
  const fresh = await context.newPage();
  await useDomRenderer(fresh);
  await fresh.goto(page.url());
  const second = await harbour.terminal('web01', fresh);
  await second.shows('here:');
  const seen = await witness.picture();
  await expect.poll(() => terminal.picture()).toEqual(seen);
  await expect.poll(() => second.picture()).toEqual(seen);

  // The modes are the program's as well: keys, pasted text, the pointer.
  for (const one of [terminal, second]) {
    await one.page.bringToFront();
    await one.press('ArrowUp');
    await one.shows('^[OA');
    await expect(one.region.locator('.xterm.enable-mouse-events')).toBeVisible();
  }
  await expect.poll(async () => JSON.stringify(await terminal.picture()) === JSON.stringify(await second.picture())).toBe(true);
});
