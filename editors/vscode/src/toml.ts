/**
 * Help in `studymark.toml`: keys, values and what they mean, from the schema of the settings.
 *
 * Invariant: what is offered is in the schema; what is wrong in the file is the server's to say.
 */
import * as vscode from 'vscode';
import schema from '../../schema/studymark.schema.json';

interface Rule {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly description: string;
}

const SECTIONS = schema.properties as unknown as Record<string, { properties: Record<string, Rule> }>;
export const FILE: vscode.DocumentFilter = { scheme: 'file', pattern: '**/studymark.toml' };

export class TomlHelp implements vscode.CompletionItemProvider, vscode.HoverProvider {
  provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
    const before = document.lineAt(position).text.slice(0, position.character);
    if (/^\s*\[[\w-]*$/.test(before)) return Object.keys(SECTIONS).map((name) => item(name, vscode.CompletionItemKind.Module, ''));
    const section = sectionAt(document, position.line);
    const rules = section === undefined ? undefined : SECTIONS[section]?.properties;
    const value = /^\s*([\w-]+)\s*=\s*("?)[\w-]*$/.exec(before);
    const rule = value && rules?.[value[1]!];
    if (rule) return values(rule, value[2] === '"');
    if (!/^\s*[\w-]*$/.test(before)) return [];
    if (rules === undefined) {
      return Object.keys(SECTIONS).map((name) => item(`[${name}]`, vscode.CompletionItemKind.Module, ''));
    }
    const taken = new Set(keysOf(document, section!));
    return Object.entries(rules)
      .filter(([name]) => !taken.has(name))
      .map(([name, rule]) => {
        const entry = item(name, vscode.CompletionItemKind.Property, rule.description);
        entry.insertText = new vscode.SnippetString(`${name} = ${rule.enum ? `"\${1|${rule.enum.join(',')}|}"` : `\${1:${literal(rule).replace(/[}$\\]/g, '\\$&')}}`}`);
        return entry;
      });
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const found = /^\s*([\w-]+)\s*=/.exec(document.lineAt(position).text);
    const section = sectionAt(document, position.line);
    const rule = found && section !== undefined ? SECTIONS[section]?.properties[found[1]!] : undefined;
    if (!rule) return undefined;
    const values = rule.enum ? rule.enum.map((value) => `\`"${value}"\``).join(', ') : rule.type;
    return new vscode.Hover([new vscode.MarkdownString(rule.description.replaceAll('<', '&lt;')), new vscode.MarkdownString(`${values}; default \`${literal(rule)}\``)]);
  }
}

function item(label: string, kind: vscode.CompletionItemKind, description: string): vscode.CompletionItem {
  const entry = new vscode.CompletionItem(label, kind);
  if (description) entry.documentation = description;
  return entry;
}

function values(rule: Rule, quoted: boolean): vscode.CompletionItem[] {
  const texts = rule.enum ? rule.enum.map((value) => (quoted ? value : `"${value}"`)) : rule.type === 'boolean' ? ['true', 'false'] : [];
  return texts.map((text) => item(text, vscode.CompletionItemKind.EnumMember, ''));
}

function literal(rule: Rule): string {
  return rule.default === undefined ? (rule.type === 'string' ? '""' : '') : JSON.stringify(rule.default);
}

/** The table that a line stands in: `questions` under `[questions]`. */
function sectionAt(document: vscode.TextDocument, line: number): string | undefined {
  for (let at = line; at >= 0; at--) {
    const table = /^\s*\[([\w-]+)\]/.exec(document.lineAt(at).text);
    if (table) return table[1];
  }
  return undefined;
}

function keysOf(document: vscode.TextDocument, section: string): string[] {
  const keys: string[] = [];
  for (let line = 0; line < document.lineCount; line++) {
    const key = /^\s*([\w-]+)\s*=/.exec(document.lineAt(line).text);
    if (key && sectionAt(document, line) === section) keys.push(key[1]!);
  }
  return keys;
}
