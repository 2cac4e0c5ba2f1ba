/**
 * Which program is the server, and why none is.
 *
 * Invariant: a program is only taken when it answered `--version` as studymark does; everything else is a failure with a
 * message that says what to do.
 */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Where a server was named. */
export type Origin = 'environment' | 'setting' | 'bundled' | 'path';

/** A program that answers as the server. */
export interface Server {
  readonly program: string;
  readonly origin: Origin;
  readonly version: string;
}

/** Why there is no server, in words for a person. */
export interface Failure {
  readonly message: string;
  /** Whether the settings are where it can be mended. */
  readonly inSettings: boolean;
}

/** The places where a server can be named. */
export interface Places {
  readonly environment: NodeJS.ProcessEnv;
  readonly setting: string | null | undefined;
  /** The folder of the extension. */
  readonly extension: string;
}

const EXECUTABLE = process.platform === 'win32' ? 'studymark.exe' : 'studymark';
const VERSION = /^studymark (\d+\.\d+\.\d+\S*)\s*$/;

/** The server: of the environment, the setting, the extension or the PATH, in this order. */
export async function locate(places: Places): Promise<Server | Failure> {
  const named = place(places);
  if ('message' in named) return named;
  return examine(named.program, named.origin);
}

export function isFailure(found: Server | Failure): found is Failure {
  return 'message' in found;
}

/** The first place that names a program. What is named but is not there is told, not passed over. */
function place(places: Places): { program: string; origin: Origin } | Failure {
  const wished = places.environment['STUDYMARK_SERVER']?.trim();
  if (wished) return { program: wished, origin: 'environment' };
  const setting = places.setting?.trim();
  if (setting) return { program: expanded(setting), origin: 'setting' };
  const bundled = path.join(places.extension, 'server', EXECUTABLE);
  if (isFile(bundled)) return { program: bundled, origin: 'bundled' };
  for (const folder of (places.environment['PATH'] ?? places.environment['Path'] ?? '').split(path.delimiter)) {
    const candidate = path.join(folder, EXECUTABLE);
    if (path.isAbsolute(folder) && isFile(candidate)) return { program: candidate, origin: 'path' };
  }
  return {
    message: `There is no studymark server for this system (${system()}): this build of the extension brings none, and none is on the PATH. Install studymark, or set studymark.server.path to the program.`,
    inSettings: true,
  };
}

const NAMED_BY: Record<Origin, string> = {
  environment: 'the environment variable STUDYMARK_SERVER',
  setting: 'the setting studymark.server.path',
  bundled: 'the extension',
  path: 'the PATH',
};

async function examine(program: string, origin: Origin): Promise<Server | Failure> {
  const inSettings = origin === 'setting' || origin === 'bundled' || origin === 'path';
  const failure = (message: string): Failure => ({ message, inSettings });
  const instead =
    origin === 'bundled'
      ? 'Install the extension for this system, or set studymark.server.path to a studymark program.'
      : `Correct ${NAMED_BY[origin]}, or remove it so that the server of the extension is used.`;
  if (!path.isAbsolute(program)) return failure(`${capital(NAMED_BY[origin])} must be an absolute path, and is “${program}”. ${instead}`);
  if (!isFile(program)) return failure(`There is no studymark server at ${program}, where ${NAMED_BY[origin]} says it is. ${instead}`);
  const made = madeFor(program);
  if (made !== undefined && isForeign(made)) {
    return failure(`The studymark server at ${program} was made for ${made}, and this is ${system()}. ${instead}`);
  }
  // Unpackers that know no run bit leave it off.
  if (origin === 'bundled') makeExecutable(program);
  const answer = await run(program, ['--version']);
  const version = VERSION.exec(answer.output)?.[1];
  if (version !== undefined) return { program, origin, version };
  if (answer.error === 'EACCES') return failure(`The studymark server at ${program} may not be run: the file is not executable. ${instead}`);
  if (answer.error === 'ENOENT' || answer.error === 'ENOEXEC' || answer.error === 'UNKNOWN') {
    return failure(`The studymark server at ${program} does not start on this system (${system()}): it was made for another one. ${instead}`);
  }
  if (answer.error === 'ETIMEDOUT') return failure(`The program at ${program} did not answer when asked for its version. ${instead}`);
  const said = answer.output.trim().split('\n')[0]?.slice(0, 80) ?? '';
  return failure(`The program at ${program} is no studymark server${said ? `: asked for its version it said “${said}”` : ''}. ${instead}`);
}

/** macOS and Windows run programs of another processor too; whether they do is for them to say. */
function isForeign(made: string): boolean {
  return process.platform === 'linux' ? made !== system() : !made.startsWith(`${process.platform}-`);
}

/** `linux-x64` */
export function system(): string {
  return `${process.platform}-${process.arch}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function expanded(setting: string): string {
  return setting === '~' || /^~[/\\]/.test(setting) ? path.join(os.homedir(), setting.slice(1)) : setting;
}

function isFile(candidate: string): boolean {
  try {
    return fs.statSync(candidate).isFile();
  } catch {
    return false;
  }
}

function makeExecutable(program: string): void {
  if (process.platform === 'win32') return;
  try {
    fs.accessSync(program, fs.constants.X_OK);
  } catch {
    try {
      fs.chmodSync(program, 0o755);
    } catch {
      // Running it will say what is wrong.
    }
  }
}

/**
 * The system that a program was made for, as its first bytes tell; `undefined` when they do not. Without this a foreign
 * program may be read as a shell script, with a message about its first line.
 */
export function madeFor(program: string): string | undefined {
  const head = Buffer.alloc(4096);
  let length = 0;
  try {
    const file = fs.openSync(program, 'r');
    try {
      length = fs.readSync(file, head, 0, head.length, 0);
    } finally {
      fs.closeSync(file);
    }
  } catch {
    return undefined;
  }
  if (length < 64) return undefined;
  if (head.readUInt32BE(0) === 0x7f454c46) {
    const machine = { 0x3e: 'x64', 0xb7: 'arm64' }[head.readUInt16LE(18)];
    return machine && `linux-${machine}`;
  }
  if (head.readUInt32LE(0) === 0xfeedfacf) {
    const machine = { 0x01000007: 'x64', 0x0100000c: 'arm64' }[head.readUInt32LE(4)];
    return machine && `darwin-${machine}`;
  }
  if (head.readUInt16BE(0) === 0x4d5a) {
    const header = head.readUInt32LE(0x3c);
    if (header + 6 > length || header + 6 > head.length) return undefined;
    const machine = { 0x8664: 'x64', 0xaa64: 'arm64' }[head.readUInt16LE(header + 4)];
    return machine && `win32-${machine}`;
  }
  return undefined;
}

function run(program: string, args: readonly string[]): Promise<{ output: string; error?: string }> {
  return new Promise((resolve) => {
    try {
      execFile(program, args, { timeout: 10_000, windowsHide: true }, (error, stdout, stderr) => {
        if (error === null) return resolve({ output: stdout });
        const code = error.killed ? 'ETIMEDOUT' : typeof error.code === 'string' ? error.code : 'EXIT';
        resolve({ output: stdout || stderr, error: code });
      });
    } catch (error) {
      resolve({ output: '', error: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN' });
    }
  });
}
