/**
 * The graph of topics, terms and links in a panel.
 *
 * Invariant: the page of the server runs under a policy that loads nothing and runs nothing but its own scripts; all it
 * may ask for is to open a note.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Session } from './session';

/** The word in the server's page that stands for the nonce of whoever shows it. */
const NONCE = 'studymark-nonce';

export class Graph implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;

  constructor(
    private readonly session: Session,
    private readonly folder: vscode.Uri,
  ) {}

  /** Shows the graph of the notes as they are now. */
  async show(): Promise<void> {
    if (!this.session.knows('studymark.graph')) {
      const version = this.session.status.server?.version ?? '';
      const message = `The studymark server ${version} draws no graphs yet. A newer one does.`;
      void vscode.window.showInformationMessage(message.replace('  ', ' '));
      return;
    }
    const load = this.session.execute<string>('studymark.graph', { format: 'html' });
    const page = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Drawing the graph' }, () => load);
    if (typeof page !== 'string') {
      void vscode.window.showErrorMessage('The graph could not be drawn. The log may say why.', 'Show Log').then((button) => {
        if (button) void vscode.commands.executeCommand('studymark.showLog');
      });
      return;
    }
    const panel = this.panel ?? this.open();
    panel.webview.html = guarded(page);
    panel.reveal(undefined, false);
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private open(): vscode.WebviewPanel {
    const beside = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const panel = vscode.window.createWebviewPanel('studymark.graph', 'Graph of notes', beside, {
      enableScripts: true,
      retainContextWhenHidden: true,
      localResourceRoots: [],
    });
    panel.iconPath = vscode.Uri.joinPath(this.folder, 'media', 'icon.png');
    panel.onDidDispose(() => (this.panel = undefined));
    panel.webview.onDidReceiveMessage((message) => void openTopic(message));
    this.panel = panel;
    return panel;
  }
}

/** The page with a nonce and a policy of our own. */
export function guarded(page: string): string {
  const nonce = randomBytes(18).toString('base64');
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src data:; worker-src blob:; form-action 'none'; base-uri 'none'`;
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  const own = page.replaceAll(NONCE, nonce);
  const head = /<head(\s[^>]*)?>/i.exec(own);
  // Without a head the policy comes first: the browser makes one around it.
  const at = head ? head.index + head[0].length : (/^\s*<!doctype[^>]*>/i.exec(own)?.[0].length ?? 0);
  return own.slice(0, at) + meta + own.slice(at);
}

/** `{type: "open", uri, line}`; everything else is passed over, and so are files that are no notes of this workspace. */
async function openTopic(message: unknown): Promise<void> {
  const { type, uri, line } = (message ?? {}) as { type?: unknown; uri?: unknown; line?: unknown };
  if (type !== 'open' || typeof uri !== 'string') return;
  let target: vscode.Uri;
  try {
    target = vscode.Uri.parse(uri, true);
  } catch {
    return;
  }
  const here = vscode.workspace.getWorkspaceFolder(target) ?? vscode.workspace.textDocuments.find((document) => document.uri.toString() === target.toString());
  if (target.scheme !== 'file' || here === undefined) return;
  const at = new vscode.Position(typeof line === 'number' && Number.isSafeInteger(line) && line >= 0 ? line : 0, 0);
  const column = vscode.window.tabGroups.all.find((group) => !group.isActive)?.viewColumn ?? vscode.ViewColumn.Beside;
  await vscode.window.showTextDocument(target, { selection: new vscode.Range(at, at), viewColumn: column });
}
