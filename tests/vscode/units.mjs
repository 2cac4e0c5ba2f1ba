// Parts of the extension that need no VS Code: what a program was made for, the policy of the graph's page, anchors.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const editor = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../editors/vscode');
const require = createRequire(path.join(editor, 'package.json'));
const { build } = require('esbuild');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'units-'));
const file = path.join(folder, 'units.cjs');
await build({
  stdin: { contents: `export * from './locate'; export { guarded } from './graph'; export { anchor, wikiLink } from './preview'; export { bar } from './coverage';`, resolveDir: path.join(editor, 'src') },
  outfile: file,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'error',
  alias: { vscode: path.join(folder, 'vscode.js'), 'vscode-languageclient/node': path.join(folder, 'vscode.js') },
  plugins: [{ name: 'none', setup: (build) => build.onResolve({ filter: /^vscode/ }, (args) => ({ path: args.path, namespace: 'none' })) || build.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = new Proxy({}, { get: (_, name) => name === "__esModule" ? false : class {} })' })) }],
});
const { anchor, bar, guarded, isFailure, locate, madeFor, wikiLink } = require(file);

let count = 0;
const equal = (found, expected, what) => {
  count++;
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
};

const program = (bytes) => {
  const name = path.join(folder, `program-${count}`);
  const head = Buffer.alloc(256);
  for (const [at, value, size] of bytes) size === 4 ? head.writeUInt32LE(value, at) : head.writeUInt16LE(value, at);
  fs.writeFileSync(name, head);
  return name;
};
equal(madeFor(program([[0, 0x464c457f, 4], [18, 0x3e, 2]])), 'linux-x64', 'ELF');
equal(madeFor(program([[0, 0x464c457f, 4], [18, 0xb7, 2]])), 'linux-arm64', 'ELF for ARM');
equal(madeFor(program([[0, 0xfeedfacf, 4], [4, 0x01000007, 4]])), 'darwin-x64', 'Mach-O');
equal(madeFor(program([[0, 0x5a4d, 2], [0x3c, 0x80, 4], [0x84, 0x8664, 2]])), 'win32-x64', 'PE');
equal(madeFor(program([[0, 0x5a4d, 2], [0x3c, 0x80, 4], [0x84, 0xaa64, 2]])), 'win32-arm64', 'PE for ARM');
equal(madeFor(program([[0, 0x5a4d, 2], [0x3c, 0xfffffff0, 4]])), undefined, 'a header that points out of the file');
equal(madeFor(program([])), undefined, 'zeros');
equal(madeFor('/nowhere'), undefined, 'nothing');
// The environment goes before the setting, and the setting before the PATH.
const places = { environment: { STUDYMARK_SERVER: '/env/studymark', PATH: '' }, setting: '/set/studymark', extension: folder };
const message = async (places) => {
  const found = await locate(places);
  return isFailure(found) ? found.message.slice(0, 60) : found.origin;
};
equal(await message(places), 'There is no studymark server at /env/studymark, where the en', 'environment');
equal(await message({ ...places, environment: { PATH: '' } }), 'There is no studymark server at /set/studymark, where the se', 'setting');
equal((await message({ ...places, environment: { PATH: '' }, setting: null })).startsWith('There is no studymark server for this system'), true, 'nothing');
const onPath = path.join(folder, 'studymark');
fs.writeFileSync(onPath, '#!/bin/sh\necho studymark 0.1.0\n', { mode: 0o755 });
equal(await message({ environment: { PATH: `relative:${folder}` }, setting: '  ', extension: folder }), 'path', 'PATH');

const page = guarded('<!doctype html><html><head lang="en"><style nonce="studymark-nonce"></style></head><body><script nonce="studymark-nonce">1</script></body></html>');
const nonces = [...page.matchAll(/nonce="([^"]+)"/g)].map((match) => match[1]);
equal([nonces.length, new Set(nonces).size, nonces[0].length], [2, 1, 24], 'nonces');
equal(page.includes('studymark-nonce'), false, 'the word of the server');
equal(page.indexOf('<meta http-equiv="Content-Security-Policy"') < page.indexOf('<style'), true, 'the policy comes first');
equal(page.includes(`default-src 'none'; script-src 'nonce-${nonces[0]}'; style-src 'nonce-${nonces[0]}'`), true, 'the policy');
equal(guarded('<p>x').startsWith('<meta '), true, 'a page without a head');

equal(decodeURIComponent(anchor('四、死锁的 四个 Conditions!')), '四死锁的-四个-conditions', 'anchor');
equal(anchor('A#B c'), 'b-c', 'anchor of the last heading');
equal(wikiLink('[[a#b|c]] d'), { target: 'a', fragment: 'b', label: 'c', embed: false, length: 9 }, 'wiki link');
equal(wikiLink('![[a]]')?.embed, true, 'embed');
for (const none of ['[[]]', '[[a]', '[a]]', '[[a\n]]', '![a]', '']) equal(wikiLink(none), undefined, JSON.stringify(none));
equal(wikiLink('[[#b]]')?.label, 'b', 'a heading of this note');
equal([bar({ answered: 0, questions: 3 }), bar({ answered: 3, questions: 3 })], ['▱▱▱▱▱▱▱▱▱▱', '▰▰▰▰▰▰▰▰▰▰'], 'bars');

fs.rmSync(folder, { recursive: true });
console.log(`${count} checks of parts passed`);
