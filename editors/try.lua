-- The configuration of editors/try: the plugin as docs/neovim.md sets it up, and a line that says what to press.
vim.opt.runtimepath:append(vim.env.STUDYMARK_PLUGIN)
vim.opt.number = true
vim.opt.signcolumn = 'yes'
vim.opt.mouse = 'a'
vim.opt.laststatus = 2
vim.opt.showtabline = 2
vim.opt.tabline = ' K explain  Ctrl-] go there  Ctrl-O back  grr who refers  grn rename  gra fix  ]q next question  :Studymark <Tab>  :qa! leave'
vim.opt.statusline = " %f %m%=answered: %{v:lua.require'studymark'.status()}   all notes: %{v:lua.require'studymark'.status('workspace')}   %l:%c "
vim.opt.completeopt = { 'menuone', 'noselect', 'popup' }
vim.diagnostic.config({ virtual_text = { prefix = '●', spacing = 2 }, severity_sort = true, update_in_insert = true })
vim.keymap.set('n', ']q', '<Cmd>Studymark next<CR>', { desc = 'the next open question' })
vim.keymap.set('n', '[q', '<Cmd>Studymark previous<CR>', { desc = 'the previous open question' })
require('studymark').setup({ cmd = { vim.env.STUDYMARK_BIN, 'lsp' }, completion = true })
