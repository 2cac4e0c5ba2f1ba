-- The command :Studymark, and what is remembered of a running server. Everything else is loaded when it is used.
if vim.g.loaded_studymark then return end
vim.g.loaded_studymark = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.api.nvim_create_user_command('Studymark', function()
    vim.notify('studymark needs Neovim 0.11 or later', vim.log.levels.ERROR)
  end, { nargs = '*', desc = 'Study notes' })
  return
end

vim.api.nvim_create_user_command('Studymark', function(command)
  require('studymark.commands').run(command.fargs)
end, {
  nargs = '*',
  desc = 'Study notes: open questions, related topics, coverage',
  complete = function(lead, line) return require('studymark.commands').complete(lead, line) end,
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('studymark', {}),
  desc = 'studymark: remember what the server says of its settings',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'studymark' then require('studymark.client').attached(client, event.buf) end
  end,
})
