/**
 * Wiki links in VS Code's Markdown preview.
 *
 * Invariant: where a link leads is what the server said of it; what it did not say yet is guessed by the name, as
 * CommonMark links are, and the preview is drawn anew when the server has answered.
 */
import type MarkdownIt from 'markdown-it';
import * as vscode from 'vscode';
import { isNote, type Session } from './session';

/** What stands in `[[target#fragment|label]]`. */
export interface WikiLink {
  readonly target: string;
  readonly fragment: string;
  readonly label: string;
  readonly embed: boolean;
  /** How long all of it is. */
  readonly length: number;
}

const PICTURE = /\.(png|jpe?g|gif|svg|webp|avif|bmp)$/i;

/** The wiki link at the start of this text. */
export function wikiLink(text: string): WikiLink | undefined {
  const found = /^(!?)\[\[([^[\]|#\n]*)(#[^[\]|\n]*)?(?:\|([^[\]\n]*))?\]\]/.exec(text);
  if (!found) return undefined;
  const target = found[2]!.trim();
  const fragment = (found[3] ?? '').slice(1).trim();
  if (!target && !fragment) return undefined;
  const shown = found[4]?.trim() || [target, fragment].filter(Boolean).join(' › ');
  return { target, fragment, label: shown, embed: found[1] === '!', length: found[0].length };
}

/** Where the wiki links of notes lead, as far as the server has said. */
export class WikiTargets implements vscode.Disposable {
  private readonly targets = new Map<string, Map<string, string>>();
  private readonly disposables: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private readonly wanted = new Set<string>();

  constructor(private readonly session: Session) {
    this.disposables = [
      session.onDidStir(() => this.again()),
      session.onDidChange((status) => status.phase === 'running' && this.again()),
      vscode.workspace.onDidCloseTextDocument((document) => this.targets.delete(document.uri.toString())),
    ];
  }

  /** The address that a link of a note leads to; `null` when it leads nowhere, `undefined` when that is not known. */
  of(note: vscode.Uri, source: string): string | null | undefined {
    const key = note.toString();
    const known = this.targets.get(key);
    if (!this.wanted.has(key)) {
      this.wanted.add(key);
      this.again();
    }
    return known && (known.get(source) ?? null);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private again(): void {
    if (this.wanted.size === 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.load(), 200);
  }

  private async load(): Promise<void> {
    let changed = false;
    for (const document of vscode.workspace.textDocuments) {
      const key = document.uri.toString();
      if (!isNote(document) || !this.wanted.has(key)) continue;
      const links = await this.session.request<{ range: { start: Position; end: Position }; target?: string }[]>('textDocument/documentLink', { textDocument: { uri: key } });
      if (links === undefined) continue;
      const found = new Map<string, string>();
      for (const { range, target } of links) {
        const source = document.getText(new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character));
        if (target !== undefined) found.set(source, target);
      }
      // A server that gives no links at all may have them switched off: then nothing is known of any.
      if (found.size === 0) {
        changed = this.targets.delete(key) || changed;
        continue;
      }
      const before = this.targets.get(key);
      if (before === undefined || JSON.stringify([...before]) !== JSON.stringify([...found])) {
        this.targets.set(key, found);
        changed = true;
      }
    }
    if (changed) await vscode.commands.executeCommand('markdown.preview.refresh');
  }
}

interface Position {
  line: number;
  character: number;
}

/** What VS Code's preview tells a plug-in of the note it shows. */
interface Environment {
  readonly currentDocument?: vscode.Uri;
}

/** The plug-in of markdown-it. */
export function wikiLinks(targets: WikiTargets): (md: MarkdownIt) => MarkdownIt {
  return (md) => {
    md.inline.ruler.before('link', 'studymark-wiki', (state, silent) => {
      const first = state.src.charCodeAt(state.pos);
      if (first !== 0x5b && first !== 0x21) return false;
      const link = wikiLink(state.src.slice(state.pos, state.pos + 1000));
      if (link === undefined) return false;
      if (!silent) {
        if (link.embed && PICTURE.test(link.target)) {
          const token = state.push('image', 'img', 0);
          token.attrs = [['src', encodeURI(link.target)], ['alt', '']];
          token.children = [];
          token.content = link.label;
        } else {
          const token = state.push('studymark_wiki', '', 0);
          token.content = state.src.slice(state.pos, state.pos + link.length);
          token.meta = link;
        }
      }
      state.pos += link.length;
      return true;
    });
    // Which note is shown is known when it is rendered, not when it is read.
    md.renderer.rules['studymark_wiki'] = (tokens, index, _, env: Environment | undefined) => {
      const { content, meta } = tokens[index]!;
      const link = meta as WikiLink;
      const note = env?.currentDocument;
      const known = note && find(targets, note, link, content);
      const href = md.utils.escapeHtml(note && typeof known === 'string' ? relative(note, known, link) : guess(link));
      const classes = [...(link.embed ? ['studymark-embed'] : []), ...(known === null ? ['studymark-missing'] : [])];
      const more = [
        ...(classes.length > 0 ? [` class="${classes.join(' ')}"`] : []),
        ...(known === null ? [' title="There is no such note yet"'] : []),
      ];
      return `<a href="${href}" data-href="${href}"${more.join('')}>${md.utils.escapeHtml(link.label)}</a>`;
    };
    return md;
  };
}

/** The server's ranges are those of the whole link, or of what stands between its brackets. */
function find(targets: WikiTargets, note: vscode.Uri, link: WikiLink, source: string): string | null | undefined {
  const inner = source.slice(link.embed ? 3 : 2, -2);
  return targets.of(note, source) ?? targets.of(note, inner) ?? targets.of(note, inner.split('|')[0]!);
}

/** `../b/note.md#heading`, as a person would write it in the note. */
function relative(note: vscode.Uri, target: string, link: WikiLink): string {
  const to = vscode.Uri.parse(target);
  if (to.scheme !== note.scheme) return target;
  const here = note.path.split('/').slice(0, -1);
  const there = to.path.split('/');
  let same = 0;
  while (same < here.length && same < there.length - 1 && here[same] === there[same]) same++;
  const up = here.slice(same).map(() => '..');
  const path = [...up, ...there.slice(same)].map(encodeURIComponent).join('/');
  const fragment = link.fragment && `#${anchor(link.fragment)}`;
  return to.toString() === note.toString() ? fragment || path : path + fragment;
}

function guess(link: WikiLink): string {
  const path = link.target && encodeURI(/\.[a-z]+$/i.test(link.target) ? link.target : `${link.target}.md`);
  return path + (link.fragment && `#${anchor(link.fragment)}`);
}

/** The anchor that VS Code's preview gives a heading: that of GitHub. Of `A#B` the last heading counts. */
export function anchor(fragment: string): string {
  const heading = fragment.slice(fragment.lastIndexOf('#') + 1);
  const kept = heading.trim().toLowerCase().replace(/\s+/g, '-').replace(/[^\p{L}\p{M}\p{N}\p{Pc}-]/gu, '');
  return encodeURIComponent(kept);
}
