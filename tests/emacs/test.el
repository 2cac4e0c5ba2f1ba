;;; test.el --- studymark in eglot -*- lexical-binding: t -*-
;;; Commentary:
;; The configuration of the README, and what a user of it sees.
;;; Code:
(package-initialize)
(require 'eglot)
(require 'markdown-mode)

(add-to-list 'eglot-server-programs
             `(markdown-mode . (,(getenv "STUDYMARK_BIN") "lsp")))
(setq eglot-sync-connect 10)

(defun studymark-findings ()
  "The findings of flymake in this buffer, as strings."
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(defun studymark-eventually (what condition)
  "Wait until CONDITION holds; end with an error that names WHAT."
  (let ((end (+ (float-time) 10)))
    (while (and (not (funcall condition)) (< (float-time) end))
      (accept-process-output nil 0.05)
      (flymake-start))
    (unless (funcall condition)
      (message "FAIL %s: %S" what (studymark-findings))
      (kill-emacs 1))
    (message "ok   %s" what)))

(defun studymark-count (text)
  "How many findings say TEXT."
  (seq-count (lambda (finding) (string-match-p text finding)) (studymark-findings)))

(defun studymark-test ()
  "Open the note of the command line and look at it as a user would."
  (markdown-mode)
  (flymake-mode 1)
  (call-interactively #'eglot)
  (studymark-eventually "open questions are shown" (lambda () (>= (studymark-count "no answer yet") 1)))
  (studymark-eventually "a missing image is shown" (lambda () (= (studymark-count "image not found") 1)))
  (let ((before (studymark-count "no answer yet$")))
    (goto-char (point-min))
    (search-forward "什么是僵尸进程")
    (end-of-line)
    (insert "\n\n父进程没有 wait 的子进程。\n")
    ;; Eglot sends edits when Emacs is idle, which it never is in batch.
    (eglot--signal-textDocument/didChange)
    (studymark-eventually "an answer clears its flag"
                          (lambda () (= (studymark-count "no answer yet$") (1- before)))))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot-current-server))
  (message "3 passed, 0 failed"))
;;; test.el ends here
