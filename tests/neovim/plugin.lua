-- The plugin: its commands, lists, figures and checks, against the real server.
local t = dofile(vim.env.STUDYMARK_REPO .. '/tests/neovim/support.lua')
local ok, eventually, tells = t.ok, t.eventually, t.tells
local notes = vim.env.STUDYMARK_WORK .. '/notes'
local studymark = require('studymark')

-- The figures for the status line.
ok(studymark.status() == '', 'no figures while they are not known', studymark.status())
local server = t.attached('setup() starts the server')
eventually(function() return studymark.status() == '6/9' end, 'the status line tells how much is answered', studymark.status)
local drawn = vim.api.nvim_eval_statusline(vim.o.statusline, {}).str
ok(drawn:find('6/9', 1, true), 'and shows it', drawn)
local asked, request = 0, server.request
server.request = function(...)
  asked = asked + 1
  return request(...)
end
for _ = 1, 1000 do studymark.status() end
ok(asked == 0, 'drawing it asks nothing', asked)
server.request = nil
eventually(function() return #t.findings('unanswered-question') > 0 end, 'open questions are flagged')
local flagged = #t.findings('unanswered-question')
t.at('什么是僵尸进程')
t.keys('o<CR>父进程没有 wait 的子进程。<Esc>')
eventually(function() return #t.findings('unanswered-question') == flagged - 1 end, 'a flag vanishes with the answer')
eventually(function() return studymark.status() == '7/9' end, 'and the figures follow', studymark.status)
eventually(function() return studymark.status('workspace'):match('^%d+/%d%d$') end, 'figures of all notes')
ok(studymark.status('file', vim.api.nvim_get_current_buf()) == '7/9', 'of a buffer by its number', studymark.status())
local function lens()
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, -1, 0, -1, { details = true })) do
    for _, chunk in ipairs(mark[4].virt_text or {}) do
      if chunk[1]:find('进程与线程 — 4/5', 1, true) then return chunk[1] end
    end
  end
end
eventually(lens, 'a lens over a chapter is shown')
vim.cmd('silent undo 0 | set nomodified')
eventually(function() return studymark.status() == '6/9' end, 'undone, they are as before', studymark.status)

-- Going from one open question to the next.
t.at('# 进程与线程')
vim.cmd('Studymark next')
eventually(function() return t.line() == '## 三、什么是僵尸进程，怎么避免' end, ':Studymark next goes to an open question', t.line)
vim.cmd('Studymark next chapter')
eventually(function() return t.line() == '## 五、上下文切换的代价' end, 'to the next of this chapter', t.line)
vim.cmd('Studymark previous')
eventually(function() return t.line() == '## 三、什么是僵尸进程，怎么避免' end, 'and back', t.line)
vim.cmd.normal(vim.keycode('<C-o>'))
ok(t.line() == '## 五、上下文切换的代价', 'the jump is in the jump list', t.line())
t.at('# 进程与线程')
vim.cmd('Studymark random chapter')
eventually(function() return t.line():find('[三五]、') and vim.fn.line('.') > 10 end, ':Studymark random goes to one of them', t.line)

-- Going to a topic by a part of its name.
local topics
vim.lsp.buf.workspace_symbol('写时复制', { on_list = function(found) topics = found.items end })
eventually(function() return topics and topics[1] end, 'a topic is found by its name')
ok(vim.endswith(topics[1].filename, '操作系统.md') and topics[1].lnum == 55, 'with its place', topics)

