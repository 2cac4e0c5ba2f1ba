-- The plugin where the server is not installed, and where nothing was set up.
local t = dofile(vim.env.STUDYMARK_REPO .. '/tests/neovim/support.lua')
vim.opt.runtimepath:append(vim.env.STUDYMARK_REPO .. '/editors/neovim')
vim.cmd.runtime('plugin/studymark.lua')
vim.opt.swapfile = false
local note = vim.env.STUDYMARK_WORK .. '/notes/databases.md'
local studymark = require('studymark')

t.open(note)
t.tells('not found', 'without a server a command says so', function()
  vim.lsp.config('studymark', { cmd = { 'no-such-studymark', 'lsp' } })
  vim.cmd('Studymark next')
end)
t.ok(t.was_told('give setup() its cmd'), 'and how to name one', t.told)
t.ok(studymark.status() == '', 'the status line is empty', studymark.status())

t.tells('no-such-studymark is not found', 'setup() says it once a note is opened', function()
  studymark.setup({ cmd = { 'no-such-studymark', 'lsp' } })
end)
t.told = {}
t.open(vim.env.STUDYMARK_WORK .. '/notes/Python.md')
t.ok(not vim.wait(200, function() return #t.told > 0 end, 20), 'and only once', t.told)
local health = t.health('studymark')
t.ok(health:find('no-such-studymark is not found', 1, true) and health:find('ERROR', 1, true), 'so does the health check', health)

t.tells('there is no option colour', 'unknown options are named', function()
  studymark.setup({ cmd = { 'no-such-studymark' }, colour = 'red', picker = 'emacs', completion = 'yes' })
end)
t.ok(t.was_told("not 'emacs'") and t.was_told('completion must be a boolean'), 'and wrong values', t.told)
t.ok(t.health('studymark'):find('setup: there is no option colour', 1, true), 'health has them too')

-- The server comes: asking for a restart is enough.
t.told = {}
studymark.setup({ cmd = { vim.env.STUDYMARK_BIN, 'lsp' }, enable = false })
t.tells('not enabled', 'a server that is there but not enabled', function() vim.cmd('Studymark next') end)
vim.cmd('Studymark restart')
t.attached('once it is there, :Studymark restart starts it')
vim.cmd('Studymark next file')
t.eventually(function() return t.line():find('^## %d') end, 'and commands work', t.line)

-- A program of this name that is no server.
vim.lsp.enable('studymark', false)
t.eventually(function() return #vim.lsp.get_clients() == 0 end, 'it is stopped')
vim.lsp.config('studymark', { cmd = { 'false' } })
health = t.health('studymark')
t.ok(health:find('does not tell its version', 1, true), 'health: a program that is no studymark', health)

t.finish()
