// What is in the package: its files are those of files.txt, its manifest says what the schema says.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const vsix = process.argv[2];
const listed = execFileSync('python3', ['-m', 'zipfile', '-l', vsix], { encoding: 'utf8' });
const files = listed.split('\n').slice(1).map((line) => /^(\S+) +\d{4}-/.exec(line)?.[1]).filter(Boolean).sort();
const expected = fs.readFileSync(path.join(here, 'files.txt'), 'utf8').trim().split('\n');
const fail = (message) => {
  console.error(message);
  process.exitCode = 1;
};
for (const file of files.filter((file) => !expected.includes(file))) fail(`${file} is in the package, and not in tests/vscode/files.txt`);
for (const file of expected.filter((file) => !files.includes(file))) fail(`${file} is in tests/vscode/files.txt, and not in the package`);

// Everything that the manifest points to is there.
const editor = path.join(here, '../../editors/vscode');
const manifest = JSON.parse(fs.readFileSync(path.join(editor, 'package.json'), 'utf8'));
const pointed = JSON.stringify(manifest).match(/"(?:\.\/)?(?:media|syntaxes|snippets|walkthrough|out)\/[^"]+"/g) ?? [];
for (const file of pointed.map((file) => file.slice(1, -1).replace(/^\.\//, ''))) {
  if (!files.includes(`extension/${file}`)) fail(`package.json points to ${file}, which is not in the package`);
}

// Each command that menus, keys, views and the walkthrough name is one.
const own = new Set(manifest.contributes.commands.map(({ command }) => command));
for (const [command] of JSON.stringify(manifest.contributes).matchAll(/(?<="command":"|command:)studymark\.\w+/g)) {
  if (!own.has(command)) fail(`package.json names ${command}, which is no command`);
}
// What can start a program is not for a workspace that is not trusted.
const settings = manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
const ofServer = Object.keys(manifest.contributes.configuration.find(({ title }) => title === 'Server').properties);
for (const name of ofServer.filter((name) => /path|command|args|env/i.test(name))) {
  if (!restricted.includes(name)) fail(`${name} is not restricted in untrusted workspaces`);
}
const version = /^version = "(.*)"/m.exec(fs.readFileSync(path.join(here, '../../Cargo.toml'), 'utf8'))[1];
if (manifest.version !== version) fail(`the extension has version ${manifest.version}, the server ${version}`);
const lock = fs.readFileSync(path.join(editor, 'package-lock.json'), 'utf8');
if (lock.includes('"resolved"')) fail('editors/vscode/package-lock.json names where packages were taken from');
if (!process.exitCode) console.log(`the package has the ${files.length} files it should have, ${settings.length} settings, ${own.size} commands`);
