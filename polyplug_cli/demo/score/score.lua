-- What a crumb is worth.

local points_per_crumb = 10     -- try 1000
local points_per_loss  = -50    -- when a pike catches a fish; try 500
local combo_seconds    = 0.3    -- eat again within this time, and the combo grows
local highest_combo    = 12

-- From here on it is the machinery. It may be edited just as well.

local ffi = require("ffi")
local guest = require("polyplug_guest")

ffi.cdef([[
  typedef struct { double points, eaten, lost, combo, best, combo_left; } ScoreCard;
]])

local index_pointer = ffi.typeof("const uint32_t *")
local number_pointer = ffi.typeof("double *")
local card_pointer = ffi.typeof("ScoreCard *")
local index_box = ffi.typeof("uint32_t[1]")
local number_box = ffi.typeof("double[1]")

-- The functions of demo.steering that are called from here.
local TELL_BOLDNESS, HAS_EATEN = 1, 2
local steering

-- The score survives every save. Delete this line and it starts at 0 again.
local game = polyplug.keep("game", { points = 0, eaten = 0, lost = 0, combo = 0, best = 0, quiet = 0 })

local function ask_steering(id, fish, out)
    local code, message = guest.call(steering, nil, id, index_box(fish), out)
    if code ~= 0 then error("steering did not answer: " .. tostring(message)) end
end

-- The fish has eaten a crumb: the points that this was worth.
local function ate(_, args, out)
    local fish = ffi.cast(index_pointer, args)[0]
    local bold = number_box()
    ask_steering(TELL_BOLDNESS, fish, bold)
    ask_steering(HAS_EATEN, fish)

    game.combo = math.min(highest_combo, game.combo + 1)
    game.best = math.max(game.best, game.combo)
    game.quiet = 0
    game.eaten = game.eaten + 1
    local points = math.floor(points_per_crumb * game.combo * bold[0])
    game.points = game.points + points
    ffi.cast(number_pointer, out)[0] = points
end

-- A pike has caught the fish.
local function caught(_, args, out)
    game.lost = game.lost + 1
    game.points = math.max(0, game.points + points_per_loss)
    ffi.cast(number_pointer, out)[0] = points_per_loss
end

-- Time goes by, in seconds.
local function tick(_, args)
    game.quiet = game.quiet + ffi.cast(number_pointer, args)[0]
    if game.quiet > combo_seconds then game.combo = 0 end
end

-- The hud asks for this.
local function card(_, _, out)
    local answer = ffi.cast(card_pointer, out)
    answer.points, answer.eaten, answer.lost = game.points, game.eaten, game.lost
    answer.combo, answer.best = game.combo, game.best
    answer.combo_left = math.max(0, 1 - game.quiet / combo_seconds)
end

function polyplug_init(host, context)
    steering = guest.resolve("demo.steering", 1)
    if not steering then
        return {}, guest.err(1, "there is no demo.steering")
    end
    return {
        ["demo.score"] = {
            factory = function() return {} end,
            functions = { [0] = ate, [1] = caught, [2] = tick, [3] = card },
        },
    }, { code = 0 }
end
