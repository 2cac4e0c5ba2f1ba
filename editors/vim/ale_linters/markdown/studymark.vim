" studymark for ALE: found by ALE when the folder editors/vim is on 'runtimepath'.

call ale#Set('markdown_studymark_executable', 'studymark')
call ale#Set('markdown_studymark_settings', {})

" The folder of the notes: the nearest with a mark of one, or the note's own.
function! ale_linters#markdown#studymark#Root(buffer) abort
    for l:mark in ['studymark.toml', '.obsidian/', '.foam/', '.zk/', '.marksman.toml', '.git/']
        let l:found = l:mark[-1:] is# '/'
        \   ? ale#path#FindNearestDirectory(a:buffer, l:mark[:-2])
        \   : ale#path#FindNearestFile(a:buffer, l:mark)

        if !empty(l:found)
            return fnamemodify(substitute(l:found, '/$', '', ''), ':h')
        endif
    endfor

    return fnamemodify(bufname(a:buffer), ':p:h')
endfunction

call ale#linter#Define('markdown', {
\   'name': 'studymark',
\   'lsp': 'stdio',
\   'executable': {b -> ale#Var(b, 'markdown_studymark_executable')},
\   'command': '%e lsp',
\   'project_root': function('ale_linters#markdown#studymark#Root'),
\   'lsp_config': {b -> {'studymark': ale#Var(b, 'markdown_studymark_settings')}},
\})
