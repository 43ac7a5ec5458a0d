// Ten thousand hosts in four hundred folders: how long a person waits, beside the server's own times. Asserted is only what
// no machine can change: how many elements there are, that they are the same ones, how many requests were made.
import type { Page, Response } from '@playwright/test';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';

const HOSTS = 10_000;
const FOLDERS = 400;

type Took = { ms: number; requests: { server: number }[] };

type Site = { path: string; hosts: { name: string; address: string; vendor: string }[] };

/** Twenty sites with nineteen racks in each; two sites have one vendor: a thousand hosts. */
function inventory(): Site[] {
  const folder = (number: number): Site => {
    const [site, rack] = [number % 20, Math.floor(number / 20)];
    const host = (_: unknown, at: number) => ({ name: `sw-${site}-${rack}-${at}`, address: `10.${site}.${rack}.${at}`, vendor: `V${site % 10}` });
    return { path: `Site ${site}${rack ? ` / Rack ${rack}` : ''}`, hosts: Array.from({ length: HOSTS / FOLDERS }, host) };
  };
  return Array.from({ length: FOLDERS }, (_, number) => folder(number));
}

/** Puts it on the server: in one file, or host by host where no file is taken. */
async function fill(page: Page, url: string): Promise<void> {
  const rest = page.context().request;
  const session = (host: Site['hosts'][number]) =>
    `  - {display_name: ${host.name}, host: ${host.address}, port: "22", DeviceType: switch, Vendor: ${host.vendor}}`;
  const file = inventory().map((site) => [`- folder_name: "${site.path}"`, '  sessions:', ...site.hosts.map(session)].join('\n'));
  const headers = { 'content-type': 'application/yaml' };
  const answer = await rest.post(`${url}/api/sessions/import?mode=merge`, { headers, data: `${file.join('\n')}\n`, timeout: 200_000 });
  if (answer.ok()) return;
  expect(answer.status(), await answer.text()).toBe(404);
  const all = inventory().flatMap(({ path, hosts }) => hosts.map(({ vendor, ...host }) => ({ ...host, folder: path, device: { vendor } })));
  for (const site of inventory()) await add(all.splice(all.findIndex((host) => host.folder === site.path), 1)[0]);
  const workers = Array.from({ length: 12 }, async () => {
    for (let host = all.pop(); host; host = all.pop()) await add(host);
  });
  await Promise.all(workers);

  async function add(data: object | undefined): Promise<void> {
    const added = await rest.post(`${url}/api/hosts`, { data });
    expect(added.ok(), await added.text()).toBeTruthy();
  }
}

const inOrder = (times: number[]) => [...times].sort((one, other) => one - other);

/** Requests of the inventory, with how long each took. */
function watch(page: Page): { name: string; server: number }[] {
  const seen: { name: string; server: number }[] = [];
  page.on('response', (response: Response) => {
    const name = /\/api\/(fn\/inventory\/[a-z_]+|hosts\/bulk|undos)/.exec(response.url())?.[1];
    if (!name) return;
    const measure = () => {
      const timing = response.request().timing();
      seen.push({ name, server: timing.responseEnd - timing.requestStart });
    };
    // What is still on its way when the test ends is nobody's.
    void response.finished().then(measure, () => undefined);
  });
  return seen;
}

/** From an act in the page until a selector shows a text (another one than before, when none is said), and that is painted. */
function painted(page: Page, act: string, selector: string, text: string): Promise<number> {
  return page.evaluate(
    ([act, selector, text]) =>
      new Promise<number>((done) => {
        const since = performance.now();
        const before = document.querySelector(selector)?.textContent;
        const holds = () => (text ? shows() : document.querySelector(selector)?.textContent !== before);
        const shows = () => [...document.querySelectorAll(selector)].some((found) => (found.textContent ?? '').includes(text));
        const look = () => {
          if (!holds()) return requestAnimationFrame(look);
          requestAnimationFrame(() => setTimeout(() => done(performance.now() - since)));
        };
        const input = document.querySelector<HTMLInputElement>('[aria-label="Search hosts"]');
        if (act.startsWith('type ') && input) {
          input.value = act.slice(5);
          input.dispatchEvent(new Event('input', { bubbles: true }));
        } else if (act === 'end') {
          scrollTo(0, document.documentElement.scrollHeight);
        } else {
          document.querySelector<HTMLElement>(act)?.click();
        }
        requestAnimationFrame(look);
      }),
    [act, selector, text] as const,
  );
}

// A trace films the page and copies its elements at each step: it would be measured too.
test.use({ trace: 'off' });

