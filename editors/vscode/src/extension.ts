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

/** How long changes are waited for before the views are loaded anew. */
const PAUSE = 300;

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
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void bar.refresh().then((coverage) => questions.take(coverage)), PAUSE);
  };
  context.subscriptions.push(
    running.onDidStir(soon),
    running.onDidChange(soon),
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
