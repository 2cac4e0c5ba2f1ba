/**
 * The extension: a server, the views on what it knows, and the commands.
 *
 * Invariant: activation does not wait for the server; everything here is there whether it runs or not.
 */
import type MarkdownIt from 'markdown-it';
import * as vscode from 'vscode';
import * as commands from './commands';
import { CoverageBar } from './coverage';
import { Graph } from './graph';
import { WikiTargets, wikiLinks } from './preview';
import { Session, type Status } from './session';
import { LanguageStatus } from './status';
import { FILE, TomlHelp } from './toml';
import { Backlinks } from './views/backlinks';
import { Follower } from './views/follow';
import { Questions } from './views/questions';
import { RelatedTopics } from './views/related';

/** What VS Code's preview uses, and other extensions and the tests may. */
export interface Api {
  extendMarkdownIt(md: MarkdownIt): MarkdownIt;
  /** The server as it is now. */
  status(): Status & { firstFindings: number | undefined; completes: boolean };
  knows(command: string): boolean;
  /** What the status bar says. */
  coverage(): string | undefined;
  readonly views: { questions: Questions; related: RelatedTopics; backlinks: Backlinks };
}

/** How long changes are waited for before the views are loaded anew, in milliseconds; with many notes longer, */
const PAUSE = 300;
/** by as many times what the last load took. */
const TIMES = 4;

let session: Session | undefined;

export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel('Studymark', { log: true });
  const running = new Session(context, log);
  session = running;
  const follower = new Follower(running);
  const bar = new CoverageBar(running);
  const questions = new Questions(running);
  const related = new RelatedTopics(running, follower);
  const backlinks = new Backlinks(running, follower);
  const targets = new WikiTargets(running);
  const graph = new Graph(running, context.extensionUri);
  context.subscriptions.push(log, running, follower, bar, questions, related, backlinks, targets, graph, new LanguageStatus(running));

  let timer: NodeJS.Timeout | undefined;
  let took = 0;
  let loading: Promise<void> = Promise.resolve();
  const load = async () => {
    const start = Date.now();
    await questions.take(await bar.refresh());
    took = Date.now() - start;
  };
  const after = (pause: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => (loading = loading.then(load)), pause);
  };
  context.subscriptions.push(
    running.onDidStir(() => after(Math.min(5000, Math.max(PAUSE, took * TIMES)))),
    // What a server that is gone said is not shown on.
    running.onDidChange((status) => after(status.phase === 'running' ? PAUSE : 0)),
    follower.onDidRest(() => {
      void related.refresh();
      void backlinks.refresh();
    }),
    vscode.languages.registerCompletionItemProvider(FILE, new TomlHelp(), '[', '=', '"'),
    vscode.languages.registerHoverProvider(FILE, new TomlHelp()),
    { dispose: () => clearTimeout(timer) },
  );
  commands.register(context, { session: running, graph, questions });
  void running.start();
  return {
    extendMarkdownIt: wikiLinks(targets),
    status: () => ({ ...running.status, firstFindings: running.firstFindings, completes: running.completes }),
    knows: (command) => running.knows(command),
    coverage: () => bar.text,
    views: { questions, related, backlinks },
  };
}

export async function deactivate(): Promise<void> {
  await session?.stop();
}
