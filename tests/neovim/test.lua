-- What a user of Neovim sees, checked through Neovim's own functions.
local passed = 0

local function fail(what, seen)
  io.stderr:write('FAIL ' .. what .. ' ' .. vim.inspect(seen) .. '\n')
  vim.cmd('cquit 1')
end

local function ok(holds, what, seen)
  if not holds then fail(what, seen) end
  passed = passed + 1
  io.stdout:write('ok   ' .. what .. '\n')
end

-- The findings of the current note: "line:column code", from 0 in bytes as Neovim counts.
local function findings(code)
  local found = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do
    if not code or d.code == code then found[#found + 1] = d.lnum .. ':' .. d.col .. ' ' .. d.code end
  end
  table.sort(found)
  return found
end

local function has(entry)
  return vim.tbl_contains(findings(), entry)
end

local function eventually(condition, what)
  ok(vim.wait(10000, condition, 20), what, findings())
end

local function keys(typed)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(typed, true, false, true), 'xt', false)
end

local function line_of(text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    if line == text then return number - 1 end
  end
  fail('no line ' .. text)
end

local function open(path)
  vim.cmd.edit(vim.fn.fnameescape(path))
end

-- A note with a Chinese name.
eventually(function() return #vim.lsp.get_clients({ bufnr = 0 }) == 1 end, 'the server attaches to 操作系统.md')
local zombie = line_of('## 三、什么是僵尸进程，怎么避免')
eventually(function() return has(zombie .. ':3 unanswered-question') end, 'an unanswered question is shown')
eventually(function() return has(line_of('## 五、上下文切换的代价') .. ':3 stub-answer') end, 'an answer put off is shown')
local image = line_of('![LRU 链表](pictures/lru.png)')
eventually(function() return has(image .. ':14 missing-image') end, 'a missing image is shown at its path')
ok(#findings('empty-chapter') == 1, 'an empty chapter is shown', findings('empty-chapter'))
local before = #findings()

-- Typing an answer takes its flag away and leaves the others.
vim.api.nvim_win_set_cursor(0, { zombie + 1, 0 })
keys('o<CR>父进程没有 wait 的子进程；让父进程 wait，或者交给 init。<Esc>')
eventually(function() return #findings('unanswered-question') == 1 end, 'the flag goes when an answer is typed')
ok(#findings() == before - 1, 'the other flags stay', findings())

-- A heading under construction is left alone; it is flagged once the cursor's edits are elsewhere or saved.
keys('Go<CR>## 一、什么是日志文件系统？<Esc>')
local journal = line_of('## 一、什么是日志文件系统？')
vim.wait(700, function() return has(journal .. ':3 unanswered-question') end, 20)
ok(not has(journal .. ':3 unanswered-question'), 'no flag while the heading is being typed', findings())
vim.cmd.write()
eventually(function() return has(journal .. ':3 unanswered-question') end, 'the flag comes with saving')

-- Symbols, folds, selection.
local function request(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 5000) or {}
  local _, answer = next(answers)
  return answer and answer.result
end
local document = { textDocument = vim.lsp.util.make_text_document_params(0) }
local symbols = request('textDocument/documentSymbol', document)
ok(symbols and symbols[1].name:find('进程与线程') and #symbols[1].children == 5, 'the outline is nested', symbols)
local folds = request('textDocument/foldingRange', document)
ok(folds and #folds > 5, 'sections fold', folds)
local selection = request('textDocument/selectionRange',
  { textDocument = document.textDocument, positions = { { line = zombie, character = 10 } } })
ok(selection and selection[1].parent, 'a selection grows', selection)
local topics = request('workspace/symbol', { query = 'goroutine 泄漏' })
ok(topics and topics[1].name:find('goroutine'), 'topics of other notes are found', topics)

-- Links to a heading of another note, broken while typing and mended.
open(vim.env.STUDYMARK_WORK .. '/notes/Go 并发.md')
eventually(function() return #findings('missing-heading') == 1 end, 'a link to a missing heading is shown')
vim.cmd('%s/泄露/泄漏/ge')
eventually(function() return #findings('missing-heading') == 0 end, 'and vanishes when it is mended')

-- Finding one's way: from a link in Chinese to its heading, back to all who link there, and what is behind a link.
local function at(text, after)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { number, column - 1 + (after or 0) })
      return number
    end
  end
  fail('no text ' .. text)
end
local function file() return vim.fn.fnamemodify(vim.api.nvim_buf_get_name(0), ':t') end
local function line() return vim.api.nvim_get_current_line() end
local function list_of(ask)
  local items
  ask(function(found) items = found.items end)
  vim.wait(10000, function() return items ~= nil end, 20)
  local lines = {}
  for _, item in ipairs(items or {}) do
    lines[#lines + 1] = vim.fn.fnamemodify(item.filename, ':t') .. ' ' .. vim.trim(item.text)
  end
  return lines
end
local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
  end
end

open(vim.env.STUDYMARK_WORK .. '/notes/databases.md')
eventually(function() return #vim.lsp.get_clients({ bufnr = 0 }) == 1 end, 'the server attaches to databases.md')
at('[copy on write]', 3)
vim.lsp.buf.hover()
eventually(function() return float() ~= nil end, 'a hover opens')
local shown = float()
ok(shown:find('四、写时复制', 1, true) and shown:find('操作系统.md › 内存', 1, true), 'it tells the topic', shown)
ok(shown:find('answered', 1, true) and shown:find('谁先写，谁就得到自己的那一页', 1, true), 'and the answer', shown)
ok(shown:find('[databases#Persistence](file://', 1, true), 'whose links lead somewhere', shown)
vim.lsp.buf.definition()
eventually(function() return file() == '操作系统.md' end, 'a link leads to another note')
ok(line() == '## 四、写时复制', 'and to its heading', line())
ok(vim.api.nvim_win_get_cursor(0)[2] == 3, 'the cursor is on its text', vim.api.nvim_win_get_cursor(0))
local links = list_of(function(on_list)
  vim.lsp.buf.references({ includeDeclaration = false }, { on_list = on_list })
end)
ok(#links == 1 and vim.startswith(links[1], 'databases.md Redis forks a child'), 'references of a heading', links)
at('[[databases#Persistence]]', 5)
vim.lsp.buf.definition()
eventually(function() return file() == 'databases.md' end, 'a wiki link leads to a heading by its text')
ok(line():find('Persistence', 1, true), 'the heading is there', line())
open(vim.env.STUDYMARK_WORK .. '/notes/计算机网络.md')
at('[Go 并发](Go%20并发.md', 12)
vim.lsp.buf.definition()
eventually(function() return file() == 'Go 并发.md' end, 'an encoded path leads to its note')
ok(line():find('select', 1, true), 'at the heading', line())
open(vim.env.STUDYMARK_WORK .. '/notes/操作系统.md')
at('虚拟地址经页表到物理地址', 3)
vim.lsp.buf.hover()
eventually(function() return (float() or ''):find('320 × 120 pixels', 1, true) end, 'a picture tells its size')
at('二、进程间通信有哪些方式')
local incoming = request('textDocument/prepareCallHierarchy', vim.lsp.util.make_position_params(0, 'utf-16'))
ok(incoming and incoming[1].name == '二、进程间通信有哪些方式', 'a topic', incoming)
local calls = request('callHierarchy/incomingCalls', { item = incoming[1] })
ok(calls and #calls == 1 and calls[1].from.detail:find('计算机网络.md', 1, true), 'a topic that refers to it', calls)

-- Columns: an emoji before a link, and CRLF.
open(vim.env.STUDYMARK_WORK .. '/edges/emoji.md')
local family = vim.api.nvim_buf_get_lines(0, 4, 5, false)[1]
local column = family:find('没有这一篇', 1, true) - 1
eventually(function() return has('4:' .. column .. ' missing-file') end, 'the column is right after an emoji')
open(vim.env.STUDYMARK_WORK .. '/edges/crlf.md')
ok(vim.bo.fileformat == 'dos', 'the note has CRLF', vim.bo.fileformat)
eventually(function() return has('6:3 unanswered-question') end, 'a question in a CRLF note')
local crlf = vim.api.nvim_buf_get_lines(0, 8, 9, false)[1]:find('missing-crlf', 1, true) - 1
eventually(function() return has('8:' .. crlf .. ' missing-file') end, 'a link in a CRLF note')

-- A question asked twice, and one whose answer stands under another heading.
vim.fn.writefile({
  '# Go', '', '## 1. select 可以用于什么', '', '等待多个通道。', '', '## 2. 什么是逃逸分析？', '', '## 3. 垃圾回收和逃逸分析', '', '对象越多越慢。', '',
  '逃逸分析决定分配到栈还是堆，逃逸分析在编译时完成。', '', '## 4. Select可以用于什么？', '', '## 5. 切片', '', '引用。', '', '## 6. 数组', '',
  '值。', '', '## 7. 接口', '', '方法的集合。', '', '## 8. 协程', '', '轻的线程。',
}, vim.env.STUDYMARK_WORK .. '/notes/两遍.md')
open(vim.env.STUDYMARK_WORK .. '/notes/两遍.md')
eventually(function() return has('14:3 duplicate-question') end, 'a question asked twice is shown')
local function told(line)
  local found = vim.tbl_map(function(found) return found.message end, vim.diagnostic.get(0, { lnum = line }))
  return table.concat(found, '; ')
end
ok(told(14):find('already answered at line 3', 1, true), 'with the line of its answer', told(14))
eventually(function() return told(6):find('possibly answered in 垃圾回收和逃逸分析, line 9', 1, true) end, 'where an answer stands')
at('## 2. 什么是逃逸分析？', 3)
vim.lsp.buf.hover()
eventually(function() return (float() or ''):find('possible answers', 1, true) end, 'the hover lists it')
vim.api.nvim_win_set_cursor(0, { 7, 5 })
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action) return action.title == 'Link to the answer in 垃圾回收和逃逸分析' end,
})
eventually(function()
  return vim.api.nvim_buf_get_lines(0, 8, 9, false)[1] == '[垃圾回收和逃逸分析](#3-垃圾回收和逃逸分析)' and #findings('unanswered-question') == 1
end, 'a link to the answer answers it')
eventually(function() return has('16:3 duplicate-question') end, 'the other finding moved along')
vim.cmd.edit({ bang = true })

-- Terms in prose.
open(vim.env.STUDYMARK_WORK .. '/notes/术语.md')
vim.api.nvim_buf_set_lines(0, 0, -1, false, {
  '# 垃圾回收', '', '## 1. 写屏障（Write Barrier）', '', '让程序与回收并行的开关。', '',
  '## 2. 其他', '', '😀打开寫屏障，再谈逃逸。', '', '逃逸分析是一种静态分析。',
})
local function hover_at(text, offset)
  vim.cmd('silent! fclose')
  at(text, offset)
  vim.lsp.buf.hover()
end
eventually(function()
  hover_at('打开寫屏障', 7)
  return vim.wait(300, function() return (float() or ''):find('让程序与回收并行的开关', 1, true) end, 20)
end, 'a hover in prose says what the word means')
ok(float():find('Write Barrier', 1, true), 'and its other name', float())
vim.cmd('fclose')
at('打开寫屏障', 7)
vim.lsp.buf.definition()
eventually(function() return line() == '## 1. 写屏障（Write Barrier）' end, 'and leads to its definition')
local spoken = list_of(function(on_list)
  vim.lsp.buf.references({ includeDeclaration = true }, { on_list = on_list })
end)
ok(#spoken == 2 and spoken[2]:find('打开寫屏障', 1, true), 'where it is spoken of', spoken)
vim.cmd.edit({ bang = true })

-- The user's own note.
if vim.env.STUDYMARK_OWN_NOTE then
  open(vim.env.STUDYMARK_OWN_NOTE)
  vim.bo.readonly = true
  eventually(function() return #findings('unanswered-question') == 36 end, 'own note: 36 unanswered questions')
  for code, count in pairs({ ['empty-chapter'] = 5, ['missing-image'] = 1, ['missing-heading'] = 6, ['stub-answer'] = 1 }) do
    eventually(function() return #findings(code) == count end, 'own note: ' .. count .. ' ' .. code)
  end
  eventually(function() return has('928:3 duplicate-question') end, 'own note: line 929 repeats 521')
  for _, line in ipairs({ 540, 913, 921 }) do
    eventually(function() return told(line - 1):find('possibly answered', 1, true) end, 'own note: an answer for ' .. line)
  end
  for _, case in ipairs({
    { '通过匿名管道实现', '匿名管道', '半双工' },
    { 'po信息存到etcd', 'etcd', '担任数据中心的角色' },
    { '需要STW', 'STW', '停掉所有的goroutine' },
    { '的并不是写屏障技术', '写屏障', '写屏障就是让goroutine与GC同时运行' },
    { '底层的数组array', 'array', 'array是固定长度的数组' },
    { '在 GMP 模型中', 'GMP', 'GMP 模型' },
  }) do
    local context, name, meaning = unpack(case)
    -- Names are found after a pause, so one may have to ask again.
    eventually(function()
      hover_at(context, context:find(name, 1, true) + 1)
      return vim.wait(300, function() return (float() or ''):find(meaning, 1, true) end, 20)
    end, 'own note: a hover on ' .. name)
  end
  vim.cmd('silent! fclose')
  local before_typing = findings('unanswered-question')
  vim.api.nvim_win_set_cursor(0, { 71, 0 })
  vim.bo.readonly = false
  keys('o<CR>孤儿进程由 init 收养。<Esc>')
  eventually(function() return #findings('unanswered-question') == 35 end, 'own note: an answer clears its flag')
  keys('u')
  eventually(function()
    return vim.deep_equal(findings('unanswered-question'), before_typing)
  end, 'own note: undo brings it back')
end

-- The end.
local clients = vim.lsp.get_clients()
for _, client in ipairs(clients) do client:stop() end
ok(vim.wait(5000, function() return #vim.lsp.get_clients() == 0 end, 20), 'the server stops when asked to')
io.stdout:write(passed .. ' passed, 0 failed\n')
vim.cmd('qall!')
