--- `:Studymark` and what may come after it.
local client = require('studymark.client')

local M = {}

---@class studymark.Subcommand
---@field does string What it does, for messages and the help.
---@field scopes? studymark.Scope[] How far it may look.
---@field run fun(server: vim.lsp.Client, scope?: studymark.Scope)

--- Commands that need no server.
---@type table<string, { does: string, run: fun() }>
local ALONE = {}

---@type studymark.Scope[]
local EVERY = { 'chapter', 'file', 'workspace' }

---@param command string
---@return fun(server: vim.lsp.Client, scope?: studymark.Scope)
local function go(command)
  return function(server, scope)
    require('studymark.places').leave_list()
    client.execute(server, command, client.place(server, scope))
  end
end

---@param server vim.lsp.Client
---@param scope? studymark.Scope
---@param on_found fun(open: studymark.Place[])
local function open_questions(server, scope, on_found)
  client.execute(server, 'openQuestions', client.place(server, scope), function(open)
    if type(open) ~= 'table' or #open == 0 then
      client.say('every question has an answer')
    else
      on_found(open)
    end
  end)
end

---@param server vim.lsp.Client
---@param scope? studymark.Scope
local function quickfix(server, scope)
  open_questions(server, scope, function(open)
    vim.fn.setqflist({}, ' ', {
      title = ('Open questions (%d)'):format(#open),
      items = require('studymark.places').entries(open, server.offset_encoding),
      context = { studymark = 'questions' },
    })
    vim.cmd('botright copen')
  end)
end

---@param server vim.lsp.Client
---@param scope? studymark.Scope
local function pick(server, scope)
  open_questions(server, scope, function(open)
    require('studymark.picker').choose(open, 'Open questions', server.offset_encoding)
  end)
end

---@param server vim.lsp.Client
local function related(server)
  local here = client.place(server)
  if not here.uri then
    client.say('related topics are those of a place in a note: put the cursor in one', vim.log.levels.WARN)
    return
  end
  client.execute(server, 'related', here, function(found)
    if type(found) ~= 'table' or #found == 0 then
      client.say('nothing else has to do with this section')
    else
      require('studymark.picker').choose(found, 'Related topics', server.offset_encoding)
    end
  end)
end

---@param server vim.lsp.Client
---@param scope? studymark.Scope
local function coverage(server, scope)
  local place = client.place(server, scope)
  client.execute(server, 'coverage', { uri = place.uri, scope = place.scope }, function(result)
    if type(result) == 'table' then require('studymark.coverage').show(result, server.offset_encoding) end
  end)
end

---@param server vim.lsp.Client
local function graph(server)
  client.execute(server, 'graph', { format = 'html' }, function(page)
    if type(page) ~= 'string' then
      client.say('the server gave no graph', vim.log.levels.ERROR)
      return
    end
    local folder = vim.fs.joinpath(vim.fn.stdpath('cache') --[[@as string]], 'studymark')
    -- One page for each folder of notes, so that two do not overwrite each other.
    local path = vim.fs.joinpath(folder, ('graph-%s.html'):format(vim.fn.sha256(server.root_dir or ''):sub(1, 12)))
    local made, problem = pcall(vim.fn.mkdir, folder, 'p')
    local file
    if made then file, problem = io.open(path, 'wb') end
    if not file then
      client.say(('the graph cannot be written: %s'):format(problem), vim.log.levels.ERROR)
      return
    end
    file:write(page)
    file:close()
    local _, unopened = vim.ui.open(path)
    if unopened then
      client.say(('the graph is in %s; it could not be opened: %s'):format(path, unopened), vim.log.levels.WARN)
    else
      client.say('the graph is in ' .. path)
    end
  end)
end

---@type table<string, studymark.Subcommand>
local WITH_SERVER = {
  next = { does = 'go to the next open question', scopes = EVERY, run = go('nextUnanswered') },
  previous = { does = 'go to the previous open question', scopes = EVERY, run = go('previousUnanswered') },
  random = { does = 'go to any open question', scopes = EVERY, run = go('randomUnanswered') },
  questions = { does = 'list the open questions in the quickfix list', scopes = EVERY, run = quickfix },
  pick = { does = 'choose an open question and go there', scopes = EVERY, run = pick },
  related = { does = 'choose a topic that has to do with this one', run = related },
  coverage = { does = 'show how much is answered', scopes = { 'file', 'workspace' }, run = coverage },
  graph = { does = 'open the graph of topics in the browser', run = graph },
  reindex = {
    does = 'read all notes anew',
    run = function(server)
      client.execute(server, 'reindex', nil, function() client.say('all notes are read anew') end)
    end,
  },
}

ALONE.restart = { does = 'start the server again', run = client.restart }
ALONE.log = {
  does = "open the log of Neovim's language servers at its end",
  run = function()
    vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
    vim.cmd('normal! G')
  end,
}
ALONE.version = {
  does = 'tell which server runs',
  run = function()
    local neovim = client.neovim()
    local running = client.of(0)
    local cmd = client.cmd()
    if running then
      local info = running.server_info or {}
      client.say(('%s %s, %s'):format(info.name or 'studymark', info.version or '(unknown version)', neovim))
    elseif cmd and vim.fn.executable(cmd[1]) == 1 then
      vim.system({ cmd[1], '--version' }, { text = true, timeout = 5000 }, vim.schedule_wrap(function(ended)
        local told = ended.code == 0 and vim.trim(ended.stdout) or ('%s does not tell its version'):format(cmd[1])
        client.say(('%s (not running), %s'):format(told, neovim))
      end))
    else
      client.say(client.why_not(), vim.log.levels.WARN)
    end
  end,
}

---@return string[]
local function names()
  local all = vim.list_extend(vim.tbl_keys(WITH_SERVER), vim.tbl_keys(ALONE))
  table.sort(all)
  return all
end

--- Runs `:Studymark …`.
---@param arguments string[]
function M.run(arguments)
  local name, scope = arguments[1], arguments[2]
  if not name then
    local lines = vim.tbl_map(function(each)
      return ('%-10s %s'):format(each, (WITH_SERVER[each] or ALONE[each]).does)
    end, names())
    vim.api.nvim_echo({ { ':Studymark …\n', 'Title' }, { table.concat(lines, '\n') } }, false, {})
    return
  end
  local alone, subcommand = ALONE[name], WITH_SERVER[name]
  local scopes = subcommand and subcommand.scopes or {}
  if not alone and not subcommand then
    client.say(('there is no :Studymark %s; there are: %s'):format(name, table.concat(names(), ', ')), vim.log.levels.ERROR)
  elseif #arguments > 2 or scope and not vim.list_contains(scopes, scope) then
    local takes = #scopes > 0 and table.concat(scopes, ', ') or 'nothing'
    client.say((':Studymark %s takes %s, not %s'):format(name, takes, table.concat(arguments, ' ', 2)), vim.log.levels.ERROR)
  elseif alone then
    alone.run()
  else
    local server = client.of(0)
    if server then
      subcommand.run(server, scope --[[@as studymark.Scope?]])
    else
      client.say(client.why_not(), vim.log.levels.WARN)
    end
  end
end

--- Completes `:Studymark …`.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local before = vim.split(line:sub(1, #line - #lead), '%s+', { trimempty = true })
  local offered = {}
  -- Something like `:vertical` may stand before the command.
  while before[1] and not before[1]:find('Studymark$') do table.remove(before, 1) end
  if #before == 1 then
    offered = names()
  elseif #before == 2 and WITH_SERVER[before[2]] then
    offered = WITH_SERVER[before[2]].scopes or {}
  end
  return vim.tbl_filter(function(each) return vim.startswith(each, lead) end, offered)
end

return M
