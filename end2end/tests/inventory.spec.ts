// Folders, from the hosts that lie in them; what is typed in a dialog stays, whatever changes elsewhere meanwhile.
import { type APIRequestContext, type Page } from '@playwright/test';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';

const host = (page: Page, name: string) => page.getByRole('button', { name: `Open terminal on ${name}` });

async function inMenu(page: Page, menu: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

test('a folder is made by a host, renamed, says what is recorded, and goes without its hosts', async ({ harbour, page }, info) => {
  await harbour.setUp();
  await harbour.addHost('web01', 'Harbour');
  await expect(page.getByRole('heading', { name: /^Harbour/ })).toBeVisible();

  await inMenu(page, 'Actions for the folder Harbour', 'Edit folder');
  const edit = page.getByRole('dialog', { name: 'Edit folder' });
  await edit.getByLabel('Name', { exact: true }).fill('');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await edit.getByLabel('Name', { exact: true }).fill('Quay');
  await edit.getByText('Session limits and recording').click();
  await edit.getByLabel('Recording').selectOption('required');
  await screenshot(page, info, 'folder');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(edit).toBeHidden();
  await expect(page.getByRole('heading', { name: /^Quay/ })).toBeVisible();

  // A host inside is told what it inherits.
  await inMenu(page, 'Actions for web01', 'Edit');
  const editor = page.getByRole('dialog', { name: 'Edit host' });
  await editor.getByText('Session limits, tmux, agent and recording').click();
  await expect(editor.getByLabel('Recording').locator('option:checked')).toHaveText('As the folder Quay: required');
  await editor.getByRole('button', { name: 'Cancel' }).click();

  await inMenu(page, 'Actions for the folder Quay', 'Delete folder');
  const question = page.getByRole('dialog', { name: 'Delete the folder Quay?' });
  await expect(question).toContainText('The host in it stays');
  await question.getByRole('button', { name: 'Delete the folder alone' }).click();
  await expect(page.getByRole('heading', { name: /^Quay/ })).toBeHidden();
  await expect(host(page, 'web01')).toBeVisible();
});

/** Adds a host by REST; its id. */
async function add(rest: APIRequestContext, url: string, name: string): Promise<string> {
  return (await (await rest.post(`${url}/api/hosts`, { data: { name, address: '127.0.0.1' } })).json()).id;
}

test('what is typed about a host or a folder stays while the list changes elsewhere', async ({ harbour, page, server }) => {
  await harbour.setUp();
  const rest = page.context().request;
  const aardvark = await add(rest, server.url, 'aardvark');
  await add(rest, server.url, 'gate');
  await harbour.addHost('web01', 'Harbour');

  await page.getByRole('button', { name: 'Add host' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add host' });
  await dialog.getByLabel('Name', { exact: true }).fill('half-typed');
  await dialog.getByLabel('Jump host').fill('gat');
  await dialog.getByRole('option', { name: /^gate/ }).click();
  await rest.delete(`${server.url}/api/hosts/${aardvark}`);
  await add(rest, server.url, 'zebra');
  await expect(page.getByText('zebra', { exact: true })).toHaveCount(1);
  await expect(dialog.getByLabel('Jump host')).toHaveValue('gate');
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('half-typed');
  // A credential that was made elsewhere can be chosen at once.
  const credential = { name: 'made elsewhere', username: 'x', password: 'y' };
  await rest.post(`${server.url}/api/credentials`, { data: credential });
  await dialog.getByLabel('Credential', { exact: true }).selectOption({ label: credential.name });
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await inMenu(page, 'Actions for the folder Harbour', 'Edit folder');
  const edit = page.getByRole('dialog', { name: 'Edit folder' });
  await edit.getByLabel('Name', { exact: true }).fill('Half');
  await edit.getByText('Session limits and recording').click();
  await edit.getByLabel('Recording').selectOption('on');
  await add(rest, server.url, 'yak');
  await expect(page.getByText('yak', { exact: true })).toHaveCount(1);
  await expect(edit.getByLabel('Name', { exact: true })).toHaveValue('Half');
  await expect(edit.getByLabel('Recording')).toHaveValue('on');
});

test('what is typed or asked about credentials and tokens stays while the list changes elsewhere', async ({ harbour, page, server }) => {
  await harbour.setUp();
  const rest = page.context().request;
  const make = async (path: string, data: object) => (await rest.post(`${server.url}${path}`, { data })).json();
  await page.getByRole('link', { name: 'Credentials' }).click();

  await page.getByRole('button', { name: 'Add credential' }).click();
  const adding = page.getByRole('dialog', { name: 'Add credential' });
  await adding.getByLabel('Name', { exact: true }).fill('half-typed');
  const list = page.getByRole('list', { name: 'Credentials', includeHidden: true });
  await make('/api/credentials', { name: 'first', username: 'x', password: 'y' });
  await expect(list.getByText('first')).toHaveCount(1);
  await expect(adding.getByLabel('Name', { exact: true })).toHaveValue('half-typed');
  await adding.getByRole('button', { name: 'Cancel' }).click();
  await inMenu(page, 'Actions for first', 'Delete');
  const question = page.getByRole('dialog', { name: 'Delete first?' });
  await expect(question).toBeVisible();
  await make('/api/credentials', { name: 'second', username: 'x', password: 'y' });
  await expect(list.getByText('second')).toHaveCount(1);
  await question.getByRole('button', { name: 'Delete' }).click();
  await expect(list.getByText('first')).toHaveCount(0);

  await page.goto(`${server.url}/account`);
  await page.getByRole('button', { name: 'Create token' }).click();
  const creating = page.getByRole('dialog', { name: 'Create token' });
  await creating.getByLabel('Name', { exact: true }).fill('half-typed');
  const tokens = page.getByRole('list', { name: 'API tokens', includeHidden: true });
  await make('/api/tokens', { name: 'nightly' });
  await expect(tokens.getByText('nightly')).toHaveCount(1);
  await expect(creating.getByLabel('Name', { exact: true })).toHaveValue('half-typed');
  await creating.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Revoke nightly' }).click();
  const revoking = page.getByRole('dialog', { name: 'Revoke nightly?' });
  await expect(revoking).toBeVisible();
  await make('/api/tokens', { name: 'hourly' });
  await expect(tokens.getByText('hourly')).toHaveCount(1);
  await revoking.getByRole('button', { name: 'Revoke' }).click();
  await expect(tokens.getByText('nightly')).toHaveCount(0);
});
