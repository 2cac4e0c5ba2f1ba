--- `:checkhealth studymark`: whether the server is there, runs, and has the notes to itself.
local M = {}

local NAME = 'studymark'

---@return string? version What the program on disk says of itself.
local function check_program()
  local health, client = vim.health, require('studymark.client')
  health.start('studymark: program')
  if vim.lsp.config[NAME] == nil then
    health.error("there is no configuration of studymark: lsp/studymark.lua is not on 'runtimepath'")
    return
  end
  local cmd = client.cmd()
  if not cmd then
    health.info('the server is started by a function of yours')
    return
  end
  local found = vim.fn.exepath(cmd[1])
  if found == '' then
    health.error(('%s is not found'):format(cmd[1]), {
      'Install it (:help studymark-install) and make sure that `studymark --version` works in a terminal.',
      "Or name it: require('studymark').setup({ cmd = { '/path/to/studymark', 'lsp' } })",
    })
    return
  end
  local asked, ended = pcall(function()
    return vim.system({ found, '--version' }, { text = true, timeout = 5000 }):wait()
  end)
  if not asked or ended.code ~= 0 then
    health.error(('%s does not tell its version'):format(found), {
      'It may have been built for another machine: build it here, or take the archive for this one.',
      asked and vim.trim(ended.stderr or '') or tostring(ended),
    })
    return
  end
  local version = vim.trim(ended.stdout)
  health.ok(('%s (%s)'):format(version, found))
  return version:match('^studymark (%S+)')
end

---@param on_disk string?
---@return vim.lsp.Client[]
local function check_clients(on_disk)
  local health, client = vim.health, require('studymark.client')
  health.start('studymark: server')
  if client.enabled() then
    health.ok('it is started for Markdown')
  else
    health.warn('it is not enabled', { "require('studymark').setup() or vim.lsp.enable('studymark') in init.lua" })
  end
  local clients = vim.lsp.get_clients({ name = NAME })
  if #clients == 0 then
    local report = client.last_end and health.error or health.warn
    report('it does not run: ' .. client.why_not())
  end
  for _, running in ipairs(clients) do
    local version = running.server_info and running.server_info.version
    local buffers = vim.tbl_keys(running.attached_buffers)
    health.ok(('version %s runs for %d buffer(s)'):format(version or '(unknown)', #buffers))
    if on_disk and version and on_disk ~= version then
      health.warn(('the program is of version %s by now'):format(on_disk), { ':Studymark restart' })
    end
    if running.root_dir then
      health.info('root: ' .. vim.fn.fnamemodify(running.root_dir, ':~'))
      if vim.fs.normalize(running.root_dir) == vim.fs.normalize(vim.uv.os_homedir() or '') then
        health.warn('the root is your home folder: everything in it is read', {
          'Put a studymark.toml into the folder of your notes (`studymark init` writes one).',
        })
      end
    else
      health.info('no root: only the opened notes and what they link to are read. A studymark.toml makes its folder a root.')
    end
    health.info('columns are counted in ' .. running.offset_encoding)
  end
  return clients
end

---@param clients vim.lsp.Client[]
local function check_settings(clients)
  local health, client = vim.health, require('studymark.client')
  health.start('studymark: settings')
  local clean = true
  for _, mistake in ipairs(client.mistakes) do
    health.warn('setup: ' .. mistake)
    clean = false
  end
  for _, complaint in ipairs(client.complaints) do
    health.warn(complaint, { 'The settings are in :help studymark-settings and in docs/configuration.md.' })
    clean = false
  end
  for _, running in ipairs(clients) do
    local file = running.root_dir and vim.fs.joinpath(running.root_dir, 'studymark.toml')
    if file and vim.uv.fs_stat(file) then
      health.info('settings file: ' .. vim.fn.fnamemodify(file, ':~'))
      for _, finding in ipairs(vim.diagnostic.get(vim.uri_to_bufnr(vim.uri_from_fname(file)))) do
        health.warn(('studymark.toml:%d: %s'):format(finding.lnum + 1, finding.message))
        clean = false
      end
    end
  end
  if clean then health.ok('no setting is wrong') end
end

--- What two servers would both answer.
---@type table<string, string>
local SHARED = {
  ['textDocument/completion'] = 'completion',
  ['textDocument/definition'] = 'definition',
  ['textDocument/hover'] = 'hover',
  ['textDocument/references'] = 'references',
  ['textDocument/rename'] = 'rename',
  ['textDocument/documentSymbol'] = 'outline',
  ['textDocument/codeLens'] = 'lenses',
}

---@param clients vim.lsp.Client[]
local function check_others(clients)
  local health = vim.health
  health.start('studymark: other servers on the same notes')
  local told = {} ---@type table<integer, boolean>
  for _, mine in ipairs(clients) do
    for buffer in pairs(mine.attached_buffers) do
      for _, other in ipairs(vim.lsp.get_clients({ bufnr = buffer })) do
        if other.name ~= NAME and not told[other.id] then
          told[other.id] = true
          local both = {}
          for method, word in vim.spairs(SHARED) do
            if other:supports_method(method, buffer) and mine:supports_method(method, buffer) then both[#both + 1] = word end
          end
          if #both > 0 then
            health.warn(('%s also answers: %s. You may see things twice'):format(other.name, table.concat(both, ', ')), {
              ("vim.lsp.enable('%s', false) for notes, or switch features off in one of them."):format(other.name),
            })
          else
            health.ok(other.name .. ' does other things')
          end
          if other.offset_encoding ~= mine.offset_encoding then
            health.warn(('%s counts columns in %s, studymark in %s: some plugins mix them up'):format(
              other.name, other.offset_encoding, mine.offset_encoding))
          end
        end
      end
    end
  end
  if next(told) == nil then health.ok('none') end
  if #clients > 1 then
    health.info(('%d studymark servers run: your open notes have %d roots'):format(#clients, #clients))
  end
end

---@param clients vim.lsp.Client[]
local function check_encoding(clients)
  local health = vim.health
  health.start('studymark: text')
  local odd = false
  for _, running in ipairs(clients) do
    for buffer in pairs(running.attached_buffers) do
      local encoding = vim.bo[buffer].fileencoding
      if encoding ~= '' and encoding ~= 'utf-8' then
        odd = true
        health.warn(('%s is %s on disk: the server reads UTF-8 alone'):format(
          vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':~:.'), encoding), { ':set fileencoding=utf-8 | write' })
      end
    end
  end
  if not odd then health.ok('the open notes are UTF-8') end
  if vim.o.ambiwidth == 'double' then
    health.info("'ambiwidth' is double: bars of :Studymark coverage are twice as wide")
  end
end

function M.check()
  vim.health.start('studymark: Neovim')
  if vim.fn.has('nvim-0.11') == 0 then
    vim.health.error('Neovim 0.11 or later is needed', { 'This is ' .. require('studymark.client').neovim() })
    return
  end
  vim.health.ok(require('studymark.client').neovim())
  vim.health.info('picker: ' .. require('studymark.picker').found(require('studymark.client').options.picker))
  local on_disk = check_program()
  local clients = check_clients(on_disk)
  check_settings(clients)
  check_others(clients)
  check_encoding(clients)
  vim.health.info('log: ' .. vim.lsp.log.get_filename())
end

return M
