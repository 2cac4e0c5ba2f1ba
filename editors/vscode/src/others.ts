/**
 * What VS Code's own Markdown support lists already is left out of what the server lists: no definition and no reference
 * stands twice.
 *
 * Invariant: nothing is left out where nobody else lists anything.
 */
import * as vscode from 'vscode';

type Definitions = vscode.Definition | vscode.DefinitionLink[];

/** The requests under way in which the others are being asked: then this extension is silent. */
const asking = new Set<string>();

/**
 * Definitions of the server, unless others give any: of `[text][name]` they lead to the line `[name]: …`, and two places
 * would have to be chosen from.
 */
export async function definitionsBesides(document: vscode.TextDocument, position: vscode.Position, own: () => vscode.ProviderResult<Definitions>): Promise<Definitions | undefined | null> {
  return besides('vscode.executeDefinitionProvider', document, position, own, () => []);
}

/** References of the server without those that others give: an overlapping range. */
export async function referencesBesides(document: vscode.TextDocument, position: vscode.Position, own: () => vscode.ProviderResult<vscode.Location[]>): Promise<vscode.Location[] | undefined | null> {
  return besides('vscode.executeReferenceProvider', document, position, own, (found, others: vscode.Location[]) =>
    found.filter((place) => !others.some((other) => other.uri.toString() === place.uri.toString() && overlap(other.range, place.range))),
  );
}

function overlap(a: vscode.Range, b: vscode.Range): boolean {
  return a.isEqual(b) || (a.start.isBefore(b.end) && b.start.isBefore(a.end));
}

async function besides<T, O>(command: string, document: vscode.TextDocument, position: vscode.Position, own: () => vscode.ProviderResult<T>, without: (found: T, others: O[]) => T): Promise<T | undefined | null> {
  const key = `${command} ${document.uri.toString()} ${position.line}:${position.character}`;
  if (asking.has(key)) return undefined;
  const found = await own();
  if (!found || (Array.isArray(found) && found.length === 0)) return found;
  asking.add(key);
  try {
    const others = await vscode.commands.executeCommand<O[] | undefined>(command, document.uri, position);
    return others && others.length > 0 ? without(found, others) : found;
  } catch {
    return found;
  } finally {
    asking.delete(key);
  }
}
