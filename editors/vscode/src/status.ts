/**
 * The language status of notes: whether the server runs, which it is, and the way to its log.
 */
import * as vscode from 'vscode';
import { NOTES, type Session, type Status } from './session';

const FROM = { environment: 'named by STUDYMARK_SERVER', setting: 'named by studymark.server.path', bundled: 'part of the extension', path: 'found on the PATH' };

export class LanguageStatus implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem('studymark.server', NOTES);
  private readonly changes: vscode.Disposable;

  constructor(session: Session) {
    this.item.name = 'Studymark';
    this.changes = session.onDidChange((status) => this.show(status));
    this.show(session.status);
  }

  dispose(): void {
    this.item.dispose();
    this.changes.dispose();
  }

  private show(status: Status): void {
    const failed = status.phase === 'failed';
    this.item.busy = status.phase === 'starting';
    this.item.severity = failed ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    this.item.text = status.server && !failed ? `studymark ${status.server.version}` : failed ? 'studymark does not run' : 'studymark';
    this.item.detail = status.message ?? (status.server ? FROM[status.server.origin] : status.phase);
    this.item.command = failed ? { command: 'studymark.restart', title: 'Restart Server' } : { command: 'studymark.showLog', title: 'Show Log' };
  }
}
