// The program comes in parts: the sign-in form needs one, the others come when they are needed, and one that cannot be had
// says so. Without a service worker, which would fetch every file by itself.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';

test.use({ serviceWorkers: 'block' });

/** KiB that may come before the sign-in form can be used (docs/decisions/0001). */
const LIMIT = 600;

/** The parts that the page asks for from now on, by name and without their hash. */
function parts(page: Page): Set<string> {
  const asked = new Set<string>();
  page.on('request', (request) => {
    const name = /\/([a-z0-9-]+?)-[0-9a-f]{16}(_bg)?\.wasm$/.exec(new URL(request.url()).pathname)?.[1];
    if (name) asked.add(name);
  });
  return asked;
}

test('the sign-in form comes with the first part alone, and the others come after it', async ({ harbour, page, server }) => {
  const asked = parts(page);
  await page.goto(server.url);
  await expect(page.getByLabel('Set-up code')).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect([...asked]).toEqual(['frontend']);
  const sent = await page.evaluate(() => {
    const files = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')] as PerformanceResourceTiming[];
    return files.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  });
  expect(sent / 1024).toBeLessThan(LIMIT);

  // Nobody opens the other pages; they are there for when somebody does.
  await harbour.setUp();
  await expect.poll(() => [...asked].sort()).toEqual(expect.arrayContaining(['commands', 'recordings', 'settings', 'workspace']));

  await page.getByRole('button', { name: /Account menu/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  asked.clear();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect([...asked]).toEqual(['frontend']);
});

test('every page opens by its address and from another one', async ({ harbour, page, server }) => {
  await harbour.setUp();
  const pages = { '/recordings': 'Recordings', '/credentials': 'Credentials', '/commands': 'Commands', '/monitor': 'Monitor', '/account': 'Account', '/links': 'Open links' };
  for (const [address, title] of Object.entries(pages)) {
    await page.goto(server.url + address);
    await expect(page.getByRole('heading', { name: title, level: 1 })).toBeVisible();
    await expect(page).toHaveTitle(`${title} · Berth`);
  }
  for (const title of ['Hosts', 'Recordings', 'Credentials', 'Commands', 'Monitor']) {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: title }).click();
    await expect(page).toHaveTitle(`${title} · Berth`);
  }
  for (const title of ['Account', 'Open links']) {
    await page.getByRole('button', { name: /Account menu/ }).click();
    await page.getByRole('menuitem', { name: title, exact: true }).click();
    await expect(page).toHaveTitle(`${title} · Berth`);
  }
  await page.goto(`${server.url}/recordings/nothing`);
  await expect(page.getByRole('heading', { name: 'This recording cannot be shown' })).toBeVisible();
  await page.goto(`${server.url}/join`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('a part that cannot be had says so, and comes when it can be had', async ({ harbour, page }, info) => {
  const recordings = '**/recordings-*.wasm';
  await page.route(recordings, (route) => route.abort());
  await harbour.setUp();
  const menu = page.getByRole('navigation', { name: 'Main' });
  await menu.getByRole('link', { name: 'Recordings' }).click();
  const missing = page.getByRole('heading', { name: 'This page could not be loaded' });
  await expect(missing).toBeVisible();
  await screenshot(page, info, 'part-missing');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

  // The rest of the page goes on.
  await menu.getByRole('link', { name: 'Credentials' }).click();
  await expect(page.getByRole('heading', { name: 'Credentials', level: 1 })).toBeVisible();
  await menu.getByRole('link', { name: 'Recordings' }).click();
  await expect(missing).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(missing).toBeVisible();

  await page.unroute(recordings);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Recordings', level: 1 })).toBeVisible();
});

test('a page of an old build whose parts are gone comes back with the new one', async ({ harbour, page, server }) => {
  // What a server that was updated answers.
  await page.route('**/recordings-*.wasm', (route) => route.fulfill({ status: 404, body: '{}' }));
  await harbour.setUp();
  await page.goto(`${server.url}/recordings`);
  await expect(page.getByRole('heading', { name: 'This page could not be loaded' })).toBeVisible();
  await page.unroute('**/recordings-*.wasm');
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await expect(page.getByRole('heading', { name: 'Recordings', level: 1 })).toBeVisible();
});

test('a network that comes back brings what is missing by itself', async ({ harbour, page, context }) => {
  let refused = 0;
  await page.route('**/settings-*.wasm', (route) => {
    refused += 1;
    return route.abort();
  });
  await harbour.setUp();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Credentials' }).click();
  await expect(page.getByRole('heading', { name: 'This page could not be loaded' })).toBeVisible();
  await context.setOffline(true);
  const before = refused;
  await context.setOffline(false);
  // A browser says that its network is back before anything can be reached.
  await expect.poll(() => refused).toBeGreaterThanOrEqual(before + 4);
  await page.unroute('**/settings-*.wasm');
  await expect(page.getByRole('heading', { name: 'Credentials', level: 1 })).toBeVisible();
});
