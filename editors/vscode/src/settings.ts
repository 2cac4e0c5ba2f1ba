/**
 * What the server is told of the settings.
 *
 * Invariant: only what the person set is told, and what differs in VS Code (defaults.json): a default that nobody chose
 * must not go before the `studymark.toml` of the notes.
 */
import * as vscode from 'vscode';
import differing from '../defaults.json';

/** The settings that are the extension's own. */
const OWN = new Set(['server.path', 'trace.server']);

/** The keys of the server's settings, as the manifest offers them. */
export function keys(manifest: unknown): string[] {
  const sections = (manifest as { contributes: { configuration: { properties: object }[] } }).contributes.configuration;
  const all = sections.flatMap((section) => Object.keys(section.properties));
  return all.map((key) => key.slice('studymark.'.length)).filter((key) => !OWN.has(key));
}

/** What differs in VS Code from the server's defaults, of these keys. */
export function differences(known: readonly string[]): Record<string, unknown> {
  const rows = Object.entries(differing.settings).filter(([key]) => known.includes(key));
  return Object.fromEntries(rows.map(([key, row]) => [key, row.value]));
}

/** What the person set, and what differs. */
export function chosen(known: readonly string[]): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration('studymark');
  const told = differences(known);
  for (const key of known) {
    const found = configuration.inspect(key);
    const value = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
    if (value !== undefined && value !== null) told[key] = value;
  }
  return told;
}
