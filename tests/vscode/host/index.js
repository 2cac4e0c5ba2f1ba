// Tests in the extension host of a real VS Code. WORK is the folder of the run, its report is WORK/host.txt.
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

const { WORK, STUDYMARK_BIN } = process.env;
const report = path.join(WORK, 'host.txt');
const tell = (line) => fs.appendFileSync(report, `${line}\n`);

const tests = [];
const test = (name, run) => tests.push({ name, run });
class Skip extends Error {}
/** Says loudly why something is not tested. */
const skip = (why) => {
  throw new Skip(why);
};

const assert = (held, what) => {
  if (!held) throw new Error(what);
};
const equal = (found, expected, what = 'value') => {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}\n    expected ${b}\n    found    ${a}`);
};
async function until(what, seek, ms = 8000) {
  const end = Date.now() + ms;
  let last;
  while (Date.now() < end) {
    try {
      last = await seek();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`waited in vain for ${what}; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
}

const root = () => vscode.workspace.workspaceFolders[0].uri;
const uriOf = (name) => vscode.Uri.joinPath(root(), name);
async function show(name) {
  const document = await vscode.workspace.openTextDocument(uriOf(name));
  return vscode.window.showTextDocument(document);
}
/** The place of a text in a note; `into` characters on. */
function at(document, text, into = 0) {
  const offset = document.getText().indexOf(text);
  assert(offset >= 0, `${text} does not stand in ${document.uri.path}`);
  return document.positionAt(offset + into);
}
const run = (command, ...args) => vscode.commands.executeCommand(command, ...args);
const findings = (name) => vscode.languages.getDiagnostics(uriOf(name)).filter((finding) => finding.source === 'studymark');
const code = (finding) => (typeof finding.code === 'object' ? finding.code.value : finding.code);
const configuration = () => vscode.workspace.getConfiguration('studymark');
const set = (key, value) => configuration().update(key, value, vscode.ConfigurationTarget.Workspace);
const names = (rows) => rows.map((row) => `${row.item.label}${row.item.description ? ` (${row.item.description})` : ''}`);

let api;
let extension;
const phase = (wanted) => until(`the server to be ${wanted}`, () => api.status().phase === wanted, 15000);
const offers = (key) => extension.packageJSON.contributes.configuration.some((section) => `studymark.${key}` in section.properties);

test('the extension is activated by a note, with the server it brings', async () => {
  extension = vscode.extensions.getExtension('studymark.studymark');
  assert(extension, 'the extension is not there');
  await show('操作系统.md');
  api = await extension.activate();
  await phase('running');
  const { server } = api.status();
  equal(server.origin, 'bundled', 'origin');
  assert(server.program.startsWith(extension.extensionPath), server.program);
});

test('findings come soon', async () => {
  await until('findings', () => findings('操作系统.md').length >= 3);
  const { firstFindings } = api.status();
  tell(`     ${firstFindings} ms from activation to the first findings (500 wanted of a release build)`);
  assert(firstFindings < 5000, `${firstFindings} ms`);
  const codes = findings('操作系统.md').map(code);
  for (const wanted of ['unanswered-question', 'stub-answer', 'missing-image', 'empty-chapter']) assert(codes.includes(wanted), `${wanted} is not among ${codes}`);
});

test('notes that are not open have findings', async () => {
  const found = await until('findings of databases.md', () => findings('databases.md').length > 0 && findings('databases.md'));
  assert(found.some((finding) => code(finding) === 'missing-reference'), JSON.stringify(found.map(code)));
});

test('a flag goes when the answer is typed, and comes back with it', async () => {
  const editor = await show('Go 并发.md');
  const line = at(editor.document, '五、map 为什么不能并发写').line;
  const flagged = () => findings('Go 并发.md').some((finding) => code(finding) === 'unanswered-question' && finding.range.start.line === line);
  await until('the flag', flagged);
  await editor.edit((edit) => edit.insert(new vscode.Position(line + 1, 0), '\n内部状态会被破坏，运行时发现以后直接退出。\n'));
  await until('the flag to go', () => !flagged());
  await editor.edit((edit) => edit.delete(new vscode.Range(line + 1, 0, line + 3, 0)));
  // The section being typed in is left alone until the cursor moves on and typing pauses.
  await editor.document.save();
  await until('the flag to come back', flagged);
});

