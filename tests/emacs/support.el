;;; support.el --- what the tests of both clients have in common -*- lexical-binding: t -*-
;;; Commentary:
;; Telling, waiting, and the commands of studymark.el.
;;; Code:
(require 'seq)
(require 'flymake)
(add-to-list 'load-path (expand-file-name "../../editors/emacs" (file-name-directory load-file-name)))
(require 'studymark)
(setq studymark-command (list (getenv "STUDYMARK_BIN") "lsp"))

(defvar studymark-passed 0 "How many checks held.")

(defun studymark-findings ()
  "The findings of flymake in this buffer, as strings."
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(defun studymark-count (text)
  "How many findings say TEXT."
  (seq-count (lambda (finding) (string-match-p text finding)) (studymark-findings)))

(defun studymark-line ()
  "The line at point."
  (buffer-substring-no-properties (line-beginning-position) (line-end-position)))

(defun studymark-ok (what holds)
  "End with an error that names WHAT unless it HOLDS."
  (unless holds
    (message "FAIL %s: %S in %s; %S" what (studymark-line) (buffer-name) (studymark-findings))
    (kill-emacs 1))
  (setq studymark-passed (1+ studymark-passed))
  (message "ok   %s" what))

(defun studymark-eventually (what condition)
  "Wait until CONDITION holds; end with an error that names WHAT."
  (let ((end (+ (float-time) 10)) holds)
    (while (and (not (setq holds (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05)
      (when flymake-mode (flymake-start)))
    (studymark-ok what holds)))

(defun studymark-test-commands ()
  "The commands of studymark.el, with whatever client runs."
  (goto-char (point-min))
  (studymark-next)
  (studymark-eventually "the next open question is gone to" (lambda () (string= (studymark-line) "## 五、上下文切换的代价")))
  (studymark-next)
  (studymark-eventually "and the next" (lambda () (string= (studymark-line) "## 三、页面置换算法")))
  (studymark-previous)
  (studymark-eventually "and back" (lambda () (string= (studymark-line) "## 五、上下文切换的代价")))
  (studymark-questions)
  (with-current-buffer "*open questions*"
    (studymark-ok "open questions are listed"
                  (and (string-match-p "操作系统\\.md:[0-9]+: \\[stub\\] 进程与线程 › 上下文切换的代价" (buffer-string))
                       (string-match-p "^[0-9]+ open questions" (buffer-string)))))
  (studymark-coverage)
  (studymark-ok "how much is answered is told" (string-match-p "^7/9 of this note, [0-9]+/[0-9]+ of all notes" (or (current-message) studymark-told))))

(defvar studymark-told "" "What was told last: batch mode keeps no message.")
(advice-add 'message :before (lambda (text &rest arguments) (setq studymark-told (if text (apply #'format text arguments) ""))))

(defun studymark-finish (end)
  "Call END and tell how many checks held."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer (set-buffer-modified-p nil)))
  (funcall end)
  (message "%d passed, 0 failed" studymark-passed)
  (kill-emacs 0))
;;; support.el ends here
