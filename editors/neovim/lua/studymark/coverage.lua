--- How much is answered: a word for the status line, and a page of bars.
---
--- A status line is drawn at every key, so it only reads `known`. The server is asked when text or findings have
--- changed and nothing more happens for a moment, and only for buffers whose status line asks.
local M = {}

---@class studymark.Figures
---@field questions integer
---@field answered integer
---@field stub integer
---@field unanswered integer

---@class studymark.Share: studymark.Figures The figures of a note or chapter.
---@field uri string
---@field path string
---@field range lsp.Range
---@field title string

local PAUSE = 250
local EVERYTHING = -1 -- the key of the figures of all notes

local known = {} ---@type table<integer, string>
local wanted = {} ---@type table<integer, integer>
local listening = false

---@param buffer integer
---@return string? uri The note; nothing for all notes.
local function note(buffer)
  if buffer ~= EVERYTHING then return vim.uri_from_bufnr(buffer) end
end

---@param buffer integer
---@param text string?
local function learn(buffer, text)
  if known[buffer] == text then return end
  known[buffer] = text
  vim.api.nvim_exec_autocmds('User', { pattern = 'StudymarkStatus', modeline = false, data = { buffer = buffer } })
  vim.cmd.redrawstatus({ bang = true })
end

---@param buffer integer
local function ask(buffer)
  if buffer ~= EVERYTHING and not vim.api.nvim_buf_is_loaded(buffer) then
    known[buffer], wanted[buffer] = nil, nil
    return
  end
  local filter = { name = 'studymark', bufnr = buffer ~= EVERYTHING and buffer or nil }
  local client = vim.lsp.get_clients(filter)[1]
  if not client then return learn(buffer, nil) end
  client:request('workspace/executeCommand', {
    command = 'studymark.coverage',
    arguments = { { uri = note(buffer), scope = note(buffer) and 'file' or 'workspace' } },
  }, function(problem, result)
    if problem or type(result) ~= 'table' then return end
    local total = result.total ---@type studymark.Figures
    learn(buffer, total.questions > 0 and ('%d/%d'):format(total.answered, total.questions) or nil)
  end)
end

--- Asks anew once nothing more happens.
---@param buffer integer
local function refresh(buffer)
  if not wanted[buffer] then return end
  wanted[buffer] = wanted[buffer] + 1
  local mine = wanted[buffer]
  vim.defer_fn(function()
    if wanted[buffer] == mine then ask(buffer) end
  end, PAUSE)
end

local function listen()
  if listening then return end
  listening = true
  local group = vim.api.nvim_create_augroup('studymark.status', {})
  vim.api.nvim_create_autocmd({ 'LspAttach', 'LspDetach', 'DiagnosticChanged', 'TextChanged', 'InsertLeave', 'BufWritePost' }, {
    group = group,
    desc = 'studymark: the status line is behind',
    callback = function(event)
      refresh(event.buf)
      refresh(EVERYTHING)
    end,
  })
  vim.api.nvim_create_autocmd('LspProgress', {
    group = group,
    pattern = 'end',
    callback = function()
      for buffer in pairs(wanted) do refresh(buffer) end
    end,
  })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = group,
    callback = function(event)
      known[event.buf], wanted[event.buf] = nil, nil
    end,
  })
end

---@param buffer integer
---@param scope 'file'|'workspace'
---@return string
function M.status(buffer, scope)
  local key = scope == 'workspace' and EVERYTHING or buffer == 0 and vim.api.nvim_get_current_buf() or buffer
  if not wanted[key] then
    wanted[key] = 0
    listen()
    refresh(key)
  end
  return known[key] or ''
end

local WIDTH = 24
local FULL, EMPTY = '█', '░'

---@param figures studymark.Figures
---@return string bar
---@return integer full How many bytes of it are full.
local function bar(figures)
  local full = figures.questions > 0 and math.floor(figures.answered * WIDTH / figures.questions) or 0
  return FULL:rep(full) .. EMPTY:rep(WIDTH - full), full * #FULL
end

local namespace = vim.api.nvim_create_namespace('studymark.coverage')

--- Shows the figures in a window of their own.
---@param result { total: studymark.Figures, files: studymark.Share[], chapters: studymark.Share[] }
---@param encoding studymark.Encoding
function M.show(result, encoding)
  local total = result.total
  local percent = total.questions > 0 and math.floor(total.answered * 100 / total.questions) or 0
  local lines = {
    ('%d of %d questions answered (%d %%), %d put off, %d open'):format(
      total.answered, total.questions, percent, total.stub, total.unanswered),
    '',
  }
  local targets = {} ---@type table<integer, studymark.Share>
  local marks = {} ---@type { line: integer, full: integer, indent: integer }[]
  ---@param share studymark.Share
  ---@param indent integer
  local function add(share, indent)
    if share.questions == 0 then return end
    local drawn, full = bar(share)
    lines[#lines + 1] = ('%s %7s  %s%s'):format(
      drawn, share.answered .. '/' .. share.questions, (' '):rep(indent), indent == 0 and share.path or share.title)
    targets[#lines] = share
    marks[#marks + 1] = { line = #lines - 1, full = full, indent = indent }
  end
  for _, file in ipairs(result.files) do
    add(file, 0)
    for _, chapter in ipairs(result.chapters) do
      -- A chapter with all questions of its note says nothing new.
      if chapter.uri == file.uri and chapter.questions < file.questions then add(chapter, 2) end
    end
  end
  local name = 'studymark://coverage'
  local old = vim.fn.bufnr('^' .. name .. '$')
  if old ~= -1 then vim.api.nvim_buf_delete(old, { force = true }) end
  local origin = vim.api.nvim_get_current_win()
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(buffer, name)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].filetype = 'studymark-coverage'
  for _, mark in ipairs(marks) do
    vim.api.nvim_buf_set_extmark(buffer, namespace, mark.line, 0, { end_col = mark.full, hl_group = 'DiagnosticOk' })
    vim.api.nvim_buf_set_extmark(buffer, namespace, mark.line, mark.full, { end_col = WIDTH * #FULL, hl_group = 'NonText' })
    if mark.indent == 0 then
      vim.api.nvim_buf_set_extmark(buffer, namespace, mark.line, WIDTH * #FULL, { end_row = mark.line + 1, hl_group = 'Title' })
    end
  end
  vim.api.nvim_open_win(buffer, true, { split = 'below', height = math.min(#lines, math.floor(vim.o.lines / 2)) })
  vim.wo[0][0].number = false
  vim.wo[0][0].relativenumber = false
  vim.wo[0][0].signcolumn = 'no'
  vim.wo[0][0].wrap = false
  vim.wo[0][0].cursorline = true
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, desc = 'close' })
  vim.keymap.set('n', '<CR>', function()
    local share = targets[vim.api.nvim_win_get_cursor(0)[1]]
    if not share then return end
    vim.cmd.close()
    if vim.api.nvim_win_is_valid(origin) then vim.api.nvim_set_current_win(origin) end
    require('studymark.places').go(share, encoding)
  end, { buffer = buffer, desc = 'go to the chapter' })
end

return M
