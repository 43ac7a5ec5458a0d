// An inventory with folders: the tree, dragging, what hosts inherit, changes of many hosts at once and the way back, filters in the address.
import AxeBuilder from '@axe-core/playwright';
import { type APIRequestContext, type Locator, type Page } from '@playwright/test';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';

const host = (page: Page, name: string) => page.getByRole('button', { name: `Open terminal on ${name}`, exact: true });
const branch = (page: Page, name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name}, `) });
const isPhone = (page: Page) => (page.viewportSize()?.width ?? 0) < 720;

async function accessible(page: Page): Promise<void> {
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
}

async function post(rest: APIRequestContext, url: string, path: string, data: object): Promise<{ id: string }> {
  const answer = await rest.post(`${url}${path}`, { data });
  expect(answer.ok(), await answer.text()).toBeTruthy();
  return answer.json();
}

/** Hosts in three folders, one inside another, and one in none. */
async function fill(page: Page, url: string): Promise<void> {
  const rest = page.context().request;
  const site = await post(rest, url, '/api/folders', { name: 'Site', username: 'admin', recording: 'on' });
  const rack = await post(rest, url, '/api/folders', { name: 'Rack', parent_id: site.id });
  const lab = await post(rest, url, '/api/folders', { name: 'Lab' });
  const hosts: [string, string | null, string][] = [
    ['core1', rack.id, 'Juniper'],
    ['core2', rack.id, 'Juniper'],
    ['core10', rack.id, 'Cisco'],
    ['edge1', site.id, 'Cisco'],
    ['bench', lab.id, ''],
    ['loose', null, ''],
  ];
  for (const [name, folder_id, vendor] of hosts) {
    await post(rest, url, '/api/hosts', { name, address: '192.0.2.7', folder_id, tags: vendor ? ['prod'] : [], device: { vendor } });
  }
}

/** The tree: beside the list, or in its sheet. */
async function tree(page: Page): Promise<void> {
  if (isPhone(page)) await page.getByRole('button', { name: /^Shown: / }).click();
  await expect(page.getByRole('tree', { name: 'Folders' })).toBeVisible();
}

async function choose(page: Page, name: string): Promise<void> {
  await tree(page);
  await branch(page, name).click();
}

async function dragOnto(page: Page, from: Locator, to: Locator): Promise<void> {
  const [start, end] = [await from.boundingBox(), await to.boundingBox()];
  if (!start || !end) throw new Error('both are seen');
  await page.mouse.move(start.x + 20, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(start.x + 40, start.y + start.height / 2 + 10, { steps: 3 });
  await page.mouse.move(end.x + 40, end.y + end.height / 2, { steps: 5 });
  await expect(to).toHaveCSS('cursor', 'grabbing');
  await page.mouse.up();
  await expect(to).not.toHaveCSS('cursor', 'grabbing');
}

test('folders stand in a tree, show what is in them, and take what is moved', async ({ harbour, page, server }, info) => {
  await harbour.setUp();
  await fill(page, server.url);
  await expect(host(page, 'loose')).toBeVisible();
  await expect(page.getByText('6 hosts', { exact: true })).toBeVisible();
  await tree(page);
  await expect(branch(page, 'Site')).toHaveAccessibleName('Site, 4');
  await expect(branch(page, 'Rack')).toHaveAttribute('aria-level', '2');
  await screenshot(page, info, 'inventory-tree');
  await accessible(page);
  await branch(page, 'Rack').click();
  await expect(page).toHaveURL(/\/\?in=/);
  await expect(host(page, 'edge1')).toBeHidden();
  // In the order in which people count.
  const names = page.getByRole('grid', { name: 'Hosts' }).getByRole('button', { name: /^Open terminal on/ });
  await expect(names).toHaveText(['core1', 'core2', 'core10']);
  await page.reload();
  await expect(names).toHaveText(['core1', 'core2', 'core10']);
  await page.goBack();
  await expect(host(page, 'loose')).toBeVisible();

  // A host into a folder, and a folder into another one.
  if (isPhone(page)) {
    await page.getByRole('button', { name: 'Actions for loose' }).click();
    await page.getByRole('menuitem', { name: 'Move to a folder' }).click();
    await page.getByRole('dialog', { name: 'Move 1 host' }).getByRole('button', { name: /^Lab/ }).click();
  } else {
    await dragOnto(page, host(page, 'loose'), branch(page, 'Lab'));
  }
  await expect(page.getByText('1 host moved to Lab')).toBeVisible();
  await choose(page, 'Lab');
  await expect(names).toHaveText(['bench', 'loose']);
  if (!isPhone(page)) {
    await dragOnto(page, branch(page, 'Lab'), branch(page, 'Site'));
    await expect(branch(page, 'Lab')).toHaveAttribute('aria-level', '2');
    await expect(branch(page, 'Site')).toHaveAccessibleName('Site, 6');

    // The keyboard walks, closes, opens and shows.
    await page.getByRole('tree').focus();
    for (const key of ['Home', 'ArrowLeft']) await page.keyboard.press(key);
    await expect(branch(page, 'Rack')).toBeHidden();
    await expect(branch(page, 'Site')).toHaveAttribute('aria-expanded', 'false');
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await expect(branch(page, 'Rack')).toHaveAttribute('aria-selected', 'true');
    await expect(names).toHaveText(['core1', 'core2', 'core10']);
  }
});

test('what folders say is shown on the hosts inside, and where it comes from', async ({ harbour, page, server }, info) => {
  await harbour.setUp();
  await fill(page, server.url);
  await expect(page.getByRole('grid', { name: 'Hosts' }).getByText('admin@192.0.2.7')).toHaveCount(4);
  await page.getByRole('button', { name: 'Actions for core1', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
  const editor = page.getByRole('dialog', { name: 'Edit host' });
  await expect(editor.getByText('As the folder Site: admin')).toBeVisible();
  await editor.getByText('Session limits, tmux, agent and recording').click();
  await expect(editor.getByLabel('Recording').locator('option:checked')).toHaveText('As the folder Site: on');
  await screenshot(page, info, 'inventory-inherited');
  await accessible(page);
  // Another folder says something else.
  await editor.getByLabel('Folder').fill('Lab');
  await expect(editor.getByText('As the folder Site: admin')).toBeHidden();
  await editor.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: 'Actions for the folder Rack' }).click();
  await page.getByRole('menuitem', { name: 'Edit folder' }).click();
  const folder = page.getByRole('dialog', { name: 'Edit folder' });
  await expect(folder.getByText('As the folder Site: admin')).toBeVisible();
  await folder.getByLabel('Username').fill('operator');
  await folder.getByLabel('Jump host').fill('edg');
  await folder.getByRole('option', { name: /^edge1/ }).click();
  await screenshot(page, info, 'inventory-folder');
  await accessible(page);
  await folder.getByRole('button', { name: 'Save' }).click();
  await expect(folder).toBeHidden();
  await expect(page.getByRole('grid', { name: 'Hosts' }).getByText('operator@192.0.2.7')).toHaveCount(3);
  await expect(page.getByText('via edge1')).toHaveCount(3);
});

test('a menu that is open does what it says when the list is drawn anew meanwhile', async ({ harbour, page, server }) => {
  await harbour.setUp();
  const rest = page.context().request;
  const [lab, rack] = [await post(rest, server.url, '/api/folders', { name: 'Lab' }), await post(rest, server.url, '/api/folders', { name: 'Rack' })];
  await post(rest, server.url, '/api/hosts', { name: 'core1', address: '192.0.2.7', folder_id: rack.id });
  await page.getByRole('button', { name: 'Actions for core1', exact: true }).click();
  await expect(page.getByRole('menuitem', { name: 'Edit', exact: true })).toBeVisible();
  // Another line is where that of core1 was.
  await post(rest, server.url, '/api/hosts', { name: 'bench', address: '192.0.2.7', folder_id: lab.id });
  await expect(page.getByText('2 hosts', { exact: true })).toBeVisible();
  await page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Edit host' }).getByLabel('Name', { exact: true })).toHaveValue('core1');
});

test('many hosts are chosen, changed at once, and changed back', async ({ harbour, page, server }, info) => {
  await harbour.setUp();
  await fill(page, server.url);
  const grid = page.getByRole('grid', { name: 'Hosts' });
  await expect(host(page, 'core10')).toBeVisible();
  if (isPhone(page)) {
    await page.getByRole('button', { name: 'More about hosts' }).click();
    await page.getByRole('menuitem', { name: 'Select hosts' }).click();
    for (const name of ['core1', 'core2', 'core10']) await host(page, name).click();
  } else {
    await grid.getByRole('row').filter({ has: host(page, 'core1') }).hover();
    await page.getByRole('checkbox', { name: 'Choose core1', exact: true }).check();
    await page.getByRole('checkbox', { name: 'Choose core10', exact: true }).click({ modifiers: ['Shift'] });
  }
  const bar = page.getByRole('toolbar', { name: 'Chosen hosts' });
  await expect(bar.getByText('3 hosts chosen')).toBeVisible();
  await screenshot(page, info, 'inventory-chosen');
  await accessible(page);

  await bar.getByRole('button', { name: 'Edit' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit 3 hosts' });
  await edit.getByLabel('Change', { exact: true }).selectOption('Username');
  await edit.getByRole('textbox', { name: /^Username/ }).fill('netops');
  await edit.getByLabel('Change', { exact: true }).selectOption('Add tags');
  await edit.getByRole('textbox', { name: 'Add tags' }).fill('core');
  await expect(edit.getByText('3 hosts will change.')).toBeVisible();
  await screenshot(page, info, 'inventory-bulk-edit');
  await accessible(page);
  await edit.getByRole('button', { name: 'Change 3 hosts' }).click();
  await expect(grid.getByText('netops@192.0.2.7')).toHaveCount(3);
  await expect(page.getByRole('button', { name: 'Search for the tag core' })).toHaveCount(3);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(grid.getByText('netops@192.0.2.7')).toHaveCount(0);

  // All that match, and back from the list of what can be undone.
  await page.getByLabel('Search hosts').fill('core');
  await expect(host(page, 'bench')).toBeHidden();
  if (isPhone(page)) {
    await page.getByRole('button', { name: 'More about hosts' }).click();
    await page.getByRole('menuitem', { name: 'Select hosts' }).click();
    await bar.getByRole('button', { name: 'All 3' }).click();
  } else {
    await grid.focus();
    await page.keyboard.press('Control+a');
  }
  await expect(bar.getByText('3 hosts chosen')).toBeVisible();
  await bar.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete 3 hosts?' }).getByRole('button', { name: 'Delete 3 hosts' }).click();
  await expect(page.getByText('3 hosts deleted')).toBeVisible();
  await page.getByRole('button', { name: 'Clear search and filters' }).click();
  await expect(host(page, 'bench')).toBeVisible();
  await expect(host(page, 'core1')).toBeHidden();
  await page.getByRole('button', { name: 'More about hosts' }).click();
  await page.getByRole('menuitem', { name: 'Undo' }).click();
  const undos = page.getByRole('dialog', { name: 'Undo' });
  await expect(undos.getByRole('listitem').first()).toContainText('3 hosts deleted');
  await screenshot(page, info, 'inventory-undo');
  await undos.getByRole('button', { name: /^Undo: 3 hosts deleted/ }).click();
  await expect(host(page, 'core1')).toBeVisible();
});

test('what is looked at stands in the address, and can be kept under a name', async ({ harbour, page, server }, info) => {
  await harbour.setUp();
  await fill(page, server.url);
  const names = page.getByRole('grid', { name: 'Hosts' }).getByRole('button', { name: /^Open terminal on/ });
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const filter = page.getByRole('dialog', { name: 'Filter' });
  await filter.getByLabel('Field').selectOption('Vendor');
  await filter.getByRole('checkbox', { name: /^Juniper/ }).check();
  await expect(filter.getByRole('button', { name: 'Show 2' })).toBeVisible();
  await screenshot(page, info, 'inventory-filter');
  await accessible(page);
  await filter.getByRole('button', { name: 'Show 2' }).click();
  await expect(names).toHaveText(['core1', 'core2']);
  await page.getByLabel('Sort by').selectOption('Added');
  await page.getByLabel('Group by').selectOption('Vendor');
  await expect(page.getByRole('heading', { name: /^Juniper/ })).toBeVisible();
  await expect(page).toHaveURL(/\?vendor=Juniper&sort=-created_at&group=vendor$/);
  await page.reload();
  await expect(names).toHaveText(['core2', 'core1']);
  await expect(page.getByRole('status').filter({ hasText: '2 of 6 hosts' })).toBeVisible();

  await page.getByRole('button', { name: 'Save filter' }).click();
  await page.getByRole('dialog', { name: 'Save this filter' }).getByLabel('Name').fill('Newest Junipers');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Remove the filter Vendor: Juniper' }).click();
  await expect(names).toHaveCount(6);
  if (isPhone(page)) await page.getByRole('button', { name: /^Shown: / }).click();
  await page.getByRole('button', { name: 'Newest Junipers', exact: true }).click();
  await expect(names).toHaveText(['core2', 'core1']);

  // A favourite is one tap, and has a place of its own.
  // The star shines before the server knows, and a page that is left takes back what is on its way.
  const kept = page.waitForResponse('**/api/fn/inventory/set_favourite');
  await page.getByRole('button', { name: 'Favourite core2' }).click();
  await expect(page.getByRole('button', { name: 'Favourite core2' })).toHaveAttribute('aria-pressed', 'true');
  expect((await kept).ok()).toBeTruthy();
  await page.goto(`${server.url}/?in=favourites`);
  await expect(names).toHaveText(['core2']);
  await expect(page.getByRole('heading', { name: 'Favourites', level: 2 })).toBeVisible();
});