test('ten thousand hosts in four hundred folders', async ({ harbour, page, server }, info) => {
  test.setTimeout(120_000);
  const say = (what: string, ms: number, times: { server: number }[] = []) => {
    const own = times.map((one) => `${one.server.toFixed(0)} ms`).join(', ');
    console.log(`${info.project.name}: ${what}: ${ms.toFixed(0)} ms${own ? ` (requests ${own})` : ''}`);
  };
  const sayAll = (what: string, all: Took[]) => {
    const [sorted, served] = [all.map((one) => one.ms), all.flatMap((one) => one.requests.map((request) => request.server))].map(inOrder);
    const told = (times: number[]) => `${times[times.length >> 1]?.toFixed(0)} ms, at most ${times.at(-1)?.toFixed(0)} ms`;
    console.log(`${info.project.name}: ${what}: the middle one of ${all.length} took ${told(sorted)} (requests ${told(served)})`);
  };
  await harbour.setUp();
  const began = Date.now();
  await fill(page, server.url);
  say(`${HOSTS} hosts put there`, Date.now() - began);

  const asked = watch(page);
  const rows = page.locator('.host-line:not([hidden])');
  const since = Date.now();
  await page.goto(server.url);
  await expect(page.getByRole('button', { name: 'Open terminal on sw-0-0-0', exact: true })).toBeVisible();
  await expect(page.getByText('10,000 hosts', { exact: true })).toBeVisible();
  say('the page with the first rows, loaded anew', Date.now() - since, asked);
  await screenshot(page, info, 'inventory-many');
  expect(await rows.count(), 'only what is seen is drawn').toBeLessThan(80);

  // The elements are the same from the top to the bottom.
  await page.evaluate(() => document.querySelectorAll('.host-line').forEach((row) => row.setAttribute('data-first', '')));
  asked.length = 0;
  say('to the end of the list', await painted(page, 'end', '.row-open', 'sw-19-19-24'), asked);
  expect(await page.locator('.host-line:not([data-first])').count()).toBeLessThan(30);
  expect(asked.length, 'what was passed is not asked for').toBeLessThan(6);
  await page.evaluate(() => scrollTo(0, 0));

  await expect(page.getByRole('button', { name: 'Open terminal on sw-0-0-0', exact: true })).toBeInViewport();

  // Letter by letter.
  const keystrokes: Took[] = [];
  for (const text of ['sw-7', 'sw-7-1', 'sw-7-11', 'sw-7-11-3', 'sw-8', 'sw-8-1', 'sw-8-11', 'sw-8-11-3', 'sw', 'sw-7', 'sw-7-1', 'sw-7-11', 'sw-7-11-3']) {
    asked.length = 0;
    keystrokes.push({ ms: await painted(page, `type ${text}`, '.tally', ''), requests: [...asked] });
  }
  sayAll('a search keystroke', keystrokes);
  await expect(page.getByText('1 of 10,000 hosts', { exact: true })).toBeVisible();
  await page.getByLabel('Search hosts').fill('');
  await expect(page.getByText('10,000 hosts', { exact: true })).toBeVisible();

  // A page of the tree.
  if (info.project.name === 'desktop') {
    const tree = page.getByRole('tree', { name: 'Folders' });
    await expect(tree.getByRole('treeitem').first()).toBeVisible();
    expect(await tree.getByRole('treeitem').count()).toBeLessThan(80);
    asked.length = 0;
    say('another folder', await painted(page, '[role=treeitem][aria-label^="Site 3,"]', '.section-head h2', 'Site 3'), asked);
    await expect(page.getByText('500 hosts', { exact: true })).toBeVisible();
    await page.goBack();
  }

  // A thousand hosts move, and back.
  await page.goto(`${server.url}/?vendor=V3`);
  await expect(page.getByText('1,000 of 10,000 hosts', { exact: true })).toBeVisible();
  const moves: Took[] = [];
  for (const site of ['Site 5', 'Site 6', 'Site 7']) {
    await page.getByRole('button', { name: 'More about hosts' }).click();
    await page.getByRole('menuitem', { name: 'Select hosts' }).click();
    const bar = page.getByRole('toolbar', { name: 'Chosen hosts' });
    await bar.getByRole('button', { name: 'All 1,000' }).click();
    await expect(bar.getByText('1,000 hosts chosen')).toBeVisible();
    await bar.getByRole('button', { name: 'Move' }).click();
    await page.getByRole('dialog').getByLabel('Search folders').fill(site);
    await page.getByRole('dialog').getByRole('button', { name: new RegExp(`^${site}`) }).first().evaluate((button) => button.setAttribute('data-target', ''));
    asked.length = 0;
    moves.push({ ms: await painted(page, '[data-target]', '.toast p', `1,000 hosts moved to ${site}`), requests: [...asked] });
    await expect(bar).toBeHidden();
  }
  sayAll('a bulk move of 1,000', moves);
  await page.getByRole('button', { name: 'Undo' }).last().evaluate((button) => button.setAttribute('data-undo', ''));
  asked.length = 0;
  say('the same back', await painted(page, '[data-undo]', '.toast p', '1,000 entries put back'), asked);
});
