/**
 * The view "Related": topics that have to do with the one at the cursor, and why.
 *
 * Invariant: the reasons are the server's own words.
 */
import * as vscode from 'vscode';
import { Session } from '../session';
import type { Follower } from './follow';
import { List, type Location, type Row, opens } from './list';
import { parts } from './questions';

interface Related extends Location {
  readonly path: string;
  readonly title: string;
  readonly score: number;
  readonly why: readonly string[];
}

export class RelatedTopics extends List {
  constructor(
    private readonly session: Session,
    private readonly follower: Follower,
  ) {
    super('studymark.related');
  }

  protected override async load(): Promise<readonly Row[] | undefined> {
    const place = this.follower.place;
    if (place === undefined || this.session.status.phase !== 'running') return [];
    const found = await this.session.execute<Related[]>('studymark.related', Session.place(place.document.uri, place.position));
    return found?.map((related) => row(related, place.document.uri));
  }
}

function row(related: Related, here: vscode.Uri): Row {
  const item = new vscode.TreeItem(related.title, vscode.TreeItemCollapsibleState.None);
  const elsewhere = vscode.Uri.parse(related.uri).toString() !== here.toString();
  item.iconPath = new vscode.ThemeIcon(related.why.some((why) => /link/.test(why)) ? 'link' : 'lightbulb-sparkle');
  item.description = [elsewhere && parts(related.path)[0], ...related.why].filter(Boolean).join(' · ');
  item.tooltip = `${related.path}:${related.range.start.line + 1}\n${related.why.join('\n')}`;
  item.command = opens(related);
  return { item, rows: [] };
}
