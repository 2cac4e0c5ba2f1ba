// Writes the settings of package.json from the server's schema.
//
//   node scripts/manifest.mjs          writes
//   node scripts/manifest.mjs --check  tells what differs, and fails
//
// Invariant: every setting of the schema is offered, and nothing else but the extension's own settings.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const read = (name) => fs.readFileSync(path.join(here, name), 'utf8');
const schema = JSON.parse(read('../schema/studymark.schema.json'));
const differing = JSON.parse(read('defaults.json'));

const titles = { questions: 'Questions', links: 'Links', files: 'Files', features: 'Features', diagnostics: 'Findings' };

// The settings that are the extension's, not the server's.
const own = {
  title: 'Server',
  properties: {
    'studymark.server.path': {
      type: ['string', 'null'],
      default: null,
      scope: 'machine-overridable',
      markdownDescription:
        'The studymark program to start, as an absolute path; `~` is your home folder. Unset, the one that comes with the extension is started, or the one on the `PATH`. The environment variable `STUDYMARK_SERVER` goes before this setting.',
    },
    'studymark.trace.server': {
      type: 'string',
      enum: ['off', 'messages', 'verbose'],
      default: 'off',
      description: 'Whether what the editor and the server say to each other is written into the log.',
    },
  },
};

/** A description of the schema is plain text with code in backticks: what looks like HTML stays text. */
const markdown = (text) => text.replaceAll('<', '&lt;');

function setting(key, rule) {
  const row = differing.settings[key];
  const { description, default: standard, ...rest } = rule;
  const value = row ? row.value : standard;
  const result = { ...rest };
  if (rule.enum && !rule.type) result.type = 'string';
  if (value === undefined) {
    result.type = [rule.type, 'null'];
    result.default = null;
  } else {
    result.default = value;
  }
  const note = row ? ` (\`${JSON.stringify(row.value)}\` here, \`${JSON.stringify(standard)}\` elsewhere: ${row.why})` : '';
  result.markdownDescription = markdown(description) + note;
  return result;
}

const known = [];
const sections = Object.entries(schema.properties).map(([section, { properties }]) => {
  const rules = Object.entries(properties).map(([name, rule]) => {
    known.push(`${section}.${name}`);
    return [`studymark.${section}.${name}`, setting(`${section}.${name}`, rule)];
  });
  return { title: titles[section] ?? section.charAt(0).toUpperCase() + section.slice(1), properties: Object.fromEntries(rules) };
});

for (const [key, row] of Object.entries(differing.settings)) {
  const section = schema.properties[key.split('.')[0]];
  if (!section) throw new Error(`defaults.json: no section of the schema is called ${key.split('.')[0]}`);
  if (!known.includes(key)) console.error(`defaults.json: ${key} waits: the schema does not know it yet`);
  else if (JSON.stringify(row.value) === JSON.stringify(section.properties[key.slice(key.indexOf('.') + 1)].default))
    throw new Error(`defaults.json: ${key} does not differ from the server's default`);
}

const others = Object.entries(differing.others).filter(([, row]) => !row.requires || known.includes(row.requires));
const manifest = JSON.parse(read('package.json'));
manifest.contributes ??= {};
manifest.contributes.configuration = [own, ...sections];
if (others.length > 0) manifest.contributes.configurationDefaults = Object.fromEntries(others.map(([key, row]) => [key, row.value]));
else delete manifest.contributes.configurationDefaults;

const text = JSON.stringify(manifest, null, 2) + '\n';
const stale = read('package.json') !== text;
if (process.argv.includes('--check')) {
  if (stale) console.error('editors/vscode/package.json is not what the schema says: run `npm run manifest` in editors/vscode');
  process.exit(stale ? 1 : 0);
}
if (stale) {
  fs.writeFileSync(path.join(here, 'package.json'), text);
  console.log('wrote editors/vscode/package.json');
}
