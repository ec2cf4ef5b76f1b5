-- The line of text above the pond.
--
-- Colours are names in braces: {red} {gold} {green} {sea} {blue} {pink} {white} {dim}; {} ends them.

local title = "the pond"          -- try your own
local drop  = "●"                 -- one for each step of the combo
local empty = "·"

-- From here on it is the machinery. It may be edited just as well.

local ffi = require("ffi")
local guest = require("polyplug_guest")

ffi.cdef([[
  typedef struct { double points, eaten, lost, combo, best, combo_left; } ScoreCard;
  typedef struct { uint32_t fish, columns; double since_start; } Scene;
]])

local scene_pointer = ffi.typeof("const Scene *")
local view_pointer = ffi.typeof("PolyplugStringView *")
local card_type = ffi.typeof("ScoreCard")

local CARD = 3      -- the function of demo.score that is called from here
local score

-- 1234567 -> "1,234,567"
local function grouped(number)
    local digits = ("%.0f"):format(number)
    return (digits:reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end

local function combo_bar(card)
    local colour = card.combo >= 9 and "{pink}" or card.combo >= 5 and "{gold}" or "{green}"
    local full = math.min(12, card.combo)
    return colour .. drop:rep(full) .. "{dim}" .. empty:rep(12 - full) .. "{}"
end

-- The host calls this once in a frame: the text to show.
local function draw(_, args, out, arena, arena_alloc)
    local scene = ffi.cast(scene_pointer, args)
    local card = card_type()
    local code, message = guest.call(score, nil, CARD, nil, card)
    if code ~= 0 then error("score did not answer: " .. tostring(message)) end

    local text = ("{sea}≈ %s ≈{}  {gold}%s{} points  {white}%d{} crumbs  %s  {dim}caught{} {red}%d{}")
        :format(title, grouped(card.points), card.eaten, combo_bar(card), card.lost)
    if scene.columns > 90 then
        text = text .. ("  {dim}best combo{} %d  {dim}fish{} %d"):format(card.best, scene.fish)
    end

    ffi.cast(view_pointer, out)[0] = guest.alloc_string_arena(nil, arena, arena_alloc, text)
end

function polyplug_init(host, context)
    score = guest.resolve("demo.score", 1)
    if not score then
        return {}, guest.err(1, "there is no demo.score")
    end
    return {
        ["demo.hud"] = {
            factory = function() return {} end,
            functions = { [0] = draw },
        },
    }, { code = 0 }
end
