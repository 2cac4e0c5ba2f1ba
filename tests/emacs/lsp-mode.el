;;; lsp-mode.el --- studymark in lsp-mode -*- lexical-binding: t -*-
;;; Commentary:
;; The configuration of docs/editors.md, and what a user of it sees.
;;; Code:
(package-initialize)
;; Only the client under test; the others take seconds to load.
(setq lsp-client-packages nil
      lsp-auto-guess-root t
      lsp-diagnostics-provider :flymake
      lsp-headerline-breadcrumb-enable nil
      lsp-enable-file-watchers nil)
(require 'lsp-mode)
(require 'lsp-diagnostics)
(require 'markdown-mode)
(load (expand-file-name "support" (file-name-directory load-file-name)) nil t)

(defun studymark-test-lsp-mode ()
  "Open the note of the command line and look at it as a user would."
  (markdown-mode)
  (lsp)
  (studymark-eventually "the server starts" (lambda () (seq-some (lambda (workspace) (eq 'initialized (lsp--workspace-status workspace))) (lsp-workspaces))))
  (studymark-eventually "open questions are shown" (lambda () (>= (studymark-count "no answer yet") 1)))
  (let ((before (studymark-count "no answer yet$")))
    (goto-char (point-min))
    (search-forward "什么是僵尸进程")
    (end-of-line)
    (insert "\n\n父进程没有 wait 的子进程。\n")
    (studymark-eventually "an answer clears its flag"
                          (lambda () (= (studymark-count "no answer yet$") (1- before)))))
  (set-buffer-modified-p nil)
  (studymark-test-commands)
  (goto-char (point-min))
  (search-forward "（如 C 库")
  (forward-line 2)
  (goto-char (+ (line-beginning-position) 8))
  (let ((hover (lsp-request "textDocument/hover" (lsp--text-document-position-params))))
    (studymark-ok "a hover tells a picture's size" (string-match-p "320 × 120 pixels" (format "%s" (studymark--plist hover)))))
  (goto-char (point-min))
  (search-forward "[[databases#Pers")
  (lsp-find-definition)
  (studymark-eventually "a link leads to its heading" (lambda () (string= (studymark-line) "## Persistence")))
  (find-file (expand-file-name "操作系统.md"))
  (studymark-finish (lambda ()
                      (setq lsp-restart 'ignore)
                      (lsp-workspace-shutdown (car (lsp-workspaces))))))
;;; lsp-mode.el ends here
