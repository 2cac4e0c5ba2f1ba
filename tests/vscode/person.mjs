// VS Code as a person sees it: clicks, keys and what stands on the screen. Pictures go to artifacts/vscode.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { PORT, WORK, browser, repository } from './browser.mjs';

const pictures = path.join(repository, 'artifacts/vscode');
const notes = path.join(WORK, 'person');
const { context, page, outside } = await browser('person-browser');
const begin = Date.now();
let passed = 0;
let failed = 0;

class Skip extends Error {}
async function step(name, run) {
  const start = Date.now();
  try {
    await run();
    passed++;
    console.log(`ok   ${name} (${Date.now() - start} ms)`);
  } catch (error) {
    if (error instanceof Skip) return console.log(`!! NOT TESTED: ${name}: ${error.message}`);
    failed++;
    console.log(`FAIL ${name}\n    ${error.message.split('\n').slice(0, 4).join('\n    ')}`);
    await page.screenshot({ path: path.join(pictures, `FAIL-${name.replace(/\W+/g, '-')}.png`) });
  }
}
const picture = async (name) => {
  // The pointer makes hovers, and rows have to come to rest.
  await page.waitForTimeout(250);
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
};
const assert = (held, what) => {
  if (!held) throw new Error(what);
};

/** What the server says that it can. */
async function capabilities() {
  const server = spawn(process.env.STUDYMARK_BIN, ['lsp'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const send = (message) => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    server.stdin.write(body);
  };
  send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
  let text = '';
  for await (const chunk of server.stdout) {
    text += chunk;
    const length = Number(/Content-Length: (\d+)/i.exec(text)?.[1]);
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    if (length && Buffer.byteLength(body) >= length) break;
  }
  server.kill();
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)).result.capabilities;
}
const server = await capabilities();

const editorText = () => page.evaluate(() => [...document.querySelectorAll('.editor-group-container.active .view-line')].map((line) => line.innerText.replace(/\u00a0/g, ' ')).join('\n'));
const statusBar = () => page.evaluate(() => document.querySelector('.statusbar')?.innerText.replace(/\u00a0/g, ' ') ?? '');
const answered = async () => /(\d+)\/(\d+) answered/.exec(await statusBar())?.slice(1).map(Number);
async function until(what, seek, ms = 10_000) {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    const found = await seek();
    if (found) return found;
    await page.waitForTimeout(40);
  }
  throw new Error(`waited in vain for ${what}`);
}
/** Runs a command of the palette by its words. */
async function command(words) {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input[type="text"]:visible');
  await input.waitFor();
  await input.fill(`>${words}`);
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: words }).first().click();
}
/** Goes to a line of the note in front. */
async function line(number) {
  await page.keyboard.press('Control+g');
  const input = page.locator('.quick-input-widget input[type="text"]:visible');
  await input.waitFor();
  await input.fill(`:${number}`);
  await page.keyboard.press('Enter');
  await until(`line ${number}`, async () => (await statusBar()).includes(`Ln ${number},`));
}
async function open(name) {
  await page.keyboard.press('Control+p');
  const input = page.locator('.quick-input-widget input[type="text"]:visible');
  await input.waitFor();
  await input.fill(name);
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().click();
  await page.locator('.tab.active').filter({ hasText: name }).waitFor();
}
const row = (text, nth = 0) => page.locator('.pane-body .monaco-list-row').filter({ hasText: text }).nth(nth);
/** A message, in the list of messages: the driver of smoke tests lets none pop up. */
async function message(text) {
  await command('Notifications: Show Notifications');
  const found = page.locator('.notifications-center .notification-list-item').filter({ hasText: text });
  await found.waitFor();
  return found;
}

await step('VS Code opens a folder of notes', async () => {
  await page.goto(`http://127.0.0.1:${PORT}/?folder=${notes}`);
  await page.waitForSelector('.explorer-folders-view .monaco-list-row', { timeout: 60_000 });
});

await step('findings are underlined in a note', async () => {
  await open('操作系统.md');
  await page.waitForSelector('.squiggly-info', { timeout: 30_000 });
});

await step('the status bar tells how much is answered, and leads to the open questions', async () => {
  await until('the figures', answered);
  const item = page.locator('.statusbar-item').filter({ hasText: 'answered' });
  await item.hover();
  await page.locator('.monaco-hover').filter({ hasText: 'All notes' }).first().waitFor();
  await picture('coverage');
  await item.click();
  await row('什么是僵尸进程，怎么避免').waitFor();
});

