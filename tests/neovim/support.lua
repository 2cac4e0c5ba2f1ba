-- What the tests of the plugin have in common: telling, waiting, and a record of what the user was told.
local M = { passed = 0, told = {} }

function M.fail(what, seen)
  io.stderr:write('FAIL ' .. what .. ' ' .. vim.inspect(seen) .. '\n')
  vim.cmd('cquit 1')
end

function M.ok(holds, what, seen)
  if not holds then M.fail(what, seen) end
  M.passed = M.passed + 1
  io.stdout:write('ok   ' .. what .. '\n')
end

function M.eventually(condition, what, seen)
  M.ok(vim.wait(10000, condition, 20), what, seen and seen())
end

-- What is told with vim.notify is kept.
vim.notify = function(message, level)
  M.told[#M.told + 1] = message
  M.level = level
end

function M.was_told(text)
  for _, message in ipairs(M.told) do
    if message:find(text, 1, true) then return message end
  end
end

-- Does something and waits for what the user is told of it.
function M.tells(text, what, act)
  M.told = {}
  act()
  M.eventually(function() return M.was_told(text) end, what, function() return M.told end)
end

function M.server()
  return vim.lsp.get_clients({ name = 'studymark', bufnr = 0 })[1]
end

function M.attached(what)
  M.eventually(function() return M.server() ~= nil end, what)
  return M.server()
end

function M.findings(code)
  local found = {}
  for _, finding in ipairs(vim.diagnostic.get(0)) do
    if not code or finding.code == code then found[#found + 1] = finding end
  end
  return found
end

function M.keys(typed)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(typed, true, false, true), 'xt', false)
end

function M.at(text, after)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { number, column - 1 + (after or 0) })
      return number
    end
  end
  M.fail('no text ' .. text)
end

function M.open(path) vim.cmd.edit(vim.fn.fnameescape(path)) end
function M.file() return vim.fn.fnamemodify(vim.api.nvim_buf_get_name(0), ':t') end
function M.line() return vim.api.nvim_get_current_line() end

function M.health(what)
  vim.cmd('silent checkhealth ' .. what)
  local lines = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  vim.cmd('silent! bwipeout!')
  return lines
end

-- A language server inside Neovim: answers what `answers` has, by method.
function M.pretend(capabilities, answers)
  return function(dispatchers)
    local closing, id = false, 0
    return {
      request = function(method, params, callback)
        id = id + 1
        if method == 'initialize' then
          callback(nil, { capabilities = capabilities })
        elseif method == 'shutdown' then
          callback(nil, nil)
        else
          callback(nil, answers[method] and answers[method](params))
        end
        return true, id
      end,
      notify = function(method)
        if method == 'exit' then
          closing = true
          dispatchers.on_exit(0, 15)
        end
        return true
      end,
      is_closing = function() return closing end,
      terminate = function() closing = true end,
    }
  end
end

function M.finish()
  for _, client in ipairs(vim.lsp.get_clients()) do client:stop() end
  M.ok(vim.wait(5000, function() return #vim.lsp.get_clients() == 0 end, 20), 'the servers stop when asked to')
  io.stdout:write(M.passed .. ' passed, 0 failed\n')
  vim.cmd('qall!')
end

return M
