--- The lenses over chapters: asked for when a note is shown and after typing pauses.
local M = {}

local PAUSE = 300
local group = vim.api.nvim_create_augroup('studymark.lenses', {})
local newest = {} ---@type table<integer, integer>

---@param buffer integer
local function refresh(buffer)
  newest[buffer] = (newest[buffer] or 0) + 1
  local mine = newest[buffer]
  vim.defer_fn(function()
    if newest[buffer] ~= mine or not vim.api.nvim_buf_is_loaded(buffer) then return end
    if #vim.lsp.get_clients({ bufnr = buffer, method = 'textDocument/codeLens' }) == 0 then return end
    vim.lsp.codelens.refresh({ bufnr = buffer })
  end, PAUSE)
end

--- Keeps the lenses of a buffer up to date.
---@param buffer integer
function M.follow(buffer)
  vim.api.nvim_clear_autocmds({ group = group, buffer = buffer })
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged', 'BufWritePost', 'DiagnosticChanged' }, {
    group = group,
    buffer = buffer,
    desc = 'studymark: lenses',
    callback = function() refresh(buffer) end,
  })
  vim.api.nvim_create_autocmd('LspDetach', {
    group = group,
    buffer = buffer,
    callback = function(event)
      vim.lsp.codelens.clear(event.data.client_id, buffer)
    end,
  })
  refresh(buffer)
end

return M