test('a term is explained on hover and leads to where it is defined', async () => {
  const { document } = await show('编译.md');
  const place = at(document, '逃逸分析', 1);
  const hover = await until('a hover', async () => {
    const hovers = await run('vscode.executeHoverProvider', document.uri, place);
    const text = hovers.flatMap((hover) => hover.contents.map((content) => content.value ?? content)).join('\n');
    return text.includes('堆') && { text, count: hovers.length };
  });
  assert(hover.text.includes('编译器决定变量放在栈上还是堆上'), hover.text);
  equal(hover.count, 1, 'number of hovers');
  const found = await run('vscode.executeDefinitionProvider', document.uri, place);
  const target = found.map((link) => [(link.targetUri ?? link.uri).path.split('/').pop(), (link.targetSelectionRange ?? link.range).start.line]);
  const go = await vscode.workspace.openTextDocument(uriOf('Go 并发.md'));
  equal(target, [['Go 并发.md', at(go, '七、逃逸分析').line]], 'definition');
});

test('renaming a heading keeps the links of other notes', async () => {
  const { document } = await show('操作系统.md');
  const place = at(document, '# 进程与线程', 3);
  const edit = await run('vscode.executeDocumentRenameProvider', document.uri, place, '进程、线程与协程');
  const files = edit.entries().map(([uri]) => uri.path.split('/').pop()).sort();
  equal(files, ['reading-log.md', '操作系统.md'], 'files that change');
  await vscode.workspace.applyEdit(edit);
  const log = await vscode.workspace.openTextDocument(uriOf('reading-log.md'));
  assert(log.getText().includes('[[操作系统#进程、线程与协程|the questions on processes]]'), log.getText());
  assert(document.getText().includes('# 进程、线程与协程\n'), document.getText().slice(0, 200));
  await run('undo');
  await vscode.workspace.saveAll();
});

test('the view of open questions has them by note and chapter', async () => {
  await run('studymark.openQuestions');
  const { questions } = api.views;
  const rows = await until('rows', () => questions.rows.length > 0 && questions.rows);
  assert(names(rows).some((name) => /^操作系统\.md \(\d+\/\d+\)$/.test(name)), names(rows).join());
  const note = rows.find((row) => row.item.label === '操作系统.md');
  equal(note.rows.map((row) => row.item.label), ['进程与线程', '内存', '文件系统'].filter((name) => note.rows.some((row) => row.item.label === name)), 'chapters in the order of the note');
  const chapter = note.rows.find((row) => row.item.label === '进程与线程');
  equal(names(chapter.rows), ['什么是僵尸进程，怎么避免', '上下文切换的代价 (put off)'], 'questions');
  equal(chapter.rows.map((row) => row.item.iconPath.id), ['circle-large-outline', 'color-mode'], 'signs');
  const { command, arguments: args } = chapter.rows[0].item.command;
  await run(command, ...args);
  const editor = await until('the note', () => vscode.window.activeTextEditor?.document.uri.path.endsWith('操作系统.md') && vscode.window.activeTextEditor);
  equal(editor.document.getText(editor.selection), '三、什么是僵尸进程，怎么避免', 'selection');
});

test('the view of open questions follows what is written', async () => {
  const { questions } = api.views;
  const all = () => questions.rows.flatMap((row) => row.rows).flatMap((row) => (row.rows.length > 0 ? row.rows : [row])).map((row) => row.item.label);
  assert(all().includes('深拷贝和浅拷贝'), all().join());
  const editor = await show('Python.md');
  // What was typed before and taken back may still be counted.
  await figuresOfTheCommandLine();
  const before = api.coverage();
  await editor.edit((edit) => edit.insert(new vscode.Position(at(editor.document, '## 4. 深拷贝和浅拷贝').line + 1, 0), '\n浅拷贝只复制最外一层。\n'));
  await until('the question to go', () => !all().includes('深拷贝和浅拷贝'));
  await until('the figures to change', () => api.coverage() !== before);
  await run('undo');
  await until('the question to come back', () => all().includes('深拷贝和浅拷贝'));
});

test('the views can be limited to one note', async () => {
  await show('Python.md');
  await run('studymark.questionsOfNote');
  equal(api.views.questions.rows.map((row) => row.item.label), ['Python.md'], 'notes');
  await run('studymark.questionsOfAll');
  assert(api.views.questions.rows.length > 3, 'all notes are back');
});

/** Waits until the figures in the status bar are those of the command line. */
async function figuresOfTheCommandLine() {
  const { execFileSync } = require('node:child_process');
  await vscode.workspace.saveAll();
  const { total } = JSON.parse(execFileSync(STUDYMARK_BIN, ['stats', '--format', 'json', root().fsPath], { encoding: 'utf8' }));
  await until('the same figures', () => api.coverage() === `$(checklist) ${total.answered}/${total.questions} answered`);
}

