// A host that lies: what its programs print. Nothing of it runs, leaves the page, comes back as keys, or makes the page grow.
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { folder, freshFolders } from '../fixtures/files';
import { ask, flood, link } from '../fixtures/hostile';
import { screenshot } from '../fixtures/screenshot';
import { type Terminal, useDomRenderer } from '../fixtures/terminal';
import { expect, test } from '../fixtures/test';
import { until } from '../fixtures/until';
import { Stranger, Watch } from '../fixtures/watch';

freshFolders();

test('whoever watches sees what a broken page does', async ({ page, server, context }, info) => {
  test.skip(info.project.name === 'phone', 'the same eyes');
  const watch = await Watch.over(context, server.url);
  const script = `alert('hello'); open('about:blank'); new Notification('look'); Notification.requestPermission();
    navigator.clipboard.writeText('mine'); navigator.clipboard.readText(); document.execCommand('copy');
    fetch('http://127.0.0.1:9/fetched').catch(() => 0); console.error('it panicked at'); __ran('script');
    const save = document.createElement('a'); save.href = 'data:,x'; save.download = 'saved.txt'; save.click(); throw new Error('broken');`;
  const headers = { 'content-security-policy': "connect-src 'none'" };
  const body = `<body><img src="http://127.0.0.1:9/picture" onerror="__ran('handler')"><script>${script}</script>`;
  await page.route('**/broken', (route) => route.fulfill({ contentType: 'text/html', headers, body }));
  await page.goto(`${server.url}/broken`);
  const kinds = [
    /^ran: script/, /^ran: handler/, /^dialog: hello/, /^page: /, /^download: saved.txt/, /^request: .*picture/, /^error: broken/, /^console: it panicked/,
    /^ran: notification look/, /^ran: notification permission/, /^ran: clipboard writeText mine/, /^ran: clipboard readText/, /^ran: clipboard copy/, /^ran: policy connect-src/,
  ];
  for (const kind of kinds) expect(await watch.takeSoon(kind)).not.toEqual([]);
  await watch.takeSoon(/^console: .*Content Security Policy/);
  watch.isCalm();
});

