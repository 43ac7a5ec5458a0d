import type { Page } from '@playwright/test';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';
import { until } from '../fixtures/until';

/** How soon a change made elsewhere shows. */
const SOON = { timeout: 1_000 };

const rows = (page: Page) => page.locator('.session-row:not([data-leaving])');
const host = (page: Page, name: string) => page.getByRole('button', { name: `Open terminal on ${name}` });

/** Requests for the lists, counted from now on. */
function listRequests(page: Page): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (/\/api\/fn\/(terminal\/list|inventory\/(list|folders))/.test(request.url())) count += 1;
  });
  return () => count;
}

test('what is changed elsewhere shows within a second', async ({ harbour, page, browser, server }, info) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  const terminal = await harbour.open('web01');
  await terminal.prompt();
  await page.goto(server.url);
  await expect(rows(page)).toHaveCount(1);

  // The same account elsewhere: another browser, and REST with its cookie.
  const elsewhere = await browser.newContext({ ...info.project.use, storageState: await page.context().storageState() });
  const other = await elsewhere.newPage();
  await other.goto(server.url);
  await expect(rows(other)).toHaveCount(1);
  const rest = page.context().request;

  // Sessions: looked at, left, closed. The moment of the first two is the socket's, not that of a page that loads.
  const { sessions } = await (await rest.get(`${server.url}/api/terminal/sessions`)).json();
  await expect(rows(page).getByText('detached')).toBeVisible();
  const viewer = await other.evaluateHandle((id) => {
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/terminal/${id}`);
    socket.onopen = () => socket.send('{"type":"attach"}');
    return new Promise<WebSocket>((attached) => {
      socket.onmessage = () => attached(socket);
    });
  }, sessions[0].session_id);
  await expect(rows(page).getByText(/1 viewer/)).toBeVisible(SOON);
  await viewer.evaluate((socket) => socket.close());
  await expect(rows(page).getByText('detached')).toBeVisible(SOON);
  await screenshot(page, info, 'sessions');
  await other.getByRole('link', { name: 'Attach to the session on web01' }).click();
  await expect(rows(page).getByText(/1 viewer/)).toBeVisible();
  await other.goto(server.url);
  await expect(rows(page).getByText('detached')).toBeVisible();
  const closed = rest.delete(`${server.url}/api/terminal/sessions/${sessions[0].session_id}`);
  await closed;
  for (const one of [page, other]) {
    await expect(rows(one)).toHaveCount(0, SOON);
    await expect(one.getByText('No session is open')).toBeVisible();
  }

  // Hosts: added, renamed, deleted.
  const added = await rest.post(`${server.url}/api/hosts`, { data: { name: 'db01', address: '127.0.0.1' } });
  const { id } = await added.json();
  for (const one of [page, other]) await expect(host(one, 'db01')).toBeVisible(SOON);
  await rest.patch(`${server.url}/api/hosts/${id}`, { data: { name: 'db02' } });
  for (const one of [page, other]) await expect(host(one, 'db02')).toBeVisible(SOON);
  await rest.delete(`${server.url}/api/hosts/${id}`);
  for (const one of [page, other]) await expect(host(one, 'db02')).toBeHidden(SOON);

  // Nothing is asked for while nothing changes. What the last change led to may still be on its way.
  let last = Date.now();
  page.on('request', () => (last = Date.now()));
  await until('nothing was asked for a while', () => Date.now() - last > 2_000);
  const asked = listRequests(page);
  await page.waitForTimeout(6_000);
  expect(asked()).toBe(0);
  await elsewhere.close();
});

test('a line that was lost says so once, and what happened meanwhile shows when it is back', async ({ harbour, page, context, server }, info) => {
  await harbour.setUp();
  await harbour.addHost('web01');
  await expect(host(page, 'web01'), 'the list is there before the line goes').toBeVisible();
  const rest = context.request;
  await context.setOffline(true);
  await expect(page.locator('.edge-bar')).toHaveCount(1);
  await expect(page.locator('.notice'), 'one bar says it all').toHaveCount(0);
  await screenshot(page, info, 'offline');
  const elsewhere = await rest.post(`${server.url}/api/hosts`, { data: { name: 'db01', address: '127.0.0.1' } });
  expect(elsewhere.status()).toBe(201);
  await context.setOffline(false);
  await expect(page.locator('.edge-bar')).toHaveCount(0);
  await expect(host(page, 'db01')).toBeVisible();
});