test('the coverage is that of the command line', figuresOfTheCommandLine);

test('related topics and backlinks follow the cursor', async () => {
  await run('studymark.related.focus');
  await run('studymark.backlinks.focus');
  const editor = await show('操作系统.md');
  const go = (text) => {
    const place = at(editor.document, text);
    editor.selection = new vscode.Selection(place, place);
  };
  go('`fork` 之后父子进程');
  const { related, backlinks } = api.views;
  await until('backlinks', () => backlinks.rows.some((row) => row.item.label.startsWith('Persistence')));
  await until('related topics', () => related.rows.some((row) => /link/.test(row.item.description)));
  go('破坏其中任何一个就不会死锁');
  await until('other backlinks', () => {
    const found = names(backlinks.rows);
    return found.some((name) => name.includes('编译器的优化')) && !found.some((name) => name.startsWith('Persistence'));
  });
});

test('next, previous and random unanswered go there', async () => {
  const editor = await show('操作系统.md');
  editor.selection = new vscode.Selection(0, 0, 0, 0);
  const selected = () => vscode.window.activeTextEditor.document.getText(vscode.window.activeTextEditor.selection);
  await run('studymark.nextUnanswered');
  await until('the first', () => selected() === '三、什么是僵尸进程，怎么避免');
  await run('studymark.nextUnanswered');
  await until('the second', () => selected() === '五、上下文切换的代价');
  await run('studymark.previousUnanswered');
  await until('the first again', () => selected() === '三、什么是僵尸进程，怎么避免');
  const found = await run('studymark.randomUnanswered', {});
  await until('a question', () => selected().endsWith(found.title));
});

test('a setting is taken without a restart, and back', async () => {
  await show('操作系统.md');
  const stubs = () => findings('操作系统.md').filter((finding) => code(finding) === 'stub-answer').length;
  await until('the stub', () => stubs() === 1);
  const { server } = api.status();
  await set('diagnostics.stub-answer', 'off');
  await until('no stub', () => stubs() === 0);
  await set('diagnostics.stub-answer', undefined);
  await until('the stub again', () => stubs() === 1);
  assert(api.status().server === server, 'the server was started again');
});

test('a default does not go before studymark.toml', async () => {
  const file = uriOf('studymark.toml');
  const before = await vscode.workspace.fs.readFile(file);
  const stubs = () => findings('操作系统.md').filter((finding) => code(finding) === 'stub-answer').length;
  await vscode.workspace.fs.writeFile(file, Buffer.concat([before, Buffer.from('\n[diagnostics]\nstub-answer = "off"\n')]));
  await until('no stub', () => stubs() === 0);
  await vscode.workspace.fs.writeFile(file, before);
  await until('the stub again', () => stubs() === 1);
});

test('studymark.toml is helped with', async () => {
  const document = await vscode.workspace.openTextDocument(uriOf('studymark.toml'));
  const place = at(document, 'stub-phrases', 2);
  const hovers = await run('vscode.executeHoverProvider', document.uri, place);
  assert(hovers.some((hover) => hover.contents.some((content) => content.value.includes('put an answer off'))), JSON.stringify(hovers));
  const list = await run('vscode.executeCompletionItemProvider', document.uri, place.with({ character: 0 }));
  const labels = list.items.map((item) => item.label);
  assert(labels.includes('card-tags') && !labels.includes('stub-phrases') && !labels.includes('exclude'), labels.join());
});

test('wiki links are links in the preview', async () => {
  const { document } = await show('编译.md');
  const html = await until('links that the server knows', async () => {
    const html = await run('markdown.api.render', document);
    // The alias of a note is something that only the server knows.
    return /<a href="%E6%93%8D%E4%BD%9C%E7%B3%BB%E7%BB%9F.md"[^>]*>系统<\/a>/.test(html) && html;
  });
  assert(/<a href="[^"]*"[^>]*class="studymark-missing"[^>]*>没有的笔记<\/a>/.test(html), html);
  assert(/<a href="[^"]*%E6%93%8D%E4%BD%9C%E7%B3%BB%E7%BB%9F.md#[^"]*"[^>]*>死锁<\/a>/.test(html), html);
  const text = await run('markdown.api.render', 'See ![[pictures/a.png]], ![[databases]], `[[code]]` and [[a#b|c]].\n\n[x][[y]]\n');
  assert(/<img src="pictures\/a.png"/.test(text), text);
  assert(text.includes('<code>[[code]]</code>'), text);
  assert(/<a href="a.md#b"[^>]*>c<\/a>/.test(text), text);
  assert(/<a href="databases.md"[^>]*class="studymark-embed"[^>]*>databases<\/a>/.test(text), text);
});

