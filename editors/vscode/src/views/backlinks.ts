/**
 * The view "Backlinks": who links to the topic at the cursor.
 *
 * Invariant: asked by the standard call hierarchy, so that it says what "Show Call Hierarchy" says.
 */
import * as vscode from 'vscode';
import type { Session } from '../session';
import type { Follower, Place } from './follow';
import { List, type Location, type Row, opens } from './list';

type Range = Location['range'];

interface Topic {
  readonly name: string;
  readonly detail?: string;
  readonly uri: string;
  readonly range: Range;
  readonly selectionRange: Range;
}

interface Incoming {
  readonly from: Topic;
  readonly fromRanges: readonly Range[];
}

export class Backlinks extends List {
  constructor(
    private readonly session: Session,
    private readonly follower: Follower,
  ) {
    super('studymark.backlinks');
  }

  protected override async load(): Promise<readonly Row[] | undefined> {
    const place = this.follower.place;
    if (place === undefined || this.session.status.phase !== 'running') {
      this.view.description = '';
      return [];
    }
    const topic = await this.topic(place);
    this.view.description = topic?.name ?? '';
    if (topic === undefined) return [];
    const calls = await this.session.request<Incoming[]>('callHierarchy/incomingCalls', { item: topic });
    return calls?.map((call) => row(call));
  }

  /** The topic around the cursor. On a link the server speaks of what it leads to; then the start of the line is asked. */
  private async topic(place: Place): Promise<Topic | undefined> {
    const ask = async (position: vscode.Position) => {
      const params = { textDocument: { uri: place.document.uri.toString() }, position };
      return (await this.session.request<Topic[]>('textDocument/prepareCallHierarchy', params))?.[0];
    };
    const found = await ask(place.position);
    const around = (topic: Topic) =>
      vscode.Uri.parse(topic.uri).toString() === place.document.uri.toString() &&
      topic.range.start.line <= place.position.line && place.position.line <= topic.range.end.line;
    if (found === undefined || around(found)) return found;
    const atStart = await ask(place.position.with({ character: 0 }));
    return atStart && around(atStart) ? atStart : found;
  }
}

function row(call: Incoming): Row {
  const { from, fromRanges } = call;
  const item = new vscode.TreeItem(from.name, vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon('references');
  item.description = [from.detail, fromRanges.length > 1 && `${fromRanges.length} times`].filter(Boolean).join(' · ');
  item.tooltip = fromRanges.map((range) => `${from.detail ?? from.name}: line ${range.start.line + 1}`).join('\n');
  item.command = opens({ uri: from.uri, range: fromRanges[0] ?? from.selectionRange });
  return { item, rows: [] };
}
