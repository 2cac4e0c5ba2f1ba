// Chromium for the tests of VS Code: nothing is asked of any other machine.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '../.tools/browser/node_modules/playwright-core/index.mjs';

export const { WORK, PORT } = process.env;
export const repository = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');

export async function browser(name) {
  const context = await chromium.launchPersistentContext(fs.mkdtempSync(path.join(WORK, `${name}-`)), {
    executablePath: '/usr/bin/chromium',
    headless: true,
    viewport: { width: 1360, height: 860 },
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(10_000);
  const outside = new Set();
  // Webviews have an origin of their own, which the server answers for.
  const own = (url) => url.hostname === '127.0.0.1' || !url.protocol.startsWith('http') || url.hostname.endsWith('vscode-cdn.net');
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!own(url)) outside.add(url.origin);
  });
  await context.route((url) => !own(url), (route) => route.abort());
  if (process.env.VERBOSE) page.on('console', (message) => console.log('  [console]', message.type(), message.text().slice(0, 300)));
  return { context, page, outside };
}
