-- The plugin as docs/neovim.md sets it up, with nothing of the user's around it.
vim.opt.runtimepath:append(vim.env.STUDYMARK_REPO .. '/editors/neovim')
vim.opt.swapfile = false
vim.opt.shadafile = 'NONE'
vim.opt.number = true
vim.opt.signcolumn = 'yes'
vim.opt.laststatus = 2
vim.opt.completeopt = { 'menuone', 'noselect', 'popup' }
vim.opt.statusline = "%f %m%=%{v:lua.require'studymark'.status()} %l:%c "
vim.diagnostic.config({ virtual_text = { prefix = '●', spacing = 2 }, severity_sort = true, update_in_insert = true })
require('studymark').setup({ cmd = { vim.env.STUDYMARK_BIN, 'lsp' }, completion = true })
