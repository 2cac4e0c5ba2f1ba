-- The configuration of the README, with nothing of the user's around it.
vim.opt.runtimepath:append(vim.env.STUDYMARK_REPO .. '/editors/neovim')
vim.opt.swapfile = false
vim.opt.shadafile = 'NONE'
vim.opt.number = true
vim.opt.signcolumn = 'yes'
vim.opt.fileformats = 'unix,dos'
vim.diagnostic.config({ virtual_text = { prefix = '●', spacing = 2 }, severity_sort = true, update_in_insert = true })
vim.lsp.config('studymark', { cmd = { vim.env.STUDYMARK_BIN, 'lsp' } })
vim.lsp.enable('studymark')