await step('a click on an open question goes there', async () => {
  await row('什么是僵尸进程，怎么避免').click();
  await until('the line', async () => (await statusBar()).includes('Ln 24, Col'));
});

await step('related topics and backlinks follow the cursor', async () => {
  await line(57);
  await row('links here').waitFor();
  await row('Persistence', 1).waitFor();
  await picture('open-questions');
});

await step('the problems are those of all notes', async () => {
  await page.keyboard.press('Control+Shift+M');
  await page.locator('.markers-panel .monaco-list-row').filter({ hasText: '操作系统.md' }).first().waitFor();
  await page.locator('.markers-panel .monaco-list-row').filter({ hasText: '计算机网络.md' }).first().waitFor();
  await picture('problems');
  await page.keyboard.press('Control+j');
});

await step('from one open question to the next by key', async () => {
  await line(1);
  await page.keyboard.press('Control+F8');
  await until('the first', async () => (await statusBar()).includes('Ln 24'));
  await page.keyboard.press('Control+F8');
  await until('the second', async () => (await statusBar()).includes('Ln 30'));
});

await step('an answer that is typed counts', async () => {
  const [before] = await until('the figures', answered);
  const question = 'How do you detect a cycle';
  await row(question).click();
  await page.locator('.tab.active').filter({ hasText: 'algorithms.md' }).waitFor();
  await page.locator('.editor-group-container.active .view-line').filter({ hasText: question }).click();
  await page.keyboard.press('End');
  await page.keyboard.type('\nBy depth-first search: an edge to a node on the stack.', { delay: 5 });
  await until('one more', async () => (await answered())?.[0] === before + 1);
  await row(question).waitFor({ state: 'hidden' });
  await command('File: Revert File');
  await until('as before', async () => (await answered())?.[0] === before);
});

await step('a term is explained where the pointer is', async () => {
  await open('编译.md');
  // A lens that comes moves what is below it: the pointer goes where the term is by then.
  const place = () =>
    page.evaluate(() => {
      for (const span of document.querySelectorAll('.editor-group-container.active .view-line span span')) {
        const at = span.textContent.indexOf('逃逸分析');
        if (at < 0 || !span.firstChild) continue;
        const range = document.createRange();
        range.setStart(span.firstChild, at + 1);
        range.setEnd(span.firstChild, at + 2);
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
      }
      return undefined;
    });
  const hover = page.locator('.monaco-hover').filter({ hasText: '编译器决定变量放在栈上还是堆上' }).first();
  await until('the hover', async () => {
    const at = await place();
    if (!at) return false;
    await page.mouse.move(5, 400);
    await page.mouse.move(at.x, at.y, { steps: 5 });
    return hover.waitFor({ timeout: 2000 }).then(() => true, () => false);
  });
  await picture('term');
  await page.mouse.move(5, 400);
  await page.keyboard.press('Escape');
});

