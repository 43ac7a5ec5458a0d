import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import type { Harbour } from '../fixtures/harbour';
import { screenshot } from '../fixtures/screenshot';
import { user } from '../fixtures/sshd';
import { useDomRenderer } from '../fixtures/terminal';
import { expect, test } from '../fixtures/test';

test.beforeEach(async ({ page }) => useDomRenderer(page));

/** Adds hosts by REST, all of them the same sshd; the key of `127.0.0.1` is trusted. */
async function fleet(harbour: Harbour, names: [string, string][]): Promise<void> {
  const post = async (path: string, data: object) => {
    const answer = await harbour.page.request.post(harbour.server.url + path, { data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return answer.json();
  };
  const secret = { name: 'fleet', username: user.name, password: user.password };
  const credential = await post('/api/credentials', secret);
  let first = '';
  for (const [name, folder] of names) {
    const host = { name, address: '127.0.0.1', port: harbour.sshd.port, folder, credential_id: credential.id, tags: [name.slice(0, 3)] };
    const added = await post('/api/hosts', host);
    first ||= added.id;
  }
  const scan = await post(`/api/hosts/${first}/host-key/scan`, {});
  await post(`/api/hosts/${first}/host-key/trust`, { fingerprint: scan.fingerprint });
  await post('/api/hosts', { name: 'closed', address: '127.0.0.1', port: 1, credential_id: credential.id });
  await post('/api/hosts', { name: 'stranger', address: 'localhost', port: harbour.sshd.port, credential_id: credential.id });
}

async function accessible(page: Page): Promise<void> {
  const axe = await new AxeBuilder({ page }).analyze();
  expect(axe.violations).toEqual([]);
}

const many: [string, string][] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((number): [string, string] => [`web0${number}`, 'Frontend']),
  ...[1, 2, 3].map((number): [string, string] => [`db0${number}`, 'Data']),
];

test('one command on many hosts: those that agree, those that cannot, and again', async ({ harbour, page, sshd }, info) => {
  await harbour.setUp();
  await page.getByRole('link', { name: 'Commands' }).click();
  await expect(page.getByText('First add a host')).toBeVisible();
  await screenshot(page, info, 'commands-no-host');
  await fleet(harbour, many);
  await page.goto(`${harbour.server.url}/commands`);
  const chooser = page.getByRole('region', { name: 'Hosts' });
  await expect(chooser.getByText('none chosen')).toBeVisible();
  await expect(page.getByText('Nothing ran lately')).toBeVisible();
  await expect(page.getByText('No snippet yet')).toBeVisible();
  await screenshot(page, info, 'commands-empty');
  await accessible(page);

  // Nothing runs without hosts and a command.
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText('Choose the hosts first.')).toBeVisible();

  // By folder, by search, and one by one.
  await chooser.getByRole('checkbox', { name: 'Frontend' }).check();
  await expect(chooser.getByText('8 hosts chosen')).toBeVisible();
  await chooser.getByLabel('Search hosts').fill('db');
  await chooser.getByRole('button', { name: 'Choose the 3 shown' }).click();
  await chooser.getByLabel('Search hosts').fill('');
  await chooser.getByRole('checkbox', { name: /^closed/ }).check();
  await chooser.getByRole('checkbox', { name: /^stranger/ }).check();
  await expect(chooser.getByText('13 hosts chosen')).toBeVisible();
  // Exactly one of them is the first.
  const lock = `/tmp/berth-first-${info.project.name}-${sshd.port}-${Date.now()}`;
  await page.getByRole('textbox', { name: 'Command' }).fill(`mkdir ${lock} 2>/dev/null && echo "the first" || uname -s`);
  await screenshot(page, info, 'commands-chosen');
  await page.getByRole('button', { name: 'Run on 13 hosts' }).click();

  const agreeing = page.getByRole('region', { name: '10 hosts agree' });
  await expect(agreeing.getByText('Linux')).toBeVisible();
  await expect(page.getByText('the first', { exact: true })).toBeVisible();
  await expect(page.getByRole('region', { name: 'closed' }).getByText(/refused the connection/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'stranger' }).getByText(/is not known yet/)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Hosts by state' })).toContainText('11 ok');
  await expect(page.getByRole('list', { name: 'Hosts by state' })).toContainText('2 failed');
  await screenshot(page, info, 'commands-groups');
  await accessible(page);

  await page.getByRole('button', { name: 'By host' }).click();
  await page.getByRole('button', { name: /^web01/ }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'web01' }).getByRole('group', { name: 'Output' })).toBeVisible();
  await screenshot(page, info, 'commands-by-host');
  await accessible(page);

  // The key is looked at and trusted here; then only those that were not ok run again.
  await page.getByRole('listitem').filter({ hasText: 'stranger' }).getByRole('button', { name: 'Check the key' }).click();
  await harbour.trust();
  await page.getByRole('link', { name: 'Again on the 2 not ok' }).click();
  await expect(chooser.getByText('2 hosts chosen')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Command' })).toHaveValue(/uname -s$/);
  await page.getByRole('textbox', { name: 'Command' }).press('Control+Enter');
  await expect(page.getByRole('region', { name: 'stranger' }).getByText('Linux')).toBeVisible();
  await page.getByRole('link', { name: 'Commands' }).last().click();
  await expect(page.getByRole('list', { name: 'Recent runs' }).getByRole('listitem')).toHaveCount(2);
  await screenshot(page, info, 'commands-runs');
});

