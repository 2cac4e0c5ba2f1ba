/**
 * How much is answered: asked of the server, shown in the status bar and in a list.
 *
 * Invariant: the figures are those of the command line; nothing is shown where nothing is asked.
 */
import * as vscode from 'vscode';
import { isNote, type Session } from './session';
import { type Location, opens } from './views/list';

export interface Figures {
  readonly questions: number;
  readonly answered: number;
  readonly stub: number;
  readonly unanswered: number;
}

export interface Part extends Figures, Location {
  readonly path: string;
  readonly title: string;
}

export interface Coverage {
  readonly total: Figures;
  readonly files: readonly Part[];
  readonly chapters: readonly Part[];
}

export class CoverageBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('studymark.coverage', vscode.StatusBarAlignment.Right, 90);
  private coverage: Coverage | undefined;
  private readonly editors = vscode.window.onDidChangeActiveTextEditor(() => this.show());

  constructor(private readonly session: Session) {
    this.item.name = 'Studymark: answered questions';
    this.item.command = 'studymark.openQuestions';
  }

  get text(): string | undefined {
    return this.coverage && this.coverage.total.questions > 0 ? this.item.text : undefined;
  }

  /** Asks for the figures and shows them. */
  async refresh(): Promise<Coverage | undefined> {
    this.coverage = await this.session.execute<Coverage>('studymark.coverage', { scope: 'workspace' });
    this.show();
    return this.coverage;
  }

  dispose(): void {
    this.item.dispose();
    this.editors.dispose();
  }

  private show(): void {
    const coverage = this.coverage;
    if (coverage === undefined || coverage.total.questions === 0) return this.item.hide();
    const { answered, questions } = coverage.total;
    this.item.text = `$(checklist) ${answered}/${questions} answered`;
    this.item.accessibilityInformation = { label: `Studymark: ${answered} of ${questions} questions are answered` };
    this.item.tooltip = this.tooltip(coverage);
    this.item.show();
  }

  /** All notes, and the one in front by chapters. */
  private tooltip(coverage: Coverage): vscode.MarkdownString {
    const rows: [string, Figures][] = [['**All notes**', coverage.total]];
    const document = vscode.window.activeTextEditor?.document;
    const uri = isNote(document) ? normal(document.uri.toString()) : undefined;
    for (const file of coverage.files) {
      if (normal(file.uri) === uri && file.questions > 0) rows.push([`**${escaped(file.title)}**`, file]);
    }
    for (const chapter of coverage.chapters.slice(0, 2000)) {
      if (normal(chapter.uri) === uri && chapter.questions > 0 && rows.length < 14) rows.push([escaped(chapter.title), chapter]);
    }
    const lines = rows.map(([name, figures]) => `| ${name} | ${bar(figures)} | ${figures.answered}/${figures.questions} |`);
    return new vscode.MarkdownString(`| | | answered |\n|:-|:-|-:|\n${lines.join('\n')}\n\nClick to see what is open.`);
  }
}

/** Servers and editors escape URIs differently. */
function normal(uri: string): string {
  return vscode.Uri.parse(uri).toString();
}

/** `▰▰▰▱▱▱▱▱▱▱` */
export function bar(figures: Figures): string {
  const full = figures.questions === 0 ? 0 : Math.floor((figures.answered / figures.questions) * 10);
  return '▰'.repeat(full) + '▱'.repeat(10 - full);
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+\-!|]/g, '\\$&');
}

/** Notes and chapters with their figures, to choose one and go there. */
export async function pickCoverage(coverage: Coverage): Promise<void> {
  type Item = vscode.QuickPickItem & { part?: Part };
  const items: Item[] = [];
  for (const file of coverage.files.filter((file) => file.questions > 0)) {
    items.push({ label: file.path, kind: vscode.QuickPickItemKind.Separator });
    items.push({ label: `$(book) ${file.title}`, description: `${bar(file)} ${file.answered}/${file.questions}`, part: file });
    for (const part of coverage.chapters.filter((part) => part.uri === file.uri && part.questions > 0)) {
      items.push({ label: `$(symbol-namespace) ${part.title}`, description: `${bar(part)} ${part.answered}/${part.questions}`, part });
    }
  }
  const { answered, questions } = coverage.total;
  const picked = await vscode.window.showQuickPick(items, { title: `${answered} of ${questions} questions are answered`, placeHolder: 'Go to a note or chapter', matchOnDescription: true });
  const command = picked?.part && opens(picked.part);
  if (command) await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
}