// What both VS Code and the server could show stands once.
const twice = (rows) => rows.filter((row, index) => rows.indexOf(row) !== index);

test('no symbol of a document stands twice', async () => {
  if (!offers('features.document-symbols')) skip('the server has no features.document-symbols');
  const { document } = await show('操作系统.md');
  const flat = (symbols) => symbols.flatMap((symbol) => [`${symbol.range.start.line}`, ...flat(symbol.children)]);
  const symbols = flat(await run('vscode.executeDocumentSymbolProvider', document.uri));
  assert(symbols.length >= 12, symbols.join());
  equal(twice(symbols), [], 'twice');
});

test('no symbol of the workspace stands twice', async () => {
  if (!offers('features.workspace-symbols')) skip('the server has no features.workspace-symbols');
  const found = await until('symbols', async () => {
    const found = await run('vscode.executeWorkspaceSymbolProvider', '写时复制');
    return found.length > 0 && found;
  });
  equal(twice(found.map((symbol) => `${symbol.location.uri.path}:${symbol.location.range.start.line}`)), [], 'twice');
});

test('no link stands twice', async () => {
  if (!offers('features.document-links')) skip('the server has no features.document-links');
  for (const name of ['操作系统.md', 'databases.md', '编译.md']) {
    await show(name);
    const links = await until(`links of ${name}`, async () => {
      const links = await run('vscode.executeLinkProvider', uriOf(name));
      return links.length > 0 && links;
    });
    equal(twice(links.map((link) => `${link.range.start.line}:${link.range.start.character}`)), [], `twice in ${name}`);
  }
});

test('no fold and no definition stands twice', async () => {
  const { document } = await show('databases.md');
  if (offers('features.folding')) {
    const folds = await run('vscode.executeFoldingRangeProvider', document.uri);
    equal(twice(folds.map((fold) => `${fold.start}-${fold.end}`)), [], 'folds twice');
  }
  const log = (await show('reading-log.md')).document;
  const readme = (await show('README.md')).document;
  const places = [[document, '操作系统.md#四'], [log, 'databases.md#3'], [log, '操作系统#进程'], [readme, 'algorithms.md'], [document, '[log]']];
  for (const [document, text] of places) {
    const definitions = await run('vscode.executeDefinitionProvider', document.uri, at(document, text, 2));
    const lines = definitions.map((link) => `${(link.targetUri ?? link.uri).path}:${(link.targetSelectionRange ?? link.targetRange ?? link.range).start.line}`);
    equal(lines.length, 1, `definitions of ${text}: ${lines}`);
  }
});

test('no reference stands twice', async () => {
  const { document } = await show('操作系统.md');
  for (const [text, least] of [['一、进程和线程有什么区别', 2], ['四、写时复制', 2], ['二、进程间通信有哪些方式', 2]]) {
    const found = await run('vscode.executeReferenceProvider', document.uri, at(document, text, 2));
    const lines = found.map(({ uri, range }) => `${uri.path.split('/').pop()}:${range.start.line}:${range.start.character}-${range.end.character}`).sort();
    assert(found.length >= least, `${text}: ${lines}`);
    for (const one of found) {
      const over = found.filter((other) => other !== one && other.uri.toString() === one.uri.toString() && other.range.intersection(one.range)?.isEmpty === false);
      assert(over.length === 0, `${text}: ${lines}`);
    }
  }
});

test('completion: [[xxdl lists 消息队列, and accepting it leaves no bracket too many', async () => {
  if (!api.status().completes) skip('the server does not complete');
  const editor = await show('编译.md');
  const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
  await editor.edit((edit) => edit.insert(end, '\n见 [[xxdl]]'));
  const place = at(editor.document, 'xxdl]]', 4);
  editor.selection = new vscode.Selection(place, place);
  const item = await until('消息队列', async () => {
    const list = await run('vscode.executeCompletionItemProvider', editor.document.uri, place);
    return list.items.find((item) => JSON.stringify(item.label).includes('消息队列'));
  });
  const range = item.range instanceof vscode.Range ? item.range : (item.range?.replacing ?? editor.document.getWordRangeAtPosition(place));
  await editor.edit((edit) => edit.replace(range, item.insertText?.value ?? item.insertText ?? item.label));
  const line = editor.document.lineAt(place.line).text;
  assert(/^见 \[\[[^[\]]*消息队列[^[\]]*\]\]$/.test(line), line);
  await run('workbench.action.files.revert');
});