test('output is seen while it comes, the page may be left, and a run is cancelled', async ({ harbour, page }, info) => {
  await harbour.setUp();
  await fleet(harbour, [['web01', ''], ['web02', '']]);
  await page.goto(`${harbour.server.url}/commands`);
  await page.getByRole('checkbox', { name: /^web01/ }).check();
  await page.getByRole('textbox', { name: 'Command' }).fill('i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.2; done');
  await page.getByRole('button', { name: 'Run on 1 host' }).click();
  const output = page.getByRole('group', { name: 'Output' });
  await expect(output).toContainText('line 3');
  await screenshot(page, info, 'commands-live');
  await accessible(page);

  await page.getByRole('link', { name: 'Commands' }).last().click();
  const recent = page.getByRole('list', { name: 'Recent runs' });
  await expect(recent.getByText('Running')).toBeVisible();
  await recent.getByRole('link').first().click();
  await expect(output).toContainText('line 8');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Hosts by state' })).toContainText('1 cancelled');
  await expect(output).toContainText('line 1');
  await page.getByRole('button', { name: 'Forget this run' }).click();
  await expect(page.getByText('Nothing ran lately')).toBeVisible();
});

test('a snippet is kept, filled in safely, and put into a terminal without running', async ({ harbour, page }, info) => {
  await harbour.setUp();
  await fleet(harbour, [['web01', '']]);
  await page.goto(`${harbour.server.url}/commands`);
  await page.getByRole('button', { name: 'New snippet' }).click();
  const editor = page.getByRole('dialog', { name: 'New snippet' });
  await editor.getByLabel('Name', { exact: true }).fill('Greet');
  await editor.getByLabel('Command').fill('echo `date {{who}}`');
  await expect(editor.getByText(/stands behind a backquote/)).toBeVisible();
  await editor.getByLabel('Command').fill('echo "hello {{who}}" {{mark=!}}');
  await expect(editor.getByText('Asked for:')).toBeVisible();
  await editor.getByLabel('What it does').fill('Says hello');
  await screenshot(page, info, 'snippet-editor');
  await accessible(page);
  await editor.getByRole('button', { name: 'Save' }).click();
  await expect(editor).toBeHidden();

  await page.getByRole('button', { name: 'Use Greet' }).click();
  const fill = page.getByRole('dialog', { name: 'Greet' });
  await fill.getByLabel('who').fill("Ada's $(id)");
  await expect(fill.getByLabel('The finished command')).toContainText(`echo "hello "'Ada'\\''s $(id)'"" ''\\!''`);
  await screenshot(page, info, 'snippet-fill');
  await accessible(page);
  await fill.getByRole('button', { name: 'Use', exact: true }).click();
  await page.getByRole('checkbox', { name: /^web01/ }).check();
  await page.getByRole('button', { name: 'Run on 1 host' }).click();
  await expect(page.getByRole('group', { name: 'Output' })).toContainText("hello Ada's $(id) !");

  await harbour.backToDashboard();
  const terminal = await harbour.open('web01', {});
  await terminal.prompt();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Put in a snippet' }).click();
  const picker = page.getByRole('dialog', { name: 'Snippets' });
  await picker.getByLabel('Search snippets').fill('gre');
  await screenshot(page, info, 'snippet-picker');
  await picker.getByRole('button', { name: /^Greet/ }).click();
  await picker.getByLabel('who').fill('quay');
  await picker.getByRole('button', { name: 'Put it in' }).click();
  await terminal.shows(/echo "hello "'quay'"" ''\\!''/);
  await terminal.press('Control+c');

  await page.goto(`${harbour.server.url}/commands`);
  await page.getByRole('button', { name: 'Actions for Greet' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete Greet?' }).getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No snippet yet')).toBeVisible();
});
