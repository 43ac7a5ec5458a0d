// Hosts that belong to somebody else: shared, signed in on with what one has oneself or with their owner's credential, and taken
// away again.
import AxeBuilder from '@axe-core/playwright';
import { Harbour } from '../fixtures/harbour';
import { screenshot } from '../fixtures/screenshot';
import { user } from '../fixtures/sshd';
import { useDomRenderer } from '../fixtures/terminal';
import { expect, test } from '../fixtures/test';

test('an admin shares hosts with a group, and a member works on them until that ends', async ({ harbour, page, browser, server, sshd }, info) => {
  await harbour.setUp();
  const member = { name: 'bo', password: 'another long password' };
  server.addAccount(member.name, member.password);
  await harbour.addHost('web01', 'Site');
  await harbour.addHost('web02', 'Site');

  const theirs = new Harbour(await (await browser.newContext({ ...info.project.use })).newPage(), server, sshd);
  await useDomRenderer(theirs.page);
  await theirs.page.goto(server.url);
  await theirs.signIn(member);
  await expect(theirs.page.getByRole('button', { name: 'Open terminal on web01' })).toHaveCount(0);

  // A group first, then both hosts at once.
  await page.getByRole('button', { name: 'More about hosts' }).click();
  await page.getByRole('menuitem', { name: 'Select hosts' }).click();
  for (const name of ['web01', 'web02']) await page.getByRole('checkbox', { name: `Choose ${name}` }).check();
  await page.getByRole('toolbar', { name: 'Chosen hosts' }).getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share 2 hosts' });
  await dialog.getByRole('button', { name: 'Groups' }).click();
  const groups = page.getByRole('dialog', { name: 'Groups' });
  await groups.getByRole('button', { name: 'New group' }).click();
  await groups.getByLabel('Name', { exact: true }).fill('Night shift');
  await groups.getByRole('checkbox', { name: /^bo/ }).check();
  await screenshot(page, info, 'group');
  await groups.getByRole('button', { name: 'Save' }).click();
  await expect(groups.getByText('Night shift')).toBeVisible();
  await groups.getByRole('button', { name: 'Done' }).click();
  await dialog.getByRole('button', { name: 'Share' }).click();
  await expect(dialog.getByText('Choose with whom.')).toBeVisible();
  await dialog.getByRole('checkbox', { name: /^Night shift/ }).check();
  await screenshot(page, info, 'share');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByText('Shared with Night shift')).toBeVisible();

  // They come by themselves, can be opened and not be changed.
  await expect(theirs.page.getByRole('button', { name: 'Open terminal on web02' })).toBeVisible();
  await screenshot(theirs.page, info, 'shared');
  await theirs.page.getByRole('button', { name: 'Actions for web01' }).click();
  await expect(theirs.page.getByRole('menuitem', { name: 'Edit' })).toHaveCount(0);
  await expect(theirs.page.getByRole('menuitem', { name: 'Delete' })).toHaveCount(0);
  await theirs.page.getByRole('menuitem', { name: 'Sign in as' }).click();
  const login = theirs.page.getByRole('dialog', { name: 'Sign in on web01' });
  await screenshot(theirs.page, info, 'own-login');
  await login.getByRole('button', { name: 'Cancel' }).click();
  const terminal = await theirs.open('web01');
  await terminal.run('echo here-$((1+1))');
  await terminal.shows('here-2');

  // What is taken away ends, on the page too.
  await page.getByRole('button', { name: 'Actions for web01' }).click();
  await page.getByRole('menuitem', { name: 'Share' }).click();
  const one = page.getByRole('dialog', { name: 'Share web01' });
  await one.getByRole('button', { name: 'Stop sharing with Night shift' }).click();
  await expect(one.getByText('Shared already')).toBeHidden();
  await one.getByRole('button', { name: 'Cancel' }).click();
  await expect(theirs.page.getByText(/An administrator closed this session/).first()).toBeVisible();
  await theirs.backToDashboard();
  await expect(theirs.page.getByRole('button', { name: 'Open terminal on web02' })).toBeVisible();
  await expect(theirs.page.getByRole('button', { name: 'Open terminal on web01' })).toHaveCount(0);
});

test('an owner shares a host with its credential, and a member opens it and is asked nothing', async ({ harbour, page, browser, server, sshd }, info) => {
  await harbour.setUp();
  const member = { name: 'bo', password: 'another long password' };
  server.addAccount(member.name, member.password);
  const theirs = new Harbour(await (await browser.newContext({ ...info.project.use })).newPage(), server, sshd);
  await useDomRenderer(theirs.page);
  await theirs.page.goto(server.url);
  await theirs.signIn(member);

  const post = async (path: string, data: object) => (await page.request.post(`${server.url}${path}`, { data })).json();
  const credential = await post('/api/credentials', { name: 'site', username: user.name, password: user.password });
  const host = await post('/api/hosts', { name: 'web01', address: '127.0.0.1', port: sshd.port, credential_id: credential.id });
  const scan = await post(`/api/hosts/${host.id}/host-key/scan`, {});
  await post(`/api/hosts/${host.id}/host-key/trust`, { fingerprint: scan.fingerprint });

  await page.getByRole('button', { name: 'Actions for web01' }).click();
  await page.getByRole('menuitem', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share web01' });
  await dialog.getByRole('checkbox', { name: /^bo/ }).check();
  const lend = dialog.getByRole('checkbox', { name: 'Let them use the credential of these hosts, without seeing it' });
  await lend.focus();
  await page.keyboard.press('Space');
  await expect(lend).toBeChecked();
  await screenshot(page, info, 'share-credential');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByText('Shared with bo')).toBeVisible();

  await expect(theirs.page.getByText('Credential shared by ada').first()).toBeVisible();
  await screenshot(theirs.page, info, 'credential-shared');
  expect((await new AxeBuilder({ page: theirs.page }).analyze()).violations).toEqual([]);
  await theirs.page.getByRole('button', { name: 'Actions for web01' }).click();
  await theirs.page.getByRole('menuitem', { name: 'Sign in as' }).click();
  const login = theirs.page.getByRole('dialog', { name: 'Sign in on web01' });
  await expect(login.getByLabel('Credential')).toContainText('The one that ada shares');
  await screenshot(theirs.page, info, 'own-login-credential');
  await login.getByRole('button', { name: 'Cancel' }).click();
  const terminal = await theirs.open('web01', {});
  await terminal.run('echo here-$((1+1))');
  await terminal.shows('here-2');
});
