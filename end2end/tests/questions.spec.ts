// A host that asks for a password and a one-time code: what it asks is answered in the browser.
import AxeBuilder from '@axe-core/playwright';
import { Harbour } from '../fixtures/harbour';
import { screenshot } from '../fixtures/screenshot';
import { Sshd, codes, user } from '../fixtures/sshd';
import { expect, test } from '../fixtures/test';

test('a terminal and the files of a host that asks for a code', async ({ page, server }, info) => {
  const sshd = await Sshd.askingCodes();
  try {
    const harbour = new Harbour(page, server, sshd);
    await harbour.setUp();
    const data = { name: 'vault01', address: '127.0.0.1', port: sshd.port, username: user.name };
    const { id } = await (await page.context().request.post(`${server.url}/api/hosts`, { data })).json();
    await harbour.backToDashboard();
    await page.getByRole('button', { name: 'Open terminal on vault01' }).click();
    await harbour.trust();
    const dialog = page.getByRole('dialog', { name: 'Sign in to vault01' });
    const answer = async (label: RegExp, text: string) => {
      await dialog.getByLabel(label).fill(text);
      await dialog.getByRole('button', { name: 'Continue' }).click();
    };
    await expect(dialog.getByText('Remember in the vault')).toBeVisible();
    await answer(/^Password/, user.password);
    await expect(dialog.getByLabel(/One-time password/)).toBeVisible();
    await expect(dialog.getByText('Remember in the vault')).toBeHidden();
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await screenshot(page, info, 'question');
    // A wrong code: the host begins anew, and so does the dialog.
    await answer(/One-time password/, '000000');
    await answer(/^Password/, user.password);
    await answer(/One-time password/, codes[0] ?? '');
    await (await harbour.terminal('vault01')).isLive();

    await page.goto(`${server.url}/files/${id}`);
    const form = page.locator('form.files-login');
    await form.getByRole('button', { name: 'Sign in' }).click();
    await form.getByLabel(/^Password/).fill(user.password);
    await form.getByRole('button', { name: 'Continue' }).click();
    await form.getByLabel(/One-time password/).fill(codes[1] ?? '');
    await form.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('button', { name: 'Upload' }).first()).toBeVisible();
  } finally {
    sshd.stop();
  }
});
