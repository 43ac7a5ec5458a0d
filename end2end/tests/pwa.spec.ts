import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { expect, test } from '../fixtures/test';

const dist = resolve(import.meta.dirname, '../../dist');

// Installability is not told to the incognito contexts that tests run in otherwise.
test('Chromium finds nothing that keeps it from being installed, and the shell opens offline', async ({ server }, info) => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-chromium-'));
  const context = await chromium.launchPersistentContext(folder, { ...info.project.use.launchOptions, headless: true });
  try {
    const page = await context.newPage();
    await page.goto(server.url);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const devtools = await context.newCDPSession(page);
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    expect(installabilityErrors).toEqual([]);
    const { errors } = await devtools.send('Page.getAppManifest');
    expect(errors).toEqual([]);

    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null || caches.keys().then((keys) => keys.length > 0))).toBeTruthy();
    // Every part of the program is kept, also those that nobody has opened yet.
    const kept = await page.evaluate(async () => {
      const names = await caches.keys();
      const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return all.flat().map(({ url }) => new URL(url).pathname.slice(1));
    });
    const parts = readdirSync(dist).filter((name) => name.endsWith('.wasm'));
    expect(parts.length).toBeGreaterThan(1);
    expect(kept).toEqual(expect.arrayContaining(parts));

    await server.stop();
    await page.reload();
    await expect(page.getByText(/cannot be reached|offline/i).first()).toBeVisible();
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