test('what a program asks is answered without a word of its own, and a flood leaves the page as it was', async ({ harbour, page, server, context, sshd }, info) => {
  test.skip(info.project.name === 'phone', 'the same terminal');
  await useDomRenderer(page);
  const watch = await Watch.over(context, server.url);
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  const size = await grid(page);

  const answers = join(folder, 'answers');
  const asking = sshd.file('asking', `stty raw -echo min 0 time 30\ncat ${sshd.file('questions', ask())}\ncat > ${answers}\nstty sane\nprintf '\\033c'\n`);
  await terminal.run(`bash ${asking}; echo asked-$((6*7))`);
  await terminal.shows('asked-42');
  const number = '[0-9;]*';
  const known = [
    String.raw`\x1b\[[?>]?${number}[cnR]`, String.raw`\x1b\[\??${number}\$y`, String.raw`\x1bP>\|xterm\.js\([0-9.]+\)\x1b\\`,
    String.raw`\x1bP[01]\$r[0-9;]*( q|"[pq]|[mr])?\x1b\\`, String.raw`\x1b\](4;[0-9]+|1[012]);rgb:[0-9a-f/]+(\x1b\\|\x07)`,
  ];
  const said = readFileSync(answers, 'latin1');
  expect(said, 'the terminal answered at all').toMatch(/\x1b\[\?[0-9;]+c/);
  expect(JSON.stringify(said.replace(new RegExp(known.join('|'), 'g'), '')), 'answers of no known kind').toBe('""');
  expect(await grid(page), 'a program moves no window').toEqual(size);
  await terminal.prompt();

  // Shown again, it is neither asked nor answered again: only what is typed comes.
  await terminal.run(`stty raw -echo; head -c 5 > ${join(folder, 'again')}; stty sane; printf '\\033c'; echo read-$((6*7))`);
  await expect.poll(() => existsSync(join(folder, 'again'))).toBe(true);
  await page.reload();
  const again = await harbour.terminal('web01');
  await again.type('hello');
  await again.shows('read-42');
  watch.isCalm();

  // Growth.
  await page.getByRole('button', { name: 'Command history' }).first().click();
  await expect(page.getByRole('complementary', { name: 'Command history' })).toBeVisible();
  const heap = await pageMemory(page);
  const memory = server.memory();
  let asked = 0;
  page.on('request', () => (asked += 1));
  const pause = longestPause(page);
  await again.run(`cat ${sshd.file('flood', flood())}; printf '\\033c'; echo flood-$((6*7))`);
  // Drawn in a few seconds; a machine that has much else to do takes longer.
  const paused = await pause;
  const grown = { heap: (await pageMemory(page)) - heap, server: server.memory() - memory, asked, paused };
  info.annotations.push({ type: 'a flood', description: JSON.stringify(grown) });
  console.log(`  a flood: ${JSON.stringify(grown)}`);
  expect(grown.heap).toBeLessThan(64 << 20);
  expect(grown.server).toBeLessThan(128 << 20);
  expect(grown.asked).toBeLessThan(40);
  // A second or two by itself; without a bound on what one cell shows it was minutes.
  expect(grown.paused, 'the page stood still').toBeLessThan(30_000);
  expect(await page.locator('*').count()).toBeLessThan(3_000);
  expect((await page.title()).length).toBeLessThan(200);
  await page.reload();
  await (await harbour.terminal('web01')).shows('flood-42');
  watch.isCalm();
});

test('a link of a program leads nowhere until a person has read where', async ({ harbour, page, server, context, sshd }, info) => {
  await useDomRenderer(page);
  const [watch, stranger] = [await Watch.over(context, server.url), await Stranger.start()];
  try {
    await harbour.setUp();
    await harbour.addHost('web01');
    const terminal = await harbour.open('web01');
    await terminal.prompt();
    const never = {
      'a script': "javascript:__ran('link')//", 'a document': "data:text/html,<script>opener.__ran('data')</script>", 'a file': 'file:///etc/passwd',
      'a path': '/api/auth/logout', 'a mail': 'mailto:a@b', 'markup': `"><img src=x onerror=__ran('markup')>`, 'a blob': `blob:${server.url}/1`,
    };
    const lie = stranger.url.replace('//', '//bank.example@');
    const lines = [...Object.entries(never).map(([text, address]) => link(address, text)), link(`${lie}/hidden`, 'https://bank.example/'), `${stranger.url}/seen`];
    await terminal.run(`clear; cat ${sshd.file('links', `${lines.join('\r\n')}\r\nthe-end\r\n`)}`);
    await terminal.shows('the-end');
    for (const text of Object.keys(never)) await choose(terminal, text, info.project.name === 'phone');
    watch.isCalm();
    await expect(page.getByText(/The link leads to/)).toBeHidden();

    await choose(terminal, 'https://bank.example/', info.project.name === 'phone');
    await expect(page.getByText(`The link leads to ${new URL(stranger.url).host}: ${lie}/hidden`).first()).toBeVisible();
    await screenshot(page, info, 'link');
    expect(stranger.visits).toEqual([]);
    watch.isCalm();
    await page.getByRole('button', { name: 'Open', exact: true }).first().click();
    await until('the stranger was visited', () => stranger.openers.length === 1);
    expect(stranger.openers, 'a way back').toEqual(['none']);
    expect(stranger.visits).toEqual([{ path: '/hidden', referrer: undefined }]);
    for (const other of context.pages()) if (other !== page) await other.close();

    // What is read in the text itself is opened by the click.
    await page.bringToFront();
    await choose(terminal, `${stranger.url}/seen`, false);
    await until('it was visited again', () => stranger.visits.some(({ path }) => path === '/seen'));
    watch.take(/^(page|request): /);
    watch.isCalm();
  } finally {
    stranger.stop();
  }
});

test('what is pasted, or put in from the history, is no key', async ({ harbour, page, server, context, sshd }, info) => {
  test.skip(info.project.name === 'phone', 'the same paste');
  await useDomRenderer(page);
  chmodSync(folder, 0o777);
  const watch = await Watch.over(context, server.url);
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  const trace = (name: string) => join(folder, name);
  const ends = { escape: '\x1b[201~', interrupt: '\x03', c1: '\u009b201~', quit: '\x1c', end: '\x04', suspend: '\x1a', literal: '\x16\x03', accept: '\x0f' };
  for (const [name, end] of Object.entries(ends)) {
    await paste(page, `: x${end}\ntouch ${trace(name)}\n`);
    await terminal.shows(new RegExp(`touch .*${name}`));
    await terminal.interrupt();
    await terminal.run('clear');
    // The new prompt, alone on the screen, knows what is pasted.
    await expect.poll(() => terminal.text()).toMatch(/^\S+:\S+\$\s*$/);
  }

  // A host invents a command of the history.
  const invented = `echo harmless\\x03\\x0atouch ${trace('invented')}\\x0a<img src=x onerror=__ran(1)>`;
  const marks = `\x1b]7;file:///<img src=x onerror=__ran(2)>\x07\x1b]633;A\x07$ \x1b]633;B\x07\x1b]633;E;${invented}\x07\x1b]633;C\x07\x1b]633;D;0\x07`;
  await terminal.run(`cat ${sshd.file('marks', `${marks}\r\n`)}`);
  await page.getByRole('button', { name: 'Command history' }).first().click();
  const history = page.getByRole('complementary', { name: 'Command history' });
  await history.getByText('echo harmless').click();
  await terminal.shows('img src=x');
  await screenshot(page, info, 'history-invented');
  await terminal.interrupt();
  await terminal.run('echo calm-$((6*7))');
  await terminal.shows('calm-42');
  for (const name of [...Object.keys(ends), 'invented']) expect(existsSync(trace(name)), `${name} ran`).toBe(false);
  watch.isCalm();
});

/** Columns and rows, as they are drawn. */
const grid = (page: Page) => page.locator('.xterm-rows').evaluate((rows) => [rows.children.length, Math.round(rows.getBoundingClientRect().width)]);

/** A paste event, as the browser makes it. */
const paste = (page: Page, text: string) =>
  page.locator('.xterm-helper-textarea').evaluate((field, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);

/** Hovers and clicks in every way, or taps and holds. */
async function choose(terminal: Terminal, text: string, byFinger: boolean): Promise<void> {
  const page = terminal.page;
  const box = await terminal.region.locator('.xterm-rows > div').filter({ hasText: text }).first().boundingBox();
  if (!box) throw new Error(`${text} is not on the screen`);
  const [x, y] = [box.x + 30, box.y + box.height / 2];
  if (byFinger) {
    await page.touchscreen.tap(x, y);
    const touch = await page.context().newCDPSession(page);
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
    await page.evaluate(() => new Promise((done) => setTimeout(done, 600)));
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    return touch.detach();
  }
  await page.mouse.move(x, y);
  await page.mouse.move(x + 2, y);
  await page.mouse.click(x + 2, y);
  await page.keyboard.down('Control');
  await page.mouse.click(x + 3, y);
  await page.keyboard.up('Control');
}

/** What the page holds after its rubbish was taken out, in bytes. */
async function pageMemory(page: Page): Promise<number> {
  const debug = await page.context().newCDPSession(page);
  await debug.send('HeapProfiler.collectGarbage');
  const use = (await debug.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number };
  await debug.detach();
  return use.usedSize + (use.backingStorageSize ?? 0);
}

/** The longest time between two frames, in milliseconds, until the flood is over. */
const longestPause = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((done) => {
        let [last, longest] = [performance.now(), 0];
        const look = (now: number) => {
          [longest, last] = [Math.max(longest, now - last), now];
          if (document.querySelector('.xterm-rows')?.textContent?.includes('flood-42')) done(Math.round(longest));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
  );