await step('completion: [[xxdl lists 消息队列, and accepting it leaves no bracket too many', async () => {
  if (!server.completionProvider) throw new Skip('the server does not complete');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\n见 [[xxdl', { delay: 40 });
  await page.locator('.suggest-widget.visible .monaco-list-row').filter({ hasText: '消息队列' }).first().waitFor();
  await picture('completion');
  await page.keyboard.press('Enter');
  const line = await until('the line', async () => /见 \[\[.*消息队列.*/.exec(await editorText())?.[0]);
  assert(/^见 \[\[[^[\]]*\]\]\s*$/.test(line), line);
  await command('File: Revert File');
});

await step('wiki links are links in the preview', async () => {
  await open('编译.md');
  await command('Markdown: Open Preview to the Side');
  const preview = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  const link = preview.locator('a', { hasText: '系统' });
  await link.waitFor({ timeout: 20_000 });
  await until('where it leads', async () => decodeURIComponent((await link.getAttribute('data-href')) ?? '') === '操作系统.md');
  assert((await preview.locator('a.studymark-missing').innerText()) === '没有的笔记', 'the missing note is marked');
  await picture('preview');
  await preview.locator('a', { hasText: '死锁' }).click();
  await page.frameLocator('iframe.webview.ready').frameLocator('#active-frame').locator('h2', { hasText: '死锁的四个必要条件' }).waitFor();
  await command('View: Close All Editors');
});

await step('the settings have their descriptions', async () => {
  await command('Studymark: Open Settings');
  await page.locator('.settings-editor').waitFor();
  await page.locator('.settings-editor .setting-item').filter({ hasText: 'Trace: Server' }).first().waitFor();
  await picture('settings');
  await command('View: Close All Editors');
});

await step('the walkthrough opens', async () => {
  await command('Welcome: Open Walkthrough...');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Study with studymark' }).first().click();
  await page.locator('.gettingStartedContainer').filter({ hasText: 'Ask a question' }).first().waitFor();
  await picture('walkthrough');
  await command('View: Close All Editors');
});

await step('questions are exported as cards', async () => {
  await command('Studymark: Export Questions');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Anki' }).first().click();
  const input = page.locator('.quick-input-widget input[type="text"]:visible');
  await until('the name of the file', async () => (await input.inputValue().catch(() => '')).endsWith('person.txt'));
  await input.fill(path.join(notes, 'cards.txt'));
  await page.keyboard.press('Enter');
  await message('The questions are in cards.txt.');
  const cards = fs.readFileSync(path.join(notes, 'cards.txt'), 'utf8');
  assert(cards.includes('#separator:') && cards.includes('死锁'), cards.slice(0, 300));
  await command('Notifications: Clear All Notifications');
});

await step('the graph', async () => {
  await open('操作系统.md');
  await command('Studymark: Show Graph');
  if (!server.executeCommandProvider.commands.includes('studymark.graph')) {
    await message('draws no graphs yet');
    await command('Notifications: Clear All Notifications');
    throw new Skip('the server draws no graphs; that it says so was tested');
  }
  const frame = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await frame.locator('svg, canvas').first().waitFor({ timeout: 20_000 });
  await page.waitForTimeout(1500);
  await picture('graph');
  // The next open question, and the way to its note.
  await frame.locator('#map').press('n');
  await frame.locator('button.open').click();
  await until('the note beside the graph', async () => /Ln \d+/.test(await statusBar()) && (await page.locator('.tab.active').filter({ hasText: '.md' }).count()) > 0);
  await command('View: Close All Editors');
});

await step('a server that is missing: a kind message, and the way out', async () => {
  const file = path.join(notes, '.vscode/settings.json');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ 'studymark.server.path': '/nowhere/studymark' }));
  await page.locator('.pane-body .welcome-view').filter({ hasText: 'The studymark server does not run.' }).first().waitFor();
  const told = await message('There is no studymark server at /nowhere/studymark');
  for (const button of ['Open Settings', 'Restart Server', 'Show Log']) await told.getByRole('button', { name: button }).waitFor();
  await picture('missing-server');
  await told.getByRole('button', { name: 'Open Settings' }).click();
  await page.locator('.settings-editor .setting-item').filter({ hasText: 'Server: Path' }).first().waitFor();
  fs.writeFileSync(file, '{}');
  await row('什么是僵尸进程，怎么避免').waitFor({ timeout: 20_000 });
});

await step('a workspace that is not trusted cannot name a server', async () => {
  const settings = path.join(WORK, 'user/User/settings.json');
  const own = JSON.parse(fs.readFileSync(settings, 'utf8'));
  fs.writeFileSync(settings, JSON.stringify({ ...own, 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' }));
  const [program, ran] = [path.join(WORK, 'stranger'), path.join(WORK, 'stranger-ran')];
  fs.writeFileSync(program, `#!/bin/sh\ntouch "${ran}"\n`, { mode: 0o755 });
  fs.writeFileSync(path.join(notes, '.vscode/settings.json'), JSON.stringify({ 'studymark.server.path': program }));
  await page.goto(`http://127.0.0.1:${PORT}/?folder=${notes}`);
  await page.locator('.statusbar-item').filter({ hasText: 'Restricted Mode' }).waitFor({ timeout: 30_000 });
  // The server of the extension runs all the same.
  await until('the figures', answered, 30_000);
  assert(!fs.existsSync(ran), 'the program of the workspace was started');
  await picture('not-trusted');
});

if (outside.size > 0) console.log(`refused to ask ${[...outside].join(', ')}: VS Code's own wishes`);
await context.close();
console.log(`${passed} steps of a person passed, ${failed} failed, ${((Date.now() - begin) / 1000).toFixed(1)} s`);
process.exit(failed > 0 ? 1 : 0);
