" What a user of Vim with ALE sees. What happened is written to $STUDYMARK_TOLD.
let s:passed = 0

function! s:Tell(line) abort
    call writefile([a:line], $STUDYMARK_TOLD, 'a')
endfunction

function! s:Ok(holds, what, ...) abort
    if !a:holds
        call s:Tell('FAIL ' . a:what . ' ' . string(a:000))
        cquit 1
    endif
    let s:passed += 1
    call s:Tell('ok   ' . a:what)
endfunction

function! s:Eventually(condition, what) abort
    let l:tries = 0
    while !a:condition() && l:tries < 500
        sleep 20m
        let l:tries += 1
    endwhile
    call s:Ok(a:condition(), a:what, s:Findings(''), bufname('%'), getline('.'), line('.'))
endfunction

function! s:Findings(code) abort
    let l:found = ale#engine#GetLoclist(bufnr('%'))
    return filter(copy(l:found), {_, each -> a:code is# '' || get(each, 'code', '') is# a:code})
endfunction

function! s:Test() abort
    call s:Eventually({-> len(s:Findings('missing-image')) == 1}, 'a missing image is shown')
    call s:Eventually({-> len(s:Findings('unanswered-question')) == 2}, 'open questions are shown')
    call s:Ok(s:Findings('stub-answer')[0].lnum == 30, 'an answer put off, in its line', s:Findings('stub-answer'))
    call search('什么是僵尸进程')
    call append('.', ['', '父进程没有 wait 的子进程。'])
    doautocmd TextChanged
    call s:Eventually({-> len(s:Findings('unanswered-question')) == 1}, 'a flag vanishes with the answer')
    undo
    doautocmd TextChanged
    call s:Eventually({-> len(s:Findings('unanswered-question')) == 2}, 'and comes back with undo')
    set nomodified
    let g:ale_markdown_studymark_settings = {'diagnostics': {'stub-answer': 'off'}}
    ALELint
    call s:Eventually({-> empty(s:Findings('stub-answer'))}, 'a setting is taken without a restart')
    call search('这是\[进程切换')
    call search('进程切换')
    ALEGoToDefinition
    call s:Eventually({-> getline('.') is# '## 一、进程和线程有什么区别'}, 'a link leads to its heading')
    execute 'edit' expand('%:p:h') . '/databases.md'
    call search('copy on write')
    call s:Eventually({-> len(s:Findings('missing-reference')) == 1}, 'another note is read')
    ALEHover
    call s:Eventually({-> join(s:Shown(), ' ') =~# '四、写时复制'}, 'a hover tells the topic')
    ALEGoToDefinition
    call s:Eventually({-> getline('.') is# '## 四、写时复制'}, 'of another note too')
endfunction

" The text of popups, previews and the last message.
function! s:Shown() abort
    let l:lines = split(execute('messages'), "\n")
    for l:window in popup_list()
        call extend(l:lines, getbufline(winbufnr(l:window), 1, '$'))
    endfor
    for l:window in range(1, winnr('$'))
        if getwinvar(l:window, '&previewwindow')
            call extend(l:lines, getbufline(winbufnr(l:window), 1, '$'))
        endif
    endfor
    return l:lines
endfunction

try
    call s:Test()
    call s:Tell(s:passed . ' passed, 0 failed')
    qall!
catch
    call s:Tell('FAIL ' . v:exception . ' at ' . v:throwpoint)
    cquit 1
endtry
