;;; studymark.el --- Study notes in Markdown: what has no answer yet -*- lexical-binding: t -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: languages, outlines

;;; Commentary:

;; Tells eglot and lsp-mode of the language server studymark, and gives the server's commands names:
;;
;;   (add-to-list 'load-path "/path/to/studymark/editors/emacs")
;;   (require 'studymark)
;;   (add-hook 'markdown-mode-hook #'eglot-ensure)   ; or #'lsp-deferred
;;
;; M-x studymark-next, studymark-previous, studymark-random, studymark-questions, studymark-coverage.

;;; Code:

(require 'url-parse)
(require 'url-util)

(defgroup studymark nil
  "Study notes in Markdown."
  :group 'languages)

(defcustom studymark-command '("studymark" "lsp")
  "How the language server is started."
  :type '(repeat string))

(defcustom studymark-modes '(markdown-mode gfm-mode markdown-ts-mode)
  "The modes that the server is started for."
  :type '(repeat symbol))

(defvar eglot-server-programs)
(defvar lsp-language-id-configuration)
(declare-function eglot-current-server "eglot")
(declare-function jsonrpc-request "jsonrpc")
(declare-function lsp-register-client "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function lsp-activate-on "lsp-mode")
(declare-function lsp-request "lsp-mode")

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               (cons studymark-modes (lambda (&rest _) studymark-command))))

(with-eval-after-load 'lsp-mode
  (dolist (mode studymark-modes)
    (add-to-list 'lsp-language-id-configuration (cons mode "markdown")))
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection (lambda () studymark-command))
                    :activation-fn (lsp-activate-on "markdown")
                    :priority 1
                    :server-id 'studymark)))

(defun studymark--execute (command arguments)
  "Have the server execute COMMAND with ARGUMENTS, and give its answer.
ARGUMENTS and objects in the answer are property lists, lists are vectors."
  (let ((params (list :command (concat "studymark." command) :arguments (vector arguments))))
    (cond
     ((and (fboundp 'eglot-current-server) (eglot-current-server))
      (jsonrpc-request (eglot-current-server) :workspace/executeCommand params))
     ((bound-and-true-p lsp-mode)
      (studymark--plist (lsp-request "workspace/executeCommand" params)))
     (t (user-error "No studymark server runs here: M-x eglot or M-x lsp starts one")))))

(defun studymark--plist (value)
  "VALUE with its hash tables as property lists, as eglot gives them."
  (cond
   ((hash-table-p value)
    (let (plist)
      (maphash (lambda (key value)
                 (setq plist (nconc plist (list (intern (concat ":" key)) (studymark--plist value)))))
               value)
      plist))
   ((and (consp value) (keywordp (car value)))
    (let (plist)
      (while value
        (setq plist (nconc plist (list (pop value) (studymark--plist (pop value))))))
      plist))
   ((vectorp value) (vconcat (mapcar #'studymark--plist value)))
   ((consp value) (vconcat (mapcar #'studymark--plist value)))
   (t value)))

(defun studymark--file (uri)
  "The file that URI names."
  (decode-coding-string (url-unhex-string (url-filename (url-generic-parse-url uri))) 'utf-8))

(defun studymark--here (scope)
  "Where point is, for a command that looks as far as SCOPE."
  (list :uri (concat "file://" (url-hexify-string (file-truename buffer-file-name) url-path-allowed-chars))
        :position (list :line (1- (line-number-at-pos nil t))
                        :character (studymark--column))
        :scope scope))

(defun studymark--column ()
  "The column of point in UTF-16, which every client of Emacs speaks."
  (/ (- (length (encode-coding-string (buffer-substring-no-properties (line-beginning-position) (point)) 'utf-16)) 2) 2))

(defun studymark--go (place)
  "Go to PLACE, which the server named."
  (if (not (plist-get place :uri))
      (message "Every question has an answer")
    (let ((start (plist-get (plist-get place :range) :start)))
      (push-mark nil t)
      (find-file (studymark--file (plist-get place :uri)))
      (widen)
      (goto-char (point-min))
      (forward-line (plist-get start :line))
      (message "%s" (plist-get place :title)))))

;;;###autoload
(defun studymark-next ()
  "Go to the next open question."
  (interactive)
  (studymark--go (studymark--execute "nextUnanswered" (studymark--here "workspace"))))

;;;###autoload
(defun studymark-previous ()
  "Go to the previous open question."
  (interactive)
  (studymark--go (studymark--execute "previousUnanswered" (studymark--here "workspace"))))

;;;###autoload
(defun studymark-random ()
  "Go to any open question."
  (interactive)
  (studymark--go (studymark--execute "randomUnanswered" (studymark--here "workspace"))))

;;;###autoload
(defun studymark-questions ()
  "List the open questions; `next-error' goes from one to the next."
  (interactive)
  (let ((open (append (studymark--execute "openQuestions" (studymark--here "workspace")) nil)))
    (with-current-buffer (get-buffer-create "*open questions*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert (format "%d open questions\n\n" (length open)))
        (dolist (question open)
          (insert (format "%s:%d: [%s] %s › %s\n"
                          (studymark--file (plist-get question :uri))
                          (1+ (plist-get (plist-get (plist-get question :range) :start) :line))
                          (plist-get question :state)
                          (plist-get question :chapter)
                          (plist-get question :title))))
        (goto-char (point-min)))
      (grep-mode)
      (display-buffer (current-buffer)))))

;;;###autoload
(defun studymark-coverage ()
  "Tell how much of this note and of all notes is answered."
  (interactive)
  (let ((figures (lambda (arguments)
                   (let ((total (plist-get (studymark--execute "coverage" arguments) :total)))
                     (format "%d/%d" (plist-get total :answered) (plist-get total :questions))))))
    (message "%s of this note, %s of all notes"
             (funcall figures (list :uri (plist-get (studymark--here nil) :uri) :scope "file"))
             (funcall figures (list :scope "workspace")))))

(provide 'studymark)
;;; studymark.el ends here
