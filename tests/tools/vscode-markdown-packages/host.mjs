// VS Code's Markdown server for a client that knows the protocol only: what the server asks of VS Code beyond it (files, and Markdown
// parsed by markdown-it) is answered here, everything else passes through.
//
//   node host.mjs          speaks LSP on stdin and stdout
import { spawn } from 'node:child_process';
import { readFile, readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const packages = createRequire(import.meta.url);
const engine = packages('markdown-it')({ html: true });
const server = spawn(process.execPath, [packages.resolve('vscode-markdown-languageserver'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'ignore'],
});
const folders = [];
// What is open, since the server leaves it to its client to know.
const { TextDocument } = packages('vscode-languageserver-textdocument');
const open = new Map();

/** Calls `each` with every message of a stream. */
function messages(stream, each) {
    let held = [];
    let size = 0;
    let wanted;
    stream.on('data', (chunk) => {
        held.push(chunk);
        size += chunk.length;
        if (wanted !== undefined && size < wanted) {
            return;
        }
        let all = Buffer.concat(held, size);
        for (;;) {
            const end = all.indexOf('\r\n\r\n');
            if (end < 0) {
                wanted = undefined;
                break;
            }
            const length = Number(/content-length: *(\d+)/i.exec(all.toString('latin1', 0, end))[1]);
            wanted = end + 4 + length;
            if (all.length < wanted) {
                break;
            }
            each(JSON.parse(all.toString('utf8', end + 4, wanted)), all.subarray(0, wanted));
            all = all.subarray(wanted);
        }
        held = [all];
        size = all.length;
    });
}

function send(stream, message) {
    const body = Buffer.from(JSON.stringify(message));
    stream.write(`Content-Length: ${body.length}\r\n\r\n`);
    stream.write(body);
}

async function notes(folder) {
    const found = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
            found.push(...(await notes(path)));
        } else if (entry.name.endsWith('.md')) {
            found.push(pathToFileURL(path).href);
        }
    }
    return found;
}

const ANSWERS = {
    'markdown/parse': async ({ uri, text }) => engine.parse(text ?? open.get(uri)?.getText() ?? (await readFile(fileURLToPath(uri), 'utf8')), {}),
    'markdown/fs/readFile': async ({ uri }) => [...(await readFile(fileURLToPath(uri)))],
    'markdown/fs/stat': async ({ uri }) => ({ isDirectory: (await stat(fileURLToPath(uri))).isDirectory() }),
    'markdown/fs/readDirectory': async ({ uri }) =>
        (await readdir(fileURLToPath(uri), { withFileTypes: true })).map((entry) => [entry.name, { isDirectory: entry.isDirectory() }]),
    'markdown/findMarkdownFilesInWorkspace': async () => (await Promise.all(folders.map(notes))).flat(),
    'markdown/fs/watcher/create': async () => null,
    'markdown/fs/watcher/delete': async () => null,
};

messages(process.stdin, (message, raw) => {
    if (message.method === 'initialize') {
        folders.push(...message.params.workspaceFolders.map((folder) => fileURLToPath(folder.uri)));
        message.params.initializationOptions = { markdownFileExtensions: ['md'] };
        send(server.stdin, message);
        return;
    }
    const document = message.params?.textDocument;
    if (message.method === 'textDocument/didOpen') {
        open.set(document.uri, TextDocument.create(document.uri, document.languageId, document.version, document.text));
    } else if (message.method === 'textDocument/didChange') {
        TextDocument.update(open.get(document.uri), message.params.contentChanges, document.version);
    } else if (message.method === 'textDocument/didClose') {
        open.delete(document.uri);
    }
    server.stdin.write(raw);
    if (message.method === 'initialized') {
        const check = { enabled: 'warning' };
        const validate = { enabled: true, referenceLinks: check, fragmentLinks: check, fileLinks: { ...check, markdownFragmentLinks: 'warning' } };
        const unused = { ignoredLinks: [], unusedLinkDefinitions: check, duplicateLinkDefinitions: check };
        const markdown = {
            suggest: { paths: { enabled: true, includeWorkspaceHeaderCompletions: 'onDoubleHash' } },
            occurrencesHighlight: { enabled: true },
            validate: { ...validate, ...unused },
            server: { log: 'off' },
            preferredMdPathExtensionStyle: 'auto',
        };
        send(server.stdin, { jsonrpc: '2.0', method: 'workspace/didChangeConfiguration', params: { settings: { markdown } } });
    }
});
messages(server.stdout, (message, raw) => {
    const answer = message.id !== undefined && ANSWERS[message.method];
    if (!answer) {
        process.stdout.write(raw);
        return;
    }
    answer(message.params).then(
        (result) => send(server.stdin, { jsonrpc: '2.0', id: message.id, result }),
        // What is not there has no facts.
        () => send(server.stdin, { jsonrpc: '2.0', id: message.id, result: null }),
    );
});
process.stdin.on('end', () => server.stdin.end());
server.on('exit', (code) => process.exit(code ?? 1));
