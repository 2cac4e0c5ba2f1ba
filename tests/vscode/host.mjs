// Starts VS Code with the tests in host/index.js inside its extension host, and waits for their end.
import fs from 'node:fs';
import path from 'node:path';
import { PORT, WORK, browser, repository } from './browser.mjs';

const installed = fs.readdirSync(path.join(WORK, 'extensions')).find((name) => name.startsWith('studymark.'));
const { context, page } = await browser('host-browser');
const remote = (file) => `vscode-remote://127.0.0.1:${PORT}${encodeURI(file)}`;
const payload = JSON.stringify([
  ['extensionDevelopmentPath', remote(path.join(WORK, 'extensions', installed))],
  ['extensionTestsPath', remote(path.join(repository, 'tests/vscode/host/index.js'))],
]);
let ended;
const end = new Promise((resolve) => (ended = resolve));
await page.exposeFunction('codeAutomationLog', () => {});
await page.exposeFunction('codeAutomationExit', (code) => ended(code));
await page.goto(`http://127.0.0.1:${PORT}/?folder=${WORK}/host&payload=${encodeURIComponent(payload)}`);
const code = await Promise.race([end, new Promise((resolve) => setTimeout(() => resolve('timeout'), 90_000))]);
if (code !== 0) await page.screenshot({ path: path.join(repository, 'artifacts/vscode/FAIL-host.png') });
const report = path.join(WORK, 'host.txt');
console.log(fs.existsSync(report) ? fs.readFileSync(report, 'utf8').trimEnd() : 'the tests in the extension host did not begin');
await context.close();
process.exit(code === 0 ? 0 : 1);
