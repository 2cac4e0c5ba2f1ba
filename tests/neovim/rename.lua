-- A heading with 200 links and a folder are renamed in Neovim, and both are undone.
local function fail(what, seen)
  io.stderr:write('FAIL ' .. what .. ' ' .. vim.inspect(seen) .. '\n')
  vim.cmd('cquit 1')
end

local function ok(holds, what, seen)
  if not holds then fail(what, seen) end
  io.stdout:write('ok   ' .. what .. '\n')
end

local work = vim.env.STUDYMARK_WORK .. '/renames'
vim.fn.mkdir(work .. '/网络', 'p')
local function write(name, text)
  local file = assert(io.open(work .. '/' .. name, 'wb'))
  file:write(text)
  file:close()
end
local function read(name)
  local file = assert(io.open(work .. '/' .. name, 'rb'))
  local text = file:read('a')
  file:close()
  return text
end

local names = { '闭包.md' }
write('studymark.toml', '')
write('闭包.md', '# 笔记\n\n## 什么是闭包？\n\n函数与它的环境。\n')
for n = 1, 20 do
  local name = '网络/n' .. n .. '.md'
  names[#names + 1] = name
  -- Half of the notes have CRLF.
  local ending = n % 2 == 0 and '\r\n' or '\n'
  write(name, ('😀 [问](../闭包.md#什么是闭包) [[闭包#什么是闭包？]]' .. ending):rep(5))
end
local before = {}
for _, name in ipairs(names) do before[name] = read(name) end

vim.cmd.edit(vim.fn.fnameescape(work .. '/闭包.md'))
ok(vim.wait(10000, function() return #vim.lsp.get_clients({ bufnr = 0 }) == 1 end, 20), 'the server attaches')
local client = vim.lsp.get_clients({ bufnr = 0 })[1]
local function linked()
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { includeDeclaration = false }
  local answer = client:request_sync('textDocument/references', params, 5000, 0)
  return answer and answer.result and #answer.result or 0
end
vim.api.nvim_win_set_cursor(0, { 3, 5 })
ok(vim.wait(10000, function() return linked() == 200 end, 50), 'the heading has 200 links', linked())

-- The text of a note as Neovim would write it.
local function now(name)
  local buffer = vim.fn.bufadd(work .. '/' .. name)
  vim.fn.bufload(buffer)
  local ending = vim.bo[buffer].fileformat == 'dos' and '\r\n' or '\n'
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), ending) .. ending
end
local function same_as_before()
  for _, name in ipairs(names) do
    if now(name) ~= before[name] then return name end
  end
end
local function undo_all()
  for _, name in ipairs(names) do
    vim.api.nvim_buf_call(vim.fn.bufadd(work .. '/' .. name), function() vim.cmd('silent undo 0') end)
  end
end
ok(not same_as_before(), 'Neovim shows the notes as they are on disk', same_as_before())

vim.lsp.buf.rename('闭包（closure）')
ok(vim.wait(10000, function() return now('闭包.md'):find('## 闭包（closure）\n', 1, true) end, 20), 'the heading is renamed')
local links = 0
for _, name in ipairs(names) do
  local text = now(name)
  ok(not text:find('什么是闭包', 1, true), 'no old link in ' .. name)
  for _ in text:gmatch('闭包%.md#闭包closure%)') do links = links + 1 end
  for _ in text:gmatch('%[%[闭包#闭包（closure）%]%]') do links = links + 1 end
end
ok(links == 200, 'all 200 links went along', links)
undo_all()
ok(not same_as_before(), 'undone, every note is byte for byte as before', same_as_before())

local files = { { oldUri = vim.uri_from_fname(work .. '/网络'), newUri = vim.uri_from_fname(work .. '/计算机/网络') } }
local answer = client:request_sync('workspace/willRenameFiles', { files = files }, 5000, 0)
ok(answer and answer.result, 'a folder that is to move is answered', answer)
vim.lsp.util.apply_workspace_edit(answer.result, client.offset_encoding)
ok(now('网络/n1.md'):find('(../../闭包.md#什么是闭包)', 1, true), 'its notes link from their new place', now('网络/n1.md'))
undo_all()
ok(not same_as_before(), 'undone, every note is byte for byte as before once more', same_as_before())

for _, running in ipairs(vim.lsp.get_clients()) do running:stop() end
ok(vim.wait(5000, function() return #vim.lsp.get_clients() == 0 end, 20), 'the server stops')
vim.cmd('qall!')