test('no completion stands twice', async () => {
  if (!api.status().completes) skip('the server does not complete');
  const editor = await show('编译.md');
  const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
  for (const text of ['\n[x](data)', '\n[x](databases.md#)', '\n[[data]]']) {
    await editor.edit((edit) => edit.insert(end, text));
    const place = at(editor.document, text, text.search(/[)\]]*$/));
    const list = await run('vscode.executeCompletionItemProvider', editor.document.uri, place);
    const told = list.items.filter((item) => item.kind !== vscode.CompletionItemKind.Snippet && item.kind !== vscode.CompletionItemKind.Text);
    assert(told.length > 0, `nothing after ${text.trim()}`);
    // A note and its first heading may have one name; the same text is proposed once.
    const written = told.map((item) => item.insertText?.value ?? item.insertText ?? item.label.label ?? item.label);
    equal(twice(written), [], `twice after ${text.trim()}`);
    await run('workbench.action.files.revert');
  }
});

test('a server that is missing is told, and works again when that is mended', async () => {
  await show('操作系统.md');
  await set('server.path', '/nowhere/studymark');
  await phase('failed');
  const { message } = api.status();
  assert(message.includes('There is no studymark server at /nowhere/studymark') && message.includes('studymark.server.path'), message);
  await until('findings to go', () => findings('操作系统.md').length === 0);
  await set('server.path', undefined);
  await phase('running');
  await until('findings', () => findings('操作系统.md').length >= 3);
});

test('what is no server of this system is told', async () => {
  const mac = path.join(WORK, 'mac');
  const head = Buffer.alloc(128);
  head.writeUInt32LE(0xfeedfacf, 0);
  head.writeUInt32LE(0x0100000c, 4);
  fs.writeFileSync(mac, head, { mode: 0o755 });
  const other = path.join(WORK, 'other');
  fs.writeFileSync(other, '#!/bin/sh\necho hello\n', { mode: 0o755 });
  const plain = path.join(WORK, 'plain');
  fs.writeFileSync(plain, '#!/bin/sh\n', { mode: 0o644 });
  const told = [
    [mac, 'was made for darwin-arm64, and this is linux-x64'],
    [other, 'is no studymark server: asked for its version it said “hello”'],
    [plain, 'the file is not executable'],
    ['relative/studymark', 'must be an absolute path'],
  ];
  for (const [program, message] of told) {
    await set('server.path', program);
    await until(message, () => api.status().phase === 'failed' && api.status().message.includes(message));
  }
  await set('server.path', undefined);
  await phase('running');
});

test('a server that crashes at once is told, and that it can be started again', async () => {
  const broken = path.join(WORK, 'broken');
  fs.writeFileSync(broken, `#!/bin/sh\n[ "$1" = --version ] && exec "${STUDYMARK_BIN}" --version\nexit 3\n`, { mode: 0o755 });
  await set('server.path', broken);
  await phase('failed');
  assert(api.status().message.includes('ended before it was ready'), api.status().message);
  // Mended in place: the setting stays as it is.
  fs.writeFileSync(broken, `#!/bin/sh\n[ "$1" = --version ] || echo $$ > "${WORK}/pid"\nexec "${STUDYMARK_BIN}" "$@"\n`, { mode: 0o755 });
  await run('studymark.restart');
  await phase('running');
});

test('a server that is killed is started again, and not for ever', async () => {
  const pid = () => Number(fs.readFileSync(path.join(WORK, 'pid'), 'utf8'));
  for (let time = 1; time <= 4; time++) {
    const before = pid();
    process.kill(before, 'SIGKILL');
    if (time < 4) await until('another server', () => pid() !== before && api.status().phase === 'running', 15000);
  }
  await phase('failed');
  assert(api.status().message.includes('ended unexpectedly 4 times in three minutes'), api.status().message);
  await set('server.path', undefined);
  await phase('running');
  await until('findings', () => findings('操作系统.md').length >= 3);
});

exports.run = async () => {
  fs.writeFileSync(report, '');
  let failed = 0;
  let skipped = 0;
  const begin = Date.now();
  for (const { name, run } of tests) {
    const start = Date.now();
    try {
      await run();
      tell(`ok   ${name} (${Date.now() - start} ms)`);
    } catch (error) {
      if (error instanceof Skip) {
        skipped++;
        tell(`!! NOT TESTED: ${name}: ${error.message}`);
        continue;
      }
      failed++;
      tell(`FAIL ${name}\n    ${error.stack}`);
      if (!api) break;
    }
  }
  tell(`${tests.length - failed - skipped} of ${tests.length} tests in the extension host passed, ${skipped} were skipped, ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  if (failed > 0) throw new Error(`${failed} failed`);
};
