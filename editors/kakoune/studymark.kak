# studymark for kakoune-lsp 17 and later: source it from kakrc, after `eval %sh{kak-lsp}`.

hook -group lsp-filetype-markdown global BufSetOption filetype=markdown %{
    set-option buffer lsp_servers %{
        [studymark]
        root_globs = ["studymark.toml", ".obsidian", ".foam", ".zk", ".marksman.toml", ".git"]
        command = "studymark"
        args = ["lsp"]
        # The settings of docs/configuration.md, for instance:
        # [studymark.settings.studymark]
        # questions.lists = true
    }
}
hook global WinSetOption filetype=markdown %{ lsp-enable-window }
