// Devices of a NetBox become hosts: what would change is read before it is done, what goes on is seen and can be stopped, and it
// goes on without anybody when its owner says so.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { NetBox } from '../fixtures/netbox';
import { screenshot } from '../fixtures/screenshot';
import { expect, test } from '../fixtures/test';

test.use({ settings: { BERTH_NETBOX_ALLOW_LOCAL: 'true' } });

async function isSound(page: Page): Promise<void> {
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
}

async function connect(page: Page, netbox: NetBox): Promise<void> {
  await page.getByLabel('Address', { exact: true }).fill(netbox.url);
  await page.getByLabel('API token', { exact: true }).fill(netbox.token);
  await page.getByRole('button', { name: 'Test and connect' }).click();
}

test('a NetBox with a certificate of its own becomes hosts, step by step', async ({ harbour, page, server }, info) => {
  // Every step on the way is looked at for accessibility, which takes seconds each on a busy machine.
  test.slow();
  const netbox = await NetBox.start(2_000, 40, true);
  try {
    await harbour.setUp();
    await page.goto(`${server.url}/import`);
    await page.getByRole('link', { name: 'Import from NetBox' }).click();
    await expect(page.getByRole('heading', { name: 'NetBox', level: 1 })).toBeVisible();
    await screenshot(page, info, 'netbox-connect');
    await isSound(page);
    await connect(page, netbox);
    await expect(page.getByText(netbox.fingerprint ?? '')).toBeVisible();
    await screenshot(page, info, 'netbox-certificate');
    await isSound(page);
    await page.getByRole('button', { name: 'Pin this certificate' }).click();

    // What is there, as somebody types.
    const devices = page.getByRole('list', { name: 'Devices', exact: true });
    await expect(devices.getByRole('listitem').first()).toContainText('sw-00001');
    await expect(page.getByText('1–25 of 2,000')).toBeVisible();
    await screenshot(page, info, 'netbox-devices');
    await isSound(page);
    await page.getByRole('button', { name: 'The next ones' }).click();
    await expect(page.getByText('26–50 of 2,000')).toBeVisible();
    await page.getByRole('combobox', { name: 'Site' }).fill('site 0');
    await page.getByRole('option', { name: /Site 03/ }).click();
    await expect(page.getByText('1–25 of 50')).toBeVisible();
    await page.getByRole('textbox', { name: 'Search' }).fill('sw-00042');
    await expect(page.getByText('1–1 of 1')).toBeVisible();
    await screenshot(page, info, 'netbox-filters');
    await page.getByRole('textbox', { name: 'Search' }).fill('nothing of the kind');
    await expect(page.getByText('Nothing in NetBox answers to these filters.')).toBeVisible();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect(page.getByText('1–25 of 2,000')).toBeVisible();
    await page.getByRole('button', { name: 'Virtual machines' }).click();
    await expect(page.getByRole('list', { name: 'Virtual machines' })).toContainText('vm-01');
    await page.getByRole('button', { name: 'Devices', exact: true }).click();

    // How they become hosts.
    await page.getByRole('button', { name: 'Change how devices become hosts' }).click();
    const form = page.getByRole('dialog', { name: 'How devices become hosts' });
    await form.getByLabel('Put the sites').fill('Network');
    await form.getByRole('button', { name: 'Add a platform' }).click();
    await form.getByRole('textbox', { name: 'Platform' }).fill('cisco-ios');
    await form.getByRole('textbox', { name: 'Device type' }).fill('cisco_ios');
    await form.getByRole('button', { name: 'Add a custom field' }).click();
    await form.getByRole('textbox', { name: 'Custom field' }).fill('owner_team');
    await form.getByRole('button', { name: 'Primary IPv6 earlier' }).click();
    await screenshot(page, info, 'netbox-mapping');
    await isSound(page);
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form).toBeHidden();
    await expect(page.getByRole('region', { name: 'How devices become hosts' })).toContainText('Primary IPv6, then Primary IPv4');

    // What would change, then doing it; a page that is loaded anew comes back to it.
    await page.getByRole('button', { name: 'Preview import' }).click();
    const job = page.locator('.netbox-job');
    await expect(job.getByRole('list', { name: 'What changes' })).toContainText('2,001 new');
    await expect(job).toContainText('Left out');
    await screenshot(page, info, 'netbox-preview');
    await isSound(page);
    // So slow that it goes on until it is cancelled.
    await netbox.change({ slow_ms: 3_000 });
    await job.getByRole('button', { name: 'Import 2,001 hosts' }).click();
    const bar = job.getByRole('progressbar', { name: 'Progress of the import' });
    await expect(bar).toBeVisible();
    await expect(job.getByText(/ of 2,003 devices read/)).toBeVisible();
    await page.reload();
    await expect(job.getByText(/ of 2,003 devices read/)).toBeVisible();
    await screenshot(page, info, 'netbox-running');
    await isSound(page);
    await job.getByRole('button', { name: 'Cancel' }).click();
    await expect(job.getByText('Cancelled. Nothing was changed.')).toBeVisible();
    await netbox.change({});
    await page.getByRole('button', { name: 'Preview import' }).click();
    await job.getByRole('button', { name: 'Import 2,001 hosts' }).click();
    await expect(job.getByRole('button', { name: 'Undo the import' })).toBeVisible();
    await screenshot(page, info, 'netbox-imported');
    await isSound(page);
    await job.getByRole('link', { name: 'To the hosts' }).click();
    await expect(page.getByText('2,001').filter({ visible: true }).first()).toBeVisible();
  } finally {
    netbox.stop();
  }
});

