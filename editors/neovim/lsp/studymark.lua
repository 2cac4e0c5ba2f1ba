-- studymark for Neovim 0.11 and later.
--
-- Put this folder on 'runtimepath' (or copy this file to ~/.config/nvim/lsp/studymark.lua) and add to init.lua:
--
--   vim.lsp.enable('studymark')

---@type vim.lsp.Config
return {
  cmd = { 'studymark', 'lsp' },
  filetypes = { 'markdown' },
  -- Without any of these the server looks at the opened note and what it links to.
  root_markers = { 'studymark.toml', '.obsidian', '.foam', '.zk', '.marksman.toml', '.git' },
}
