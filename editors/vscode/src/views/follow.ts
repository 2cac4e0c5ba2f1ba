/**
 * The place of the cursor in notes, told when it rests.
 *
 * Invariant: what is told is a note; leaving for a list, a terminal or the view itself keeps the last place.
 */
import * as vscode from 'vscode';
import { isNote, type Session } from '../session';

const REST = 200;

export interface Place {
  readonly document: vscode.TextDocument;
  readonly position: vscode.Position;
}

export class Follower implements vscode.Disposable {
  private readonly moved = new vscode.EventEmitter<Place | undefined>();
  private readonly disposables: vscode.Disposable[] = [this.moved];
  private timer: NodeJS.Timeout | undefined;
  private last: Place | undefined;

  /** The cursor rests elsewhere, or what the notes say may have changed. */
  readonly onDidRest = this.moved.event;

  constructor(session: Session) {
    this.disposables.push(
      vscode.window.onDidChangeTextEditorSelection((event) => {
        if (isNote(event.textEditor.document)) this.soon();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.soon()),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document === this.last?.document) this.last = undefined;
        this.soon();
      }),
      session.onDidStir(() => this.soon()),
      session.onDidChange(() => this.soon()),
    );
    this.soon();
  }

  get place(): Place | undefined {
    return this.last;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const editor = vscode.window.activeTextEditor;
      if (editor && isNote(editor.document)) this.last = { document: editor.document, position: editor.selection.active };
      this.moved.fire(this.last);
    }, REST);
  }
}
