--- The server as Neovim's client sees it: finding it, asking it, starting it again.
local M = {}

local NAME = 'studymark'

---@class studymark.State What setup() decided.
---@field codelens boolean
---@field completion boolean
---@field picker studymark.Picker

--- Without setup() nothing is shown that was not asked for.
---@type studymark.State
M.options = { codelens = false, completion = false, picker = 'auto' }

--- What was wrong in the options of setup().
---@type string[]
M.mistakes = {}

--- What the server said of the client's settings since they were last sent.
---@type string[]
M.complaints = {}

--- How the server last ended unasked.
---@type { code: integer, signal: integer }?
M.last_end = nil

--- Neovim's version, in short.
---@return string
function M.neovim()
  local version = vim.version()
  return ('Neovim %d.%d.%d'):format(version.major, version.minor, version.patch)
end

---@param message string
---@param level? integer
function M.say(message, level)
  vim.notify('studymark: ' .. message, level or vim.log.levels.INFO)
end

--- Whether the server is started for Markdown.
---@return boolean
function M.enabled()
  -- The first releases of 0.11 only have the table.
  if vim.lsp.is_enabled then return vim.lsp.is_enabled(NAME) end
  return vim.lsp._enabled_configs[NAME] ~= nil
end

--- The command that starts the server, when it is a program.
---@return string[]?
function M.cmd()
  local config = vim.lsp.config[NAME]
  local cmd = config and config.cmd
  return type(cmd) == 'table' and cmd or nil
end

--- The program, when it is not there.
---@return string?
function M.missing()
  local cmd = M.cmd()
  if cmd and vim.fn.executable(cmd[1]) == 0 then return cmd[1] end
end

---@param program string
---@return string
local function not_found(program)
  return ('the server %s is not found: put it on the PATH, or give setup() its cmd (:help studymark-install)'):format(program)
end

--- Has Neovim start the server, for open notes too.
local function start_for_notes()
  vim.lsp.enable(NAME)
  -- The first releases of 0.11 do it for notes that are opened later alone; for what is started already it does nothing.
  if vim.v.vim_did_enter == 1 then pcall(vim.cmd.doautoall, 'nvim.lsp.enable FileType') end
end

--- Starts the server for Markdown; when it is not there, that is said once, at the first note.
function M.enable()
  local missing = M.missing()
  if not missing then
    start_for_notes()
    return
  end
  local config = vim.lsp.config[NAME]
  local group = vim.api.nvim_create_augroup('studymark.missing', {})
  local function tell()
    vim.api.nvim_clear_autocmds({ group = group })
    vim.schedule(function()
      -- It may have come in the meantime.
      if M.missing() then
        M.say(not_found(missing), vim.log.levels.WARN)
      else
        start_for_notes()
      end
    end)
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = config and config.filetypes or 'markdown',
    callback = tell,
  })
  if M.is_note(0) then tell() end
end

--- Whether a buffer is of a kind that the server is started for.
---@param buffer integer
---@return boolean
function M.is_note(buffer)
  local config = vim.lsp.config[NAME]
  local types = config and config.filetypes or { 'markdown' }
  return vim.bo[buffer].buftype == '' and vim.list_contains(types, vim.bo[buffer].filetype)
end

--- Called by Neovim when the server ends.
---@param code integer
---@param signal integer
function M.ended(code, signal)
  local unasked = code ~= 0 or (signal ~= 0 and signal ~= 15)
  M.last_end = unasked and { code = code, signal = signal } or nil
end

--- Why there is no server, and what to do.
---@return string
function M.why_not()
  local missing = M.missing()
  if missing then return not_found(missing) end
  if #vim.lsp.get_clients({ name = NAME, _uninitialized = true }) > 0 then
    return 'the server is just starting; try again'
  end
  if not M.enabled() then
    return "the server is not enabled: require('studymark').setup() or vim.lsp.enable('studymark') in init.lua"
  end
  if M.last_end then
    local how = M.last_end.signal ~= 0 and 'signal ' .. M.last_end.signal or 'code ' .. M.last_end.code
    return ('the server ended (%s). :Studymark restart starts it again, :Studymark log shows why'):format(how)
  end
  if not M.is_note(0) then return 'open a Markdown note first: the server is started for those' end
  return 'the server does not run. :Studymark restart starts it, :checkhealth studymark looks for the cause'
end

--- The server of a buffer, or that of another note when the buffer is none.
---@param buffer integer
---@return vim.lsp.Client?
function M.of(buffer)
  return vim.lsp.get_clients({ name = NAME, bufnr = buffer })[1] or vim.lsp.get_clients({ name = NAME })[1]
end

