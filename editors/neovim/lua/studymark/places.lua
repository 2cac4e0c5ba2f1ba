--- Places in notes that the server names, as Neovim's lists want them.
local M = {}

---@class studymark.Place What `studymark.openQuestions` and `studymark.related` answer.
---@field uri string
---@field path string
---@field range lsp.Range
---@field title string
---@field chapter? string The chapter of an open question.
---@field state? 'unanswered'|'stub' The state of an open question.
---@field score? number How much a related topic has to do with this one.
---@field why? string[] And why.

--- What a list says of a place.
---@param place studymark.Place
---@return string
function M.label(place)
  local text = place.title
  if place.chapter and place.chapter ~= '' and place.chapter ~= place.title then
    text = place.chapter .. ' › ' .. text
  end
  if place.state then text = ('[%s] %s'):format(place.state, text) end
  if place.why and #place.why > 0 then text = ('%s (%s)'):format(text, table.concat(place.why, '; ')) end
  return text
end

--- Places as entries of a quickfix list, in their order.
---@param places studymark.Place[]
---@param encoding 'utf-8'|'utf-16'|'utf-32'
---@return vim.quickfix.entry[]
function M.entries(places, encoding)
  local entries = {}
  local first = 1
  -- Neovim sorts places by file, and reads each file once a call: so neighbours of one note go together.
  while first <= #places do
    local last = first
    while places[last + 1] and places[last + 1].uri == places[first].uri do last = last + 1 end
    local locations = {}
    for n = first, last do
      locations[#locations + 1] = { uri = places[n].uri, range = places[n].range, place = places[n] }
    end
    for _, item in ipairs(vim.lsp.util.locations_to_items(locations, encoding)) do
      local place = item.user_data.place
      item.text = M.label(place)
      item.type = place.state and 'I' or ''
      item.user_data = place
      entries[#entries + 1] = item
    end
    first = last + 1
  end
  return entries
end

--- Makes a window with a file the current one: a place must not take the window of a list.
function M.leave_list()
  if vim.bo.buftype == '' then return end
  local windows = vim.api.nvim_tabpage_list_wins(0)
  table.insert(windows, 1, vim.fn.win_getid(vim.fn.winnr('#')))
  for _, window in ipairs(windows) do
    if vim.api.nvim_win_is_valid(window) and vim.bo[vim.api.nvim_win_get_buf(window)].buftype == '' then
      vim.api.nvim_set_current_win(window)
      return
    end
  end
  vim.cmd('aboveleft new')
end

--- Goes to a place.
---@param place studymark.Place
---@param encoding 'utf-8'|'utf-16'|'utf-32'
function M.go(place, encoding)
  M.leave_list()
  vim.lsp.util.show_document({ uri = place.uri, range = place.range }, encoding, { focus = true })
end

return M
