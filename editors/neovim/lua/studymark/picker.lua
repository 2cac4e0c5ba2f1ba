--- Choosing one of several places: with telescope or fzf-lua when they are there, with |vim.ui.select()| otherwise.
local places = require('studymark.places')

local M = {}

---@alias studymark.Encoding 'utf-8'|'utf-16'|'utf-32'
---@alias studymark.Choose fun(list: studymark.Place[], title: string, encoding: studymark.Encoding)

---@param place studymark.Place
---@return string
local function line(place)
  return ('%s  %s:%d'):format(places.label(place), place.path, place.range.start.line + 1)
end

---@type studymark.Choose
local function select(list, title, encoding)
  vim.ui.select(list, { prompt = title, kind = 'studymark', format_item = line }, function(place)
    if place then places.go(place, encoding) end
  end)
end

---@type studymark.Choose
local function telescope(list, title, encoding)
  local config = require('telescope.config').values
  local entries = places.entries(list, encoding)
  require('telescope.pickers')
    .new({}, {
      prompt_title = title,
      finder = require('telescope.finders').new_table({
        results = entries,
        entry_maker = function(entry)
          local text = line(entry.user_data)
          return {
            value = entry,
            display = text,
            ordinal = text,
            filename = entry.filename,
            lnum = entry.lnum,
            col = entry.col,
          }
        end,
      }),
      sorter = config.generic_sorter({}),
      previewer = config.grep_previewer({}),
    })
    :find()
end

---@type studymark.Choose
local function fzf(list, title, encoding)
  local lines = {}
  for number, place in ipairs(list) do
    lines[number] = ('%d\t%s'):format(number, line(place))
  end
  require('fzf-lua').fzf_exec(lines, {
    prompt = title .. '> ',
    fzf_opts = { ['--delimiter'] = '\t', ['--with-nth'] = '2..', ['--no-multi'] = '' },
    actions = {
      ['default'] = function(selected)
        local number = selected and selected[1] and tonumber(selected[1]:match('^(%d+)\t'))
        if number then places.go(list[number], encoding) end
      end,
    },
  })
end

---@type table<studymark.Picker, studymark.Choose>
local WAYS = { select = select, telescope = telescope, ['fzf-lua'] = fzf }

--- The picker to be used: the one asked for when it is installed, or the first that is.
---@param wanted studymark.Picker
---@return studymark.Picker
function M.found(wanted)
  local modules = { telescope = 'telescope.pickers', ['fzf-lua'] = 'fzf-lua' }
  for _, name in ipairs({ 'telescope', 'fzf-lua' }) do
    if (wanted == 'auto' or wanted == name) and pcall(require, modules[name]) then return name end
  end
  return 'select'
end

--- Lets the user choose a place, and goes there.
---@type studymark.Choose
function M.choose(list, title, encoding)
  local client = require('studymark.client')
  WAYS[M.found(client.options.picker)](list, title, encoding)
end

return M
