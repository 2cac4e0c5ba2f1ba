-- Completion by the first letters of pinyin, as far as the server offers completion.
local t = dofile(vim.env.STUDYMARK_REPO .. '/tests/neovim/support.lua')
local notes = vim.env.STUDYMARK_WORK .. '/notes'
vim.fn.writefile({ '# 消息队列', '', '一条条消息。' }, notes .. '/消息队列.md')
vim.fn.writefile({ '# 草稿', '', '' }, notes .. '/草稿.md')
t.open(notes .. '/草稿.md')
local server = t.attached('the server attaches')

if not server.server_capabilities.completionProvider then
  io.stderr:write('\n!! SKIPPED: this server offers no completion, so that [[xxdl cannot list 消息队列\n\n')
  t.finish()
  return
end

-- The line, with | for the cursor, is typed; the item of this name is what the server lists there.
local function listed(line, name)
  local before, after = line:match('^(.-)|(.*)$')
  vim.api.nvim_buf_set_lines(0, 2, 3, false, { before .. after })
  vim.api.nvim_win_set_cursor(0, { 3, #before })
  local params = vim.lsp.util.make_position_params(0, server.offset_encoding)
  -- The cursor of normal mode cannot stand behind the last character.
  params.position.character = vim.str_utfindex(before, server.offset_encoding)
  -- By its number: for 0 Neovim 0.11 asks before it has sent what was typed.
  local answer = server:request_sync('textDocument/completion', params, 5000, vim.api.nvim_get_current_buf())
  local result = answer and answer.result or {}
  for _, item in ipairs(result.items or result) do
    if item.label:find(name, 1, true) then return item end
  end
end

local function accept(item)
  local edit = item.textEdit
  local changes = { { range = edit.range or edit.insert, newText = edit.newText } }
  vim.lsp.util.apply_text_edits(vim.list_extend(changes, item.additionalTextEdits or {}), vim.api.nvim_get_current_buf(), server.offset_encoding)
end

for line, what in pairs({ ['见 [[xxdl|'] = 'nothing behind the cursor', ['见 [[xxdl|]]'] = 'brackets that the editor closed' }) do
  local item
  t.eventually(function()
    item = listed(line, '消息队列')
    return item
  end, '[[xxdl lists 消息队列: ' .. what)
  t.ok(item.textEdit, 'as an edit', item)
  local filtered = (item.filterText or item.label):lower()
  t.ok(filtered:find('xxdl', 1, true), 'that clients do not filter away', item)
  accept(item)
  local written = vim.api.nvim_buf_get_lines(0, 2, 3, false)[1]
  t.ok(vim.startswith(written, '见 [[消息队列') and written:find(']]', 1, true), 'accepted, it is a link', written)
  t.ok(select(2, written:gsub('%]', '')) == 2 and select(2, written:gsub('%[', '')) == 2, 'with no bracket too many', written)
  t.at('消息队列', 3)
  vim.lsp.buf.definition()
  t.eventually(function() return t.file() == '消息队列.md' end, 'that leads to its note', t.file)
  vim.cmd('silent! write | buffer 草稿.md')
end
t.finish()