test('imports are done without anybody, tell what went wrong, and what vanished', async ({ harbour, page, server }, info) => {
  const netbox = await NetBox.start(30, 3);
  try {
    await harbour.setUp();
    await page.goto(`${server.url}/netbox`);
    await connect(page, netbox);
    const sync = page.getByRole('region', { name: 'Scheduled sync' });
    await expect(sync).toContainText('server’s own key');
    await sync.getByLabel('How often').selectOption({ label: 'every hour' });
    await sync.getByRole('button', { name: 'Switch on' }).click();
    await expect(sync).toContainText(`API token of ${netbox.url}`);
    await expect(sync).toContainText(/in (59 min|1 h)/);
    await sync.getByRole('button', { name: 'Run now' }).click();
    await expect(sync).toContainText('31 new');
    const job = page.locator('.netbox-job');
    await expect(job.getByRole('heading')).toContainText(['The last import, scheduled', 'Changes']);

    await netbox.change({ vanish: [4, 5], rename: { '7': 'sw-renamed' } });
    await sync.getByRole('button', { name: 'Run now' }).click();
    await expect(sync).toContainText('2 gone');
    await expect(job).toContainText('sw-00007 → sw-renamed');
    const gone = page.getByRole('region', { name: 'Gone from NetBox' });
    await expect(gone).toContainText('sw-00004');
    await screenshot(page, info, 'netbox-sync');
    await isSound(page);

    await netbox.change({ revoked: true });
    await sync.getByRole('button', { name: 'Run now' }).click();
    await expect(sync).toContainText('NetBox refused the token');
    await sync.scrollIntoViewIfNeeded();
    await screenshot(page, info, 'netbox-failed');
    await isSound(page);
    await sync.getByRole('button', { name: 'Switch off' }).click();
    await expect(sync).toContainText('server’s own key');
    await expect(sync).not.toContainText('API token of');

    await netbox.change({});
    await gone.getByRole('link', { name: 'Show them among the hosts' }).click();
    await expect(page.getByText('sw-00005').first()).toBeVisible();
    await expect(page.getByText('sw-00006')).toBeHidden();
    await page.goto(`${server.url}/netbox`);
    await page.getByRole('button', { name: 'Forget' }).click();
    const dialog = page.getByRole('dialog', { name: 'Forget NetBox?' });
    await dialog.getByRole('button', { name: 'Forget' }).click();
    await expect(page.getByRole('heading', { name: 'Connect NetBox' })).toBeVisible();
  } finally {
    netbox.stop();
  }
});

test('the palette leads there', async ({ harbour, page }) => {
  await harbour.setUp();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Find a host/ }).fill('netbox');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'NetBox', level: 1 })).toBeVisible();
});
