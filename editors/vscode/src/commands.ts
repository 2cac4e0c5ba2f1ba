/**
 * The commands of the palette, and those of the server under their own names.
 *
 * Invariant: a command that lenses and actions use takes their arguments as they are; called by a person it takes the
 * place of the cursor. Without a server each says so.
 */
import * as vscode from 'vscode';
import { type Coverage, pickCoverage } from './coverage';
import { exportQuestions } from './export';
import type { Graph } from './graph';
import { isNote, Session } from './session';
import type { Questions } from './views/questions';

interface Parts {
  readonly session: Session;
  readonly graph: Graph;
  readonly questions: Questions;
}

type Handler = (...args: unknown[]) => unknown;

export function register(context: vscode.ExtensionContext, { session, graph, questions }: Parts): void {
  const add = (name: string, handler: Handler) => context.subscriptions.push(vscode.commands.registerCommand(`studymark.${name}`, handler));
  /** With the server's arguments: the server. By a person: what `own` does. */
  const served = (name: string, own: () => unknown) =>
    add(name, async (...args) => {
      if (!(await running(session))) return undefined;
      const told = args.length === 1 && isArguments(args[0]);
      return told ? session.execute(`studymark.${name}`, args[0]) : own();
    });

  for (const name of ['nextUnanswered', 'previousUnanswered', 'randomUnanswered']) {
    add(name, async (told) => {
      if (!(await running(session))) return undefined;
      const own = isArguments(told) ? (told as object) : {};
      // A key may say how far to go: `{"scope": "chapter"}`.
      return session.execute(`studymark.${name}`, 'uri' in own ? own : { ...here(), ...own });
    });
  }
  served('show', () => undefined);
  served('openQuestions', () => vscode.commands.executeCommand('studymark.questions.focus'));
  served('related', () => vscode.commands.executeCommand('studymark.related.focus'));
  served('backlinks', () => vscode.commands.executeCommand('studymark.backlinks.focus'));
  served('graph', () => graph.show());
  served('export', () => exportQuestions(session));
  served('coverage', async () => {
    const coverage = await session.execute<Coverage>('studymark.coverage', { scope: 'workspace' });
    if (coverage && coverage.total.questions > 0) await pickCoverage(coverage);
    else void vscode.window.showInformationMessage('These notes ask nothing yet: a heading that asks is a question.');
  });
  served('reindex', async () => {
    await session.execute('studymark.reindex');
    vscode.window.setStatusBarMessage('$(check) All notes are read anew', 3000);
  });

  add('questionsOfNote', () => {
    const document = vscode.window.activeTextEditor?.document;
    if (isNote(document)) return questions.limit(document.uri);
    return void vscode.window.showInformationMessage('Open a note to see its questions alone.');
  });
  add('questionsOfAll', () => questions.limit(undefined));
  add('restart', () => session.restart());
  add('showLog', () => session.log.show());
  add('openSettings', (setting) => {
    if (typeof setting !== 'string') return vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${context.extension.id}`);
    // The path of a program is a setting of the machine that it runs on.
    if (vscode.env.remoteName) return vscode.commands.executeCommand('workbench.action.openRemoteSettings', { query: setting });
    return vscode.commands.executeCommand('workbench.action.openSettings', setting);
  });
  add('showVersion', () => showVersion(context, session));
  add('newNote', () => newNote());
}

function isArguments(value: unknown): boolean {
  // Menus of views call commands with what is selected.
  return typeof value === 'object' && value !== null && !('item' in value) && !(value instanceof vscode.Uri);
}

/** The place of the cursor, when it stands in a note. */
function here() {
  const editor = vscode.window.activeTextEditor;
  return editor && isNote(editor.document) ? Session.place(editor.document.uri, editor.selection.active) : undefined;
}

async function running(session: Session): Promise<boolean> {
  await session.settled();
  if (session.status.phase === 'running') return true;
  const button = await vscode.window.showWarningMessage('The studymark server does not run.', 'Restart Server', 'Show Log');
  if (button === 'Restart Server') await session.restart();
  if (button === 'Show Log') session.log.show();
  return false;
}

async function showVersion(context: vscode.ExtensionContext, session: Session): Promise<void> {
  const { server, phase } = session.status;
  const told = server ? `Server ${server.version}: ${server.program}${phase === 'running' ? '' : ` (${phase})`}` : `No server (${phase})`;
  const message = `Studymark ${String(context.extension.packageJSON.version)}. ${told}`;
  const button = await vscode.window.showInformationMessage(message, 'Copy');
  if (button) await vscode.env.clipboard.writeText(message);
}

async function newNote(): Promise<void> {
  const chinese = vscode.env.language.startsWith('zh');
  const content = chinese ? '# 我的笔记\n\n## 什么是死锁？\n\n' : '# My notes\n\n## What is a deadlock?\n\n';
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document);
}
