/**
 * A tree that is loaded as a whole, and shown again when it changed.
 *
 * Invariant: of several loads only the last one is shown; a view that nobody sees is not loaded.
 */
import * as vscode from 'vscode';

/** A place in a note, as the server tells it. */
export interface Location {
  readonly uri: string;
  readonly range: { start: { line: number; character: number }; end: { line: number; character: number } };
}

/** A row with its rows. */
export interface Row {
  readonly item: vscode.TreeItem;
  readonly rows: readonly Row[];
}

export abstract class List implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private shown = '';
  private run = 0;
  private parents = new Map<Row, Row>();
  protected readonly view: vscode.TreeView<Row>;
  readonly onDidChangeTreeData = this.changed.event;
  rows: readonly Row[] = [];

  constructor(id: string) {
    this.view = vscode.window.createTreeView(id, { treeDataProvider: this, showCollapseAll: id === 'studymark.questions' });
    this.view.onDidChangeVisibility(() => void this.refresh());
  }

  /** Everything that is to be shown; `undefined` when that cannot be known now. */
  protected abstract load(): Promise<readonly Row[] | undefined>;

  /** Loads and shows, when someone looks. */
  async refresh(force = false): Promise<void> {
    if (!this.view.visible && !force) return;
    const run = ++this.run;
    const rows = await this.load();
    if (run !== this.run || rows === undefined) return;
    const shown = JSON.stringify(rows);
    this.rows = rows;
    // A tree that is set anew loses its selection.
    if (shown === this.shown) return;
    this.shown = shown;
    this.parents = new Map(rows.flatMap((row) => parents(row)));
    this.changed.fire();
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return row.item;
  }

  getChildren(row?: Row): Row[] {
    return [...(row ? row.rows : this.rows)];
  }

  getParent(row: Row): Row | undefined {
    return this.parents.get(row);
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }
}

function parents(row: Row): [Row, Row][] {
  return row.rows.flatMap((child) => [[child, row] as [Row, Row], ...parents(child)]);
}

/** What a click on a row does: goes there. */
export function opens(location: Location): vscode.Command {
  const { start, end } = location.range;
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  return { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.parse(location.uri), { selection }] };
}
