/**
 * One language server at a time: started, watched, started again.
 *
 * Invariant: what goes wrong is told once, with what to do about it; a server that ended is started again three times
 * in three minutes at most, and then only when asked to.
 */
import * as vscode from 'vscode';
import { type Executable, LanguageClient, type LanguageClientOptions, type Middleware, CloseAction, ErrorAction, RevealOutputChannelOn } from 'vscode-languageclient/node';
import { isFailure, locate, type Server } from './locate';
import { definitionsBesides, referencesBesides } from './others';
import * as settings from './settings';

export type Phase = 'starting' | 'running' | 'failed' | 'stopped';

/** What is known of the server now. */
export interface Status {
  readonly phase: Phase;
  readonly server?: Server;
  readonly message?: string;
}

const ENDS_IN_A_ROW = 3;
const ROW = 3 * 60_000;

/** The documents that the server is told of. */
export const NOTES: vscode.DocumentFilter[] = [
  { scheme: 'file', language: 'markdown' },
  { scheme: 'untitled', language: 'markdown' },
];

export function isNote(document: vscode.TextDocument | undefined): document is vscode.TextDocument {
  return document !== undefined && vscode.languages.match(NOTES, document) > 0;
}

/**
 * A client that leaves messages to the session and commands to `commands.ts`: what it would show itself speaks of
 * connections, and the commands it would register come and go with the server.
 */
class Client extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override registerFeature(feature: Parameters<LanguageClient['registerFeature']>[0]): void {
    const type = (feature as { registrationType?: { method?: string } }).registrationType;
    if (type?.method !== 'workspace/executeCommand') super.registerFeature(feature);
  }
}

