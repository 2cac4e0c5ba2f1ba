--- Studymark in Neovim: what a user's configuration calls.
local M = {}

---@alias studymark.Scope 'chapter'|'file'|'workspace'
---@alias studymark.Picker 'auto'|'select'|'telescope'|'fzf-lua'

---@class studymark.Options
---@field cmd? string[] How the server is started; default `{ 'studymark', 'lsp' }`.
---@field settings? table<string, any> The server's settings without `studymark.` before them; `studymark.toml` has the same keys.
---@field enable? boolean Whether the server is started for Markdown; default true.
---@field codelens? boolean Whether the lenses over chapters are shown; default true.
---@field completion? boolean Whether Neovim's own completion opens as you type; default false.
---@field picker? studymark.Picker What `:Studymark pick` and `related` choose with; default 'auto'.
---@field lsp? vim.lsp.Config Anything else for |vim.lsp.config()|.

---@type table<string, string|string[]>
local KNOWN = {
  cmd = 'table',
  settings = 'table',
  enable = 'boolean',
  codelens = 'boolean',
  completion = 'boolean',
  picker = 'string',
  lsp = 'table',
}

---@type table<string, boolean>
local PICKERS = { auto = true, select = true, telescope = true, ['fzf-lua'] = true }

--- What is wrong with options, in words.
---@param options table
---@return string[]
local function mistakes(options)
  local found = {}
  for key, value in vim.spairs(options) do
    if not KNOWN[key] then
      found[#found + 1] = ('there is no option %s; there are: %s'):format(key, table.concat(vim.fn.sort(vim.tbl_keys(KNOWN)), ', '))
    elseif type(value) ~= KNOWN[key] then
      found[#found + 1] = ('%s must be a %s, not a %s'):format(key, KNOWN[key], type(value))
    end
  end
  if type(options.picker) == 'string' and not PICKERS[options.picker] then
    found[#found + 1] = ("picker must be 'auto', 'select', 'telescope' or 'fzf-lua', not '%s'"):format(options.picker)
  end
  return found
end

--- Starts the server for Markdown and takes options. What is wrong in them is said and left out.
---@param options? studymark.Options
function M.setup(options)
  options = options or {}
  local wrong = mistakes(options)
  for _, mistake in ipairs(wrong) do
    vim.notify('studymark: setup: ' .. mistake, vim.log.levels.WARN)
  end
  local client = require('studymark.client')
  client.mistakes = wrong
  -- A user's `lsp.on_exit` is called beside what remembers how the server ended.
  local config = type(options.lsp) == 'table' and vim.deepcopy(options.lsp) or {}
  local on_exit = config.on_exit
  config.on_exit = vim.list_extend({ client.ended }, type(on_exit) == 'table' and on_exit or { on_exit })
  if type(options.cmd) == 'table' then config.cmd = options.cmd end
  if type(options.settings) == 'table' then config.settings = { studymark = options.settings } end
  vim.lsp.config('studymark', config)
  client.options = {
    codelens = options.codelens ~= false,
    completion = options.completion == true,
    picker = PICKERS[options.picker] and options.picker or 'auto',
  }
  if options.enable ~= false then client.enable() end
end

--- Changes settings of running servers and of those that are started later, without a restart.
---@param settings table<string, any> As in |studymark.Options|; what is not named stays as it is.
function M.set(settings)
  require('studymark.client').set(settings)
end

--- How much is answered, for a status line: "26/61", or "" while that is not known. Costs a look into a table; the
--- figures are asked for when the text has changed and typing pauses.
---@param scope? 'file'|'workspace' This note, or all of them; default 'file'.
---@param buffer? integer The note; default the current one.
---@return string
function M.status(scope, buffer)
  return require('studymark.coverage').status(buffer or 0, scope or 'file')
end

return M