--- Whether the server knows a command.
---@param client vim.lsp.Client
---@param command string
---@return boolean
function M.knows(client, command)
  local provider = client.server_capabilities.executeCommandProvider
  return type(provider) == 'table' and vim.list_contains(provider.commands or {}, command)
end

--- Where the cursor is, for a command of the server; nothing when the window shows no note.
---@param client vim.lsp.Client
---@param scope? studymark.Scope
---@return table
function M.place(client, scope)
  local buffer = vim.api.nvim_get_current_buf()
  local arguments = { scope = scope }
  if vim.lsp.buf_is_attached(buffer, client.id) then
    local at = vim.lsp.util.make_position_params(0, client.offset_encoding)
    arguments.uri, arguments.position = at.textDocument.uri, at.position
  elseif scope and scope ~= 'workspace' then
    -- There is no chapter and no file to look in.
    arguments.scope = 'workspace'
  end
  return arguments
end

--- Has the server execute a command. Why it cannot is said.
---@param client vim.lsp.Client
---@param command string Without `studymark.`
---@param argument? table
---@param on_result? fun(result: any)
function M.execute(client, command, argument, on_result)
  local name = 'studymark.' .. command
  if not M.knows(client, name) then
    local version = client.server_info and client.server_info.version or '(of an unknown version)'
    M.say(('the server %s does not know %s yet; a newer one may'):format(version, name), vim.log.levels.WARN)
    return
  end
  local sent = client:request('workspace/executeCommand', {
    command = name,
    arguments = { argument and next(argument) and argument or vim.empty_dict() },
  }, function(problem, result)
    if problem then
      M.say(problem.message or vim.inspect(problem), vim.log.levels.ERROR)
    elseif on_result then
      on_result(result)
    end
  end)
  if not sent then M.say(M.why_not(), vim.log.levels.WARN) end
end

--- Changes settings, now and for servers that are started later.
---@param settings table<string, any>
function M.set(settings)
  local change = { studymark = settings }
  vim.lsp.config(NAME, { settings = change })
  M.complaints = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = NAME })) do
    client.settings = vim.tbl_deep_extend('force', client.settings or {}, change)
    client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  end
end

--- Stops every server and starts it again for the buffers it had.
function M.restart()
  local missing = M.missing()
  local clients = vim.lsp.get_clients({ name = NAME, _uninitialized = true })
  if missing then
    M.say(not_found(missing), vim.log.levels.WARN)
    return
  end
  local enabled = M.enabled()
  if not enabled and #clients == 0 then
    -- Its program was missing when setup() was called, or nothing ever enabled it: asking for it is enough.
    start_for_notes()
    return
  end
  ---@type { config: vim.lsp.ClientConfig, buffers: integer[] }[]
  local before = {}
  for _, client in ipairs(clients) do
    before[#before + 1] = { config = client.config, buffers = vim.tbl_keys(client.attached_buffers) }
    client:stop()
  end
  M.last_end, M.complaints = nil, {}
  local function start()
    if enabled then
      vim.lsp.enable(NAME, false)
      start_for_notes()
    else
      for _, one in ipairs(before) do
        for _, buffer in ipairs(one.buffers) do
          if vim.api.nvim_buf_is_loaded(buffer) then vim.lsp.start(one.config, { bufnr = buffer }) end
        end
      end
    end
    M.say('the server was started again')
  end
  -- A new client is started once the old one is gone, since it would be taken for the new one.
  local waited = 0
  local function wait()
    local left = vim.lsp.get_clients({ name = NAME, _uninitialized = true })
    if #left == 0 then return start() end
    waited = waited + 1
    if waited == 60 then
      for _, client in ipairs(left) do client:stop(true) end
    elseif waited > 100 then
      M.say('the old server does not end', vim.log.levels.ERROR)
      return
    end
    vim.defer_fn(wait, 50)
  end
  wait()
end

local remembers = {} ---@type table<integer, boolean>

--- Remembers what the server says of the settings, so that :checkhealth can show it.
---@param client vim.lsp.Client
local function remember(client)
  if remembers[client.id] then return end
  remembers[client.id] = true
  local method = 'window/showMessage'
  local shown = client.handlers[method] or vim.lsp.handlers[method]
  client.handlers[method] = function(problem, result, context)
    local message = result and result.message
    if message and vim.startswith(message, 'studymark.') and not vim.list_contains(M.complaints, message) then
      table.insert(M.complaints, message)
    end
    return shown(problem, result, context)
  end
end

--- Called when the server attaches to a buffer.
---@param client vim.lsp.Client
---@param buffer integer
function M.attached(client, buffer)
  M.last_end = nil
  remember(client)
  if M.options.codelens then require('studymark.lenses').follow(buffer) end
  if M.options.completion and client:supports_method('textDocument/completion') then
    vim.lsp.completion.enable(true, client.id, buffer, { autotrigger = true })
  end
end

return M
