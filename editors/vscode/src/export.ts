/**
 * The questions as cards or a report, written by the server's program.
 *
 * Invariant: a file is only written where the person said; the program itself refuses to write over a note.
 */
import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import type { Session } from './session';

const FORMATS = [
  { label: 'Anki', detail: 'Text to import; importing again updates the cards', format: 'anki', ending: 'txt' },
  { label: 'Table', detail: 'CSV for a spreadsheet or another program of cards', format: 'csv', ending: 'csv' },
  { label: 'Report', detail: 'Markdown: what is answered and what is open', format: 'markdown', ending: 'md' },
  { label: 'JSON', detail: 'For programs', format: 'json', ending: 'json' },
];

export async function exportQuestions(session: Session): Promise<void> {
  const server = session.status.server;
  if (server === undefined) return;
  const folder = await chosenFolder();
  if (folder === undefined) return;
  const picked = await vscode.window.showQuickPick(FORMATS, { title: 'Export Questions', placeHolder: 'As what?' });
  if (picked === undefined) return;
  const target = await vscode.window.showSaveDialog({
    title: 'Export Questions',
    defaultUri: vscode.Uri.joinPath(folder.uri, `${folder.name}.${picked.ending}`),
    filters: { [picked.label]: [picked.ending] },
  });
  if (target === undefined) return;
  const unsaved = vscode.workspace.textDocuments.some((document) => document.isDirty && document.languageId === 'markdown');
  try {
    await run(server.program, ['export', picked.format, '--output', target.fsPath, folder.uri.fsPath]);
  } catch (error) {
    void vscode.window.showErrorMessage(`The questions could not be exported: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  const note = unsaved ? ' Notes that are not saved went in as they are on the disk.' : '';
  const button = await vscode.window.showInformationMessage(`The questions are in ${vscode.workspace.asRelativePath(target)}.${note}`, 'Open');
  if (button) await vscode.commands.executeCommand('vscode.open', target);
}

async function chosenFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) return vscode.window.showWorkspaceFolderPick({ placeHolder: 'Questions of which folder?' });
  if (folders.length === 0) void vscode.window.showInformationMessage('Open a folder of notes to export its questions.');
  return folders[0];
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { windowsHide: true, timeout: 120_000 }, (error, _, stderr) => {
      if (error === null) resolve();
      else reject(new Error(stderr.trim().replace(/^error: /, '') || error.message));
    });
  });
}