-- What is typed wrongly is said.
tells('there is no :Studymark nxt', 'an unknown command', function() vim.cmd('Studymark nxt') end)
tells('takes chapter, file, workspace, not galaxy', 'an unknown scope', function() vim.cmd('Studymark next galaxy') end)
tells('takes nothing', 'a scope where there is none', function() vim.cmd('Studymark reindex file') end)
ok(vim.fn.execute('Studymark'):find('next +go to the next open question'), 'alone it lists what there is', vim.fn.execute('Studymark'))
local offered = vim.fn.getcompletion('Studymark ', 'cmdline')
ok(#offered == 12 and vim.list_contains(offered, 'questions'), 'commands are completed', offered)
ok(vim.deep_equal(vim.fn.getcompletion('Studymark re', 'cmdline'), { 'reindex', 'related', 'restart' }), 'by their beginning')
ok(vim.deep_equal(vim.fn.getcompletion('Studymark coverage ', 'cmdline'), { 'file', 'workspace' }), 'scopes are completed')
ok(#vim.fn.getcompletion('vertical Studymark ', 'cmdline') == 12, 'after a modifier too')

-- The quickfix list.
vim.cmd('Studymark questions')
eventually(function() return vim.fn.getqflist({ title = 1 }).title:find('Open questions', 1, true) end, ':Studymark questions fills the quickfix list')
local list = vim.fn.getqflist({ items = 1, title = 1 })
local shown = {}
for _, item in ipairs(list.items) do
  shown[#shown + 1] = ('%s:%d:%d %s'):format(vim.fn.fnamemodify(vim.fn.bufname(item.bufnr), ':t'), item.lnum, item.col, item.text)
end
ok(list.title == ('Open questions (%d)'):format(#list.items), 'its title counts them', list.title)
ok(vim.list_contains(shown, '操作系统.md:24:4 [unanswered] 进程与线程 › 什么是僵尸进程，怎么避免'), 'with chapter and state', shown)
ok(vim.list_contains(shown, '操作系统.md:30:4 [stub] 进程与线程 › 上下文切换的代价'), 'put off', shown)
ok(vim.bo.buftype == 'quickfix', 'its window opens', vim.bo.buftype)
vim.cmd('Studymark next')
eventually(function() return vim.bo.filetype == 'markdown' and t.line():find('^##') end, 'commands work from its window too', t.line)
ok(vim.fn.getqflist({ winid = 1 }).winid ~= 0, 'and leave it open', vim.fn.winlayout())
vim.cmd('cclose')
t.open(notes .. '/操作系统.md')
vim.cmd('Studymark questions file')
eventually(function() return vim.fn.getqflist({ size = 1 }).size == 3 end, 'of this note alone', function() return vim.fn.getqflist() end)
vim.cmd('cclose | cc 2')
ok(t.line() == '## 五、上下文切换的代价', 'an entry leads to its place', t.line())

-- Choosing.
local select = vim.ui.select
local options
vim.ui.select = function(items, given, on_choice)
  options = vim.tbl_map(given.format_item, items)
  vim.schedule(function() on_choice(items[1], 1) end)
end
t.at('# 内存')
vim.cmd('Studymark pick file')
eventually(function() return t.line() == '## 三、什么是僵尸进程，怎么避免' end, ':Studymark pick lets one choose', t.line)
ok(options[1] == '[unanswered] 进程与线程 › 什么是僵尸进程，怎么避免  操作系统.md:24', 'by chapter, state and place', options)
t.at('## 四、写时复制')
options = nil
vim.cmd('Studymark related')
eventually(function() return t.file() == 'databases.md' end, ':Studymark related leads to a related topic', t.file)
ok(options[1]:find('Persistence (', 1, true), 'with the reason', options)
vim.ui.select = select
t.open(notes .. '/操作系统.md')

-- Pickers that are no part of Neovim: stand-ins that take what the real ones take.
local opened
package.loaded['telescope.pickers'] = {
  new = function(_, given)
    return { find = function() opened = vim.tbl_map(given.finder.entry_maker, given.finder.results) end }
  end,
}
package.loaded['telescope.finders'] = { new_table = function(given) return given end }
package.loaded['telescope.config'] = { values = { generic_sorter = function() end, grep_previewer = function() end } }
vim.cmd('Studymark pick file')
eventually(function() return opened ~= nil end, 'telescope is used when it is there')
ok(opened[1].lnum == 24 and opened[1].col == 4 and vim.endswith(opened[1].filename, '操作系统.md'), 'and gets the places', opened[1])
package.loaded['telescope.pickers'] = nil
local typed
package.loaded['fzf-lua'] = {
  fzf_exec = function(lines, given)
    typed = lines
    given.actions.default({ lines[2] })
  end,
}
t.at('# 内存')
vim.cmd('Studymark pick file')
eventually(function() return typed ~= nil and t.line() == '## 五、上下文切换的代价' end, 'fzf-lua is used when it is there', t.line)
package.loaded['fzf-lua'] = nil

-- The page of bars.
vim.cmd('Studymark coverage')
eventually(function() return vim.bo.filetype == 'studymark-coverage' end, ':Studymark coverage opens a page')
local page = vim.api.nvim_buf_get_lines(0, 0, -1, false)
ok(page[1]:find('^%d+ of %d+ questions answered'), 'with the sum', page[1])
local chapter = t.at('进程与线程')
ok(page[chapter]:find('█', 1, true) and page[chapter]:find('3/5', 1, true), 'and a bar for each chapter', page[chapter])
vim.cmd('wincmd p | Studymark coverage file')
eventually(function() return vim.bo.filetype == 'studymark-coverage' and vim.api.nvim_buf_get_lines(0, 0, 1, false)[1]:find('^6 of 9') end, 'of one note in place of it')
ok(#vim.api.nvim_tabpage_list_wins(0) == 2, 'in one window', vim.fn.winlayout())
t.at('进程与线程')
t.keys('<CR>')
ok(t.file() == '操作系统.md' and t.line() == '# 进程与线程', '<CR> leads to the chapter', t.line())

-- The graph: the page of the server in a file, opened with what the system opens pages with.
local open_page = vim.ui.open
local seen
vim.ui.open = function(path)
  seen = path
  return nil, nil
end
if require('studymark.client').knows(server, 'studymark.graph') then
  tells('the graph is in', ':Studymark graph opens a page', function() vim.cmd('Studymark graph') end)
  local written = table.concat(vim.fn.readfile(seen), '\n')
  ok(written:find('<html', 1, true) and written:find('操作系统', 1, true), 'with the topics', #written)
else
  tells('does not know studymark.graph yet', 'a server without a graph is told kindly', function() vim.cmd('Studymark graph') end)
end

tells('all notes are read anew', ':Studymark reindex', function() vim.cmd('Studymark reindex') end)
tells('Neovim 0.', ':Studymark version', function() vim.cmd('Studymark version') end)
ok(t.was_told('studymark: studymark ' .. server.server_info.version), 'names the server', t.told)

-- Settings change while the server runs.
eventually(function() return #t.findings('unanswered-question') == flagged end, 'open questions are still flagged')
studymark.set({ diagnostics = { ['unanswered-question'] = 'off' } })
eventually(function() return #t.findings('unanswered-question') == 0 end, 'a setting takes the flags away')
ok(#t.findings('stub-answer') == 1, 'and only those', t.findings())
studymark.set({ diagnostics = { ['unanswered-question'] = 'warning' } })
eventually(function()
  local found = t.findings('unanswered-question')[1]
  return found and found.severity == vim.diagnostic.severity.WARN
end, 'another brings them back, louder')
ok(t.server().id == server.id, 'the server is still the same one')

-- Health.
local health = t.health('studymark')
ok(health:find('studymark ' .. server.server_info.version, 1, true), 'health: the program and its version', health)
ok(health:find('version ' .. vim.pesc(server.server_info.version) .. ' runs for %d'), 'health: the server', health)
ok(health:find('root: ' .. vim.fn.fnamemodify(notes, ':~'), 1, true), 'health: the root', health)
ok(health:find('columns are counted in utf%-%d+'), 'health: the encoding', health)
ok(health:find('no setting is wrong', 1, true) and not health:find('ERROR', 1, true) and not health:find('WARNING', 1, true), 'health: nothing to complain of', health)
studymark.set({ questions = { duplicates = 'everywhere' } })
eventually(function() return #require('studymark.client').complaints == 1 end, 'a wrong setting is told')
vim.fn.writefile({ '[questions]', 'wrods = ["几何"]' }, notes .. '/studymark.toml')
local toml = vim.uri_to_bufnr(vim.uri_from_fname(notes .. '/studymark.toml'))
vim.cmd('Studymark reindex')
eventually(function() return #vim.diagnostic.get(toml) == 1 end, 'and one in studymark.toml')
vim.lsp.start({
  name = 'othermark',
  cmd = t.pretend({ hoverProvider = true, definitionProvider = true, positionEncoding = 'utf-32' }, {}),
  root_dir = notes,
}, { bufnr = 0 })
eventually(function() return #vim.lsp.get_clients({ name = 'othermark' }) == 1 end, 'another server comes')
local latin = vim.fn.bufadd(notes .. '/latin.md')
vim.fn.bufload(latin)
vim.bo[latin].filetype = 'markdown'
vim.bo[latin].fileencoding = 'latin1'
eventually(function() return #vim.lsp.get_clients({ name = 'studymark', bufnr = latin }) == 1 end, 'a note in another encoding is opened')
health = t.health('studymark')
for what, text in pairs({
  ['a wrong setting'] = 'studymark.questions.duplicates',
  ['a wrong key in the file'] = 'studymark.toml:2',
  ['a second server'] = 'othermark also answers: definition, hover',
  ['columns counted otherwise'] = 'othermark counts columns in utf-32',
  ['a note that is not UTF-8'] = 'latin.md is latin1 on disk',
}) do
  ok(health:find(text, 1, true), 'health: ' .. what, health)
end
vim.lsp.get_clients({ name = 'othermark' })[1]:stop()
vim.cmd.bwipeout({ latin, bang = true })
studymark.set({ questions = { duplicates = 'parent' } })

-- A server that ends unasked.
t.open(notes .. '/操作系统.md')
local function kill_server()
  for _, process in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    if vim.api.nvim_get_proc(process).name == 'studymark' then vim.uv.kill(process, 'sigkill') end
  end
end
tells('quit with exit code', 'the server is killed', kill_server)
eventually(function() return t.server() == nil end, 'it is gone')
eventually(function() return studymark.status() == '' end, 'the status line says nothing old', studymark.status)
tells('signal 9). :Studymark restart starts it again', 'a command says what to do', function() vim.cmd('Studymark next') end)
health = t.health('studymark')
ok(health:find('it does not run', 1, true) and health:find(':Studymark restart', 1, true), 'so does the health check', health)
tells('the server was started again', ':Studymark restart', function() vim.cmd('Studymark restart') end)
local new = t.attached('the server is back')
ok(new.id ~= server.id, 'it is a new one', new.id)
eventually(function() return #t.findings('unanswered-question') == flagged end, 'and finds what the old one found')
eventually(function() return studymark.status() == '6/9' end, 'the status line is back', studymark.status)
tells('the server was started again', 'a running one is restarted too', function() vim.cmd('Studymark restart') end)
eventually(function() return t.server() and t.server().id ~= new.id end, 'with another id')
vim.cmd('Studymark log')
ok(t.file() == 'lsp.log', ':Studymark log opens the log', t.file())
vim.cmd('tabclose')

-- The graph of a server that has one, and pages that cannot be opened.
for _, client in ipairs(vim.lsp.get_clients()) do client:stop() end
eventually(function() return #vim.lsp.get_clients() == 0 end, 'the server is taken away')
vim.lsp.enable('studymark', false)
local arguments
local commands = { executeCommandProvider = { commands = { 'studymark.graph', 'studymark.openQuestions' } } }
vim.lsp.start({
  name = 'studymark',
  root_dir = notes,
  cmd = t.pretend(commands, {
    ['workspace/executeCommand'] = function(params)
      arguments = params.arguments
      return params.command == 'studymark.graph' and '<!doctype html><title>图</title>' or {}
    end,
  }),
}, { bufnr = 0 })
t.attached('a server that has a graph')
tells('the graph is in ' .. vim.fn.stdpath('cache'), 'the graph is written', function() vim.cmd('Studymark graph') end)
ok(vim.deep_equal(arguments, { { format = 'html' } }), 'it was asked for as a page', arguments)
ok(vim.fn.readfile(seen)[1] == '<!doctype html><title>图</title>', 'and opened', seen)
vim.ui.open = function() return nil, 'no browser' end
tells('could not be opened: no browser', 'where there is no browser, the file is named', function() vim.cmd('Studymark graph') end)
vim.ui.open = open_page
tells('every question has an answer', 'nothing open is good news', function() vim.cmd('Studymark questions') end)
tells('does not know studymark.coverage yet', 'what a server does not know is said', function() vim.cmd('Studymark coverage') end)

-- The help.
local doc = vim.env.STUDYMARK_WORK .. '/help/doc'
vim.fn.mkdir(doc, 'p')
vim.fn.writefile(vim.fn.readfile(vim.env.STUDYMARK_REPO .. '/editors/neovim/doc/studymark.txt'), doc .. '/studymark.txt')
vim.cmd.helptags(vim.fn.fnameescape(doc))
local tags = {}
for _, tag in ipairs(vim.fn.readfile(doc .. '/tags')) do tags[tag:match('^[^\t]+')] = true end
ok(tags['studymark'] and tags['studymark-install'] and tags[':Studymark'], 'the help has its tags', tags)
local help = table.concat(vim.fn.readfile(doc .. '/studymark.txt'), '\n')
for link in help:gmatch('|([^|%s]+)|') do
  ok(tags[link] or #vim.fn.getcompletion(link, 'help') > 0, 'help: ' .. link .. ' leads somewhere')
end
for _, name in ipairs(offered) do
  ok(tags[':Studymark-' .. name], 'help: :Studymark ' .. name .. ' is explained')
end
for _, line in ipairs(vim.fn.readfile(doc .. '/studymark.txt')) do
  if vim.fn.strdisplaywidth(line) > 79 then t.fail('help: a line that is too long', line) end
end

t.finish()