export class Session implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Status>();
  private readonly stirred = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[] = [this.changed, this.stirred];
  private readonly known: string[];
  private client: Client | undefined;
  private now: Status = { phase: 'stopped' };
  private ends: number[] = [];
  /** Starts and stops happen one after another. */
  private queue: Promise<void> = Promise.resolve();
  private stirredAt = 0;
  private askedAt = 0;
  private startedAt = 0;
  private asleepSince = 0;
  /** Milliseconds from the start to the first findings. */
  firstFindings: number | undefined;

  /** The server started, ended or failed. */
  readonly onDidChange = this.changed.event;
  /** What the notes say may have changed. */
  readonly onDidStir = this.stirred.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {
    this.known = settings.keys(context.extension.packageJSON);
    const watcher = vscode.workspace.createFileSystemWatcher('**/*.{md,markdown,mdown,mkd,toml}');
    this.disposables.push(
      watcher,
      watcher.onDidCreate(() => this.stir()),
      watcher.onDidChange(() => this.stir()),
      watcher.onDidDelete(() => this.stir()),
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (isNote(event.document) && event.contentChanges.length > 0) this.stir();
      }),
      vscode.languages.onDidChangeDiagnostics((event) => {
        if (event.uris.some((uri) => /\.(md|markdown|mdown|mkd)$/i.test(uri.path))) this.stirred.fire();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('studymark.server.path')) void this.restart();
        else if (event.affectsConfiguration('studymark')) this.stir();
      }),
      // A workspace that is trusted from now on may name its own server.
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        const path = vscode.workspace.getConfiguration('studymark').inspect<string>('server.path');
        if (path?.workspaceValue) void this.restart();
      }),
    );
  }

  get status(): Status {
    return this.now;
  }

  /** Whether the server knows a command. */
  knows(command: string): boolean {
    return this.client?.initializeResult?.capabilities.executeCommandProvider?.commands.includes(command) ?? false;
  }

  /** Whether the server completes. */
  get completes(): boolean {
    return this.client?.initializeResult?.capabilities.completionProvider !== undefined;
  }

  /** Executes a command of the server; `undefined` when there is none that could. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    if (!this.knows(command)) return undefined;
    return this.request<T>('workspace/executeCommand', { command, arguments: args });
  }

  /** Asks the server; `undefined` when it does not run or does not know. */
  async request<T>(method: string, params: unknown, token?: vscode.CancellationToken): Promise<T | undefined> {
    const client = this.client;
    if (client === undefined || this.now.phase !== 'running') return undefined;
    try {
      // A token that is not there would be taken for another parameter.
      const answer = token ? client.sendRequest<T | null>(method, params, token) : client.sendRequest<T | null>(method, params);
      return (await answer) ?? undefined;
    } catch (error) {
      if (this.client === client && this.now.phase === 'running') this.log.warn(`${method}: ${String(error)}`);
      return undefined;
    }
  }

  /** Where a place is, as the protocol says it. */
  static place(uri: vscode.Uri, position: vscode.Position) {
    return { uri: uri.toString(), position: { line: position.line, character: position.character } };
  }

  /** When what was begun is done. */
  settled(): Promise<void> {
    return this.queue;
  }

  start(): Promise<void> {
    return this.next(() => this.begin());
  }

  /** Ends the server and starts it anew, whatever happened before. */
  restart(): Promise<void> {
    this.ends = [];
    return this.next(async () => {
      await this.end();
      await this.begin();
    });
  }

  async stop(): Promise<void> {
    await this.next(async () => {
      await this.end();
      this.set({ phase: 'stopped' });
    });
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private next(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work, work);
    return this.queue;
  }

  private stir(): void {
    this.stirredAt = Date.now();
    this.stirred.fire();
  }

  private set(status: Status): void {
    this.now = status;
    void vscode.commands.executeCommand('setContext', 'studymark.phase', status.phase);
    void vscode.commands.executeCommand('setContext', 'studymark.running', status.phase === 'running');
    this.changed.fire(status);
  }

  private async begin(): Promise<void> {
    this.startedAt = Date.now();
    this.firstFindings = undefined;
    this.set({ phase: 'starting' });
    const configuration = vscode.workspace.getConfiguration('studymark');
    const found = await locate({
      environment: process.env,
      setting: configuration.get<string | null>('server.path'),
      extension: this.context.extensionPath,
    });
    if (isFailure(found)) return this.fail(found.message, found.inSettings);
    this.log.info(`server: ${found.program} (${found.origin}), version ${found.version}`);
    const client = this.make(found);
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      this.log.error(String(error));
      void client.dispose().catch(() => undefined);
      return this.fail(`The studymark server at ${found.program} ended before it was ready. The log may say why.`, found.origin === 'setting', found);
    }
    this.set({ phase: 'running', server: found });
    this.compareVersions(found);
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client === undefined) return;
    try {
      await client.dispose(2000);
    } catch (error) {
      this.log.warn(`while the server was stopped: ${String(error)}`);
    }
  }

  private fail(message: string, inSettings: boolean, server?: Server): void {
    this.log.error(message);
    this.set({ phase: 'failed', message, ...(server && { server }) });
    const buttons = [...(inSettings ? ['Open Settings'] : []), 'Restart Server', 'Show Log'];
    void vscode.window.showErrorMessage(message, ...buttons).then((button) => {
      if (button === 'Open Settings') void vscode.commands.executeCommand('studymark.openSettings', 'studymark.server.path');
      if (button === 'Restart Server') void this.restart();
      if (button === 'Show Log') this.log.show();
    });
  }

  /** The server is another program than the extension was made with: it may know less. */
  private compareVersions(server: Server): void {
    const own = String(this.context.extension.packageJSON.version);
    const series = (version: string) => version.split('.').slice(0, 2).join('.');
    if (series(own) === series(server.version)) return;
    const message = `The studymark server at ${server.program} has version ${server.version}, the extension ${own}: some of it may not work. Install the same version of both.`;
    this.log.warn(message);
    void vscode.window.showWarningMessage(message, 'Open Settings').then((button) => {
      if (button) void vscode.commands.executeCommand('studymark.openSettings', 'studymark.server.path');
    });
  }

  private make(server: Server): Client {
    const executable: Executable = { command: server.program, args: ['lsp'] };
    const options: LanguageClientOptions = {
      documentSelector: NOTES.map((filter) => ({ scheme: filter.scheme!, language: filter.language! })),
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: 'studymark',
      diagnosticPullOptions: { onChange: true, onSave: true, onFocus: true },
      // A setting that is no longer set falls back to what was told here.
      initializationOptions: settings.differences(this.known),
      initializationFailedHandler: () => false,
      middleware: this.middleware(),
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          this.ended(server);
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
    return new Client('studymark', 'studymark', executable, options);
  }

  /** The server ended although nobody asked it to. */
  private ended(server: Server): void {
    if (this.now.phase !== 'running') return;
    const now = Date.now();
    this.ends = [...this.ends.filter((end) => now - end < ROW), now];
    this.client = undefined;
    if (this.ends.length > ENDS_IN_A_ROW) {
      this.ends = [];
      this.fail(`The studymark server ended unexpectedly ${ENDS_IN_A_ROW + 1} times in three minutes and is not started again. The log may say why.`, false, server);
      return;
    }
    this.log.warn('the server ended unexpectedly and is started again');
    void this.start();
  }

  private middleware(): Middleware {
    const found = () => {
      this.firstFindings ??= Date.now() - this.startedAt;
    };
    return {
      workspace: {
        configuration: (params) => params.items.map((item) => (item.section === 'studymark' ? settings.chosen(this.known) : null)),
        // The server asks for what it needs.
        didChangeConfiguration: async () => {
          await this.client?.sendNotification('workspace/didChangeConfiguration', { settings: null });
        },
      },
      provideDefinition: (document, position, token, next) => definitionsBesides(document, position, () => next(document, position, token)),
      provideReferences: (document, position, context, token, next) => referencesBesides(document, position, () => next(document, position, context, token)),
      handleDiagnostics: (uri, diagnostics, next) => {
        if (diagnostics.length > 0) found();
        next(uri, diagnostics);
      },
      provideDiagnostics: async (document, previous, token, next) => {
        this.askedAt = Date.now();
        const report = await next(document, previous, token);
        if (report?.kind === 'full' && report.items.length > 0) found();
        return report;
      },
      // The client asks every two seconds. That is worth while after something happened, and once a minute.
      provideWorkspaceDiagnostics: async (previous, token, report, next) => {
        const now = Date.now();
        const awake = now - Math.max(this.stirredAt, this.askedAt, this.startedAt) < 15_000;
        if (!awake && now - this.asleepSince < 60_000) return { items: [] };
        this.asleepSince = now;
        return next(previous, token, report);
      },
    };
  }

}
