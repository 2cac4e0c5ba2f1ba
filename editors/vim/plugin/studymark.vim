" studymark for the language clients of Vim: vim-lsp and yegappan/lsp. ALE finds ale_linters/markdown/studymark.vim by itself.

if exists('g:loaded_studymark') || has('nvim')
    finish
endif
let g:loaded_studymark = 1

let s:program = get(g:, 'studymark_executable', 'studymark')
let s:marks = ['studymark.toml', '.obsidian/', '.foam/', '.zk/', '.marksman.toml', '.git/']

" For vim-lsp: the folder of the notes as a URI.
function! s:root_uri(server_info) abort
    let l:path = lsp#utils#get_buffer_path()
    let l:root = lsp#utils#find_nearest_parent_file_directory(l:path, s:marks)
    return lsp#utils#path_to_uri(empty(l:root) ? fnamemodify(l:path, ':h') : l:root)
endfunction

augroup studymark
    autocmd!
    autocmd User lsp_setup call lsp#register_server({
    \   'name': 'studymark',
    \   'cmd': {server_info -> [s:program, 'lsp']},
    \   'allowlist': ['markdown'],
    \   'root_uri': function('s:root_uri'),
    \   'workspace_config': {'studymark': get(g:, 'studymark_settings', {})},
    \ })
    autocmd User LspSetup call LspAddServer([{
    \   'name': 'studymark',
    \   'path': s:program,
    \   'args': ['lsp'],
    \   'filetype': ['markdown'],
    \   'rootSearch': s:marks,
    \   'workspaceConfig': {'studymark': get(g:, 'studymark_settings', {})},
    \ }])
augroup END
