-- Runs a test; an error in it ends Neovim instead of leaving it waiting.
return function(test)
  local ended, problem = xpcall(dofile, debug.traceback, test)
  if not ended then
    io.stderr:write('FAIL ' .. problem .. '\n')
    vim.cmd('cquit 1')
  end
end
