/**
 * The view "Open Questions": by note and chapter.
 *
 * Invariant: the rows stand in the order of the notes; what is told of coverage is the server's.
 */
import * as vscode from 'vscode';
import type { Coverage, Figures } from '../coverage';
import type { Session } from '../session';
import { List, type Location, type Row, opens } from './list';

/** What the server lists. */
interface Question extends Location {
  readonly path: string;
  readonly title: string;
  readonly chapter: string | null;
  readonly state: string;
}

interface Sign {
  readonly icon: string;
  readonly color: string;
  readonly says: string;
}

const OPEN: Sign = { icon: 'circle-large-outline', color: 'studymark.unanswered', says: 'no answer yet' };
const SIGNS: Record<string, Sign> = {
  stub: { icon: 'color-mode', color: 'studymark.stub', says: 'put off' },
  'empty-chapter': { icon: 'circle-slash', color: 'studymark.unanswered', says: 'an empty chapter' },
};

export class Questions extends List {
  private ofNote: vscode.Uri | undefined;
  private figures: Coverage | undefined;

  constructor(private readonly session: Session) {
    super('studymark.questions');
  }

  /** Takes the figures of the notes, and loads what they speak of. */
  async take(figures: Coverage | undefined): Promise<void> {
    this.figures = figures;
    await this.refresh();
  }

  /** Shows one note only, or all. */
  async limit(uri: vscode.Uri | undefined): Promise<void> {
    this.ofNote = uri;
    await vscode.commands.executeCommand('setContext', 'studymark.ofNote', uri !== undefined);
    await this.refresh(true);
  }

  protected override async load(): Promise<readonly Row[] | undefined> {
    if (this.session.status.phase !== 'running') {
      this.view.description = '';
      return [];
    }
    const scope = this.ofNote ? { uri: this.ofNote.toString(), scope: 'file' } : { scope: 'workspace' };
    const questions = await this.session.execute<Question[]>('studymark.openQuestions', scope);
    if (questions === undefined) return undefined;
    const total = this.figures?.total;
    await vscode.commands.executeCommand('setContext', 'studymark.listed', true);
    await vscode.commands.executeCommand('setContext', 'studymark.asked', (total?.questions ?? 0) > 0 || questions.length > 0);
    this.view.description = total && total.questions > 0 ? `${total.answered}/${total.questions} answered` : '';
    return this.notes(questions);
  }

  private notes(questions: readonly Question[]): Row[] {
    const notes = grouped(questions, (question) => question.uri);
    return [...notes].sort(([, a], [, b]) => a[0]!.path.localeCompare(b[0]!.path)).map(([uri, asked]) => {
      const file = this.figures?.files.find((file) => file.uri === uri);
      const chapters = grouped(asked, (question) => question.chapter ?? '');
      const rows = [...chapters].flatMap(([chapter, asked]) => (chapter === '' ? asked.map(question) : [this.chapter(uri, chapter, asked)]));
      const [name, folder] = parts(asked[0]!.path);
      const item = new vscode.TreeItem(name, notes.size > 8 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded);
      item.id = uri;
      item.iconPath = new vscode.ThemeIcon('book');
      item.description = [folder, file && answered(file)].filter(Boolean).join(' · ');
      item.tooltip = file ? `${asked[0]!.path}: ${answered(file)} answered, ${asked.length} open` : asked[0]!.path;
      item.contextValue = 'note';
      // A note whose only chapter is its title needs no row for it.
      const only = rows.length === 1 && rows[0]!.rows.length > 0 ? rows[0]!.rows : rows;
      return { item, rows: only };
    });
  }

  private chapter(uri: string, title: string, asked: readonly Question[]): Row {
    const chapter = this.figures?.chapters.find((chapter) => chapter.uri === uri && chapter.title === title);
    const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Expanded);
    item.id = `${uri}#${title}`;
    item.iconPath = new vscode.ThemeIcon('symbol-namespace');
    if (chapter) item.description = answered(chapter);
    item.contextValue = 'chapter';
    return { item, rows: asked.map(question) };
  }
}

function question(question: Question): Row {
  const sign = SIGNS[question.state] ?? OPEN;
  const item = new vscode.TreeItem(question.title, vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon(sign.icon, new vscode.ThemeColor(sign.color));
  if (sign !== OPEN) item.description = sign.says;
  item.tooltip = `${question.path}:${question.range.start.line + 1} — ${sign.says}`;
  item.accessibilityInformation = { label: `${question.title}, ${sign.says}` };
  item.command = opens(question);
  item.contextValue = 'question';
  return { item, rows: [] };
}

function answered(figures: Figures): string {
  return `${figures.answered}/${figures.questions}`;
}

/** The name and the folder of a path. */
export function parts(path: string): [string, string] {
  const at = path.lastIndexOf('/');
  return [path.slice(at + 1), path.slice(0, Math.max(at, 0))];
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
