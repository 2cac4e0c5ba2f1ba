" What docs/editors.md says for Vim with ALE, with nothing of the user's around it.
set runtimepath+=/usr/share/vim-ale
let &runtimepath .= ',' . $STUDYMARK_REPO . '/editors/vim'
let g:ale_linters = {'markdown': ['studymark']}
let g:ale_markdown_studymark_executable = $STUDYMARK_BIN
set omnifunc=ale#completion#OmniFunc
filetype plugin on
