;;; test.el --- studymark in eglot -*- lexical-binding: t -*-
;;; Commentary:
;; The configuration of docs/editors.md, and what a user of it sees.
;;; Code:
(package-initialize)
(require 'eglot)
(require 'markdown-mode)
(load (expand-file-name "support" (file-name-directory load-file-name)) nil t)

(setq eglot-sync-connect 10)

(defun studymark-test-hover ()
  "What a hover says of the place at point."
  (let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
    (format "%s" (plist-get hover :contents))))

(defun studymark-test-edited ()
  "Eglot sends edits when Emacs is idle, which it never is in batch."
  (eglot--signal-textDocument/didChange))

(defun studymark-test-terms (note)
  "A word in prose of NOTE is explained and leads to its definition."
  (find-file note)
  (studymark-eventually "eglot manages another note" #'eglot-managed-p)
  (goto-char (point-min))
  (search-forward "打开寫屏")
  ;; Names are found after a pause.
  (studymark-eventually "a hover in prose says what the word means"
                        (lambda () (string-match-p "让程序与回收并行的开关" (studymark-test-hover))))
  (call-interactively #'xref-find-definitions)
  (studymark-ok "and leads to its definition" (string= (studymark-line) "## 1. 写屏障（Write Barrier）")))

(defun studymark-test-completion (note)
  "The first letters of pinyin list a note, in NOTE."
  (find-file note)
  (if (not (eglot--server-capable :completionProvider))
      (message "\n!! SKIPPED: this server offers no completion, so that [[xxdl cannot list 消息队列\n")
    (goto-char (point-max))
    (insert "\n见 [[xxdl")
    (studymark-test-edited)
    (let (capf found)
      (studymark-eventually
       "[[xxdl lists 消息队列"
       (lambda ()
         (setq capf (eglot-completion-at-point)
               found (seq-find (lambda (item) (string-match-p "消息队列" item))
                               (all-completions (buffer-substring-no-properties (nth 0 capf) (point)) (nth 2 capf))))
         found))
      (delete-region (nth 0 capf) (point))
      (insert found)
      (funcall (plist-get (nthcdr 3 capf) :exit-function) found 'finished)
      (studymark-ok "accepted, it is a link with no bracket too many"
                    (string-match-p "^见 \\[\\[消息队列[^][]*\\]\\]$" (studymark-line)))
      (studymark-test-edited)
      (search-backward "队列")
      (call-interactively #'xref-find-definitions)
      (studymark-ok "that leads to its note" (string= (studymark-line) "# 消息队列")))))

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
    (studymark-test-edited)
    (studymark-eventually "an answer clears its flag"
                          (lambda () (= (studymark-count "no answer yet$") (1- before)))))
  (undo-boundary)
  (set-buffer-modified-p nil)
  (studymark-test-commands)
  (setq-default eglot-workspace-configuration '(:studymark (:diagnostics (:stub-answer "off"))))
  (eglot-signal-didChangeConfiguration (eglot-current-server))
  (studymark-eventually "a setting is taken without a restart" (lambda () (= (studymark-count "still to be written") 0)))
  (studymark-test-terms (expand-file-name "术语.md"))
  (studymark-test-completion (expand-file-name "术语.md"))
  (studymark-finish (lambda () (eglot-shutdown (eglot-current-server)))))
;;; test.el ends here
