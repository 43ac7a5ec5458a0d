// Open links: what is open shows by itself, and can be closed.
import AxeBuilder from '@axe-core/playwright';
import { screenshot } from '../fixtures/screenshot';
import { user } from '../fixtures/sshd';
import { expect, test } from '../fixtures/test';

test('a link shows while it stands, says what runs over it, and is closed', async ({ harbour, page, server, sshd }, info) => {
  await harbour.setUp();
  await page.getByRole('button', { name: /Account menu/ }).click();
  await page.getByRole('menuitem', { name: 'Open links' }).click();
  await expect(page.getByRole('heading', { name: 'No link is open' })).toBeVisible();
  await screenshot(page, info, 'links-none');

  // Elsewhere, over REST: the page hears of it.
  const rest = page.context().request;
  const secret = { name: 'lab', username: user.name, password: user.password };
  const credential_id = (await (await rest.post(`${server.url}/api/credentials`, { data: secret })).json()).id;
  const places: Record<string, string> = {};
  for (const [name, jump] of [['gate', undefined], ['web01', 'gate']] as const) {
    const draft = { name, address: '127.0.0.1', port: sshd.port, credential_id, jump_host_id: jump && places[jump] };
    const id = (places[name] = (await (await rest.post(`${server.url}/api/hosts`, { data: draft })).json()).id as string);
    const scan = await (await rest.post(`${server.url}/api/hosts/${id}/host-key/scan`, { data: {} })).json();
    await rest.post(`${server.url}/api/hosts/${id}/host-key/trust`, { data: { fingerprint: scan.fingerprint } });
  }
  await rest.post(`${server.url}/api/terminal/web01/terminal-sessions`, { data: {} });
  const ssh = { hostname: '127.0.0.1', port: sshd.port, username: user.name, password: user.password };
  await rest.post(`${server.url}/ssh/connect?session_id=nightly`, { data: ssh });

  const list = page.getByRole('list', { name: 'Open links' });
  const web01 = list.getByRole('listitem').filter({ hasText: 'web01' }).filter({ hasText: '1 terminal' });
  await expect(web01).toContainText('via gate');
  await expect(web01).toContainText(/↓ .*(KiB|B)/);
  await expect(list.getByRole('listitem').filter({ hasText: 'script' })).toContainText('unused');
  await expect(list.getByRole('listitem').filter({ hasText: 'gate' }).filter({ hasText: /\d links?/ })).toHaveCount(1);
  await screenshot(page, info, 'links');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await expect(page.locator('main')).toHaveJSProperty('scrollLeft', 0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

  await web01.getByRole('button', { name: 'Close the link to web01' }).click();
  const question = page.getByRole('dialog', { name: 'Close the link to web01?' });
  await expect(question).toContainText('The terminal on it ends');
  await screenshot(page, info, 'links-close');
  await question.getByRole('button', { name: 'Close link' }).click();
  await expect(question).toBeHidden();
  await expect(web01).toBeHidden();
});
