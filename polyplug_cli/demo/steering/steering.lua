-- How the fish swim.
--
-- Change a number, save, and look at the pond: the new code runs from the next frame on, and
-- nobody forgets anything. If you break it, the fish swim on and the pond tells you which line.

local speed    = 24     -- how fast a fish likes to swim             try 60, or 5
local hue      = 190    -- colour: 0 red, 45 gold, 120 green, 190 sea, 300 pink
local rainbow  = 40     -- how far the colours of the shoal differ   try 360
local together = 0.9    -- swim towards the neighbours               try -1
local alike    = 1.4    -- swim the way the neighbours swim          try 0
local apart    = 1.6    -- keep out of each other's way              try 6
local hunger   = 1.2    -- swim towards crumbs                       try 5
local fear     = 3.0    -- flee from the pikes                       try -2: hunt them
local sight    = 12     -- how far a fish sees
local pike     = 0.72   -- how fast a pike is, compared with a fish  try 2

-- From here on it is the machinery. It may be edited just as well.

local ffi = require("ffi")

ffi.cdef([[
  typedef struct { float x, y, vx, vy, hue, glow; uint32_t kind, mark; } Creature;
  typedef struct {
    Creature *creatures; uint32_t count, frame;
    float width, height, seconds, since_start;
  } Pond;
]])

local pond_pointer = ffi.typeof("const Pond *")
local index_pointer = ffi.typeof("const uint32_t *")
local number_pointer = ffi.typeof("double *")

local FISH, CRUMB, PIKE = 0, 1, 2
local sqrt, sin, max, min = math.sqrt, math.sin, math.max, math.min

-- What every fish remembers: how many crumbs it has had. This table survives every save.
local memory = polyplug.keep("memory", { eaten = {} })

-- Between 1 for a fish that never ate and 4 for an old glutton.
local function boldness(fish)
    return 1 + min(3, (memory.eaten[fish] or 0) / 4)
end

-- Turns the wish (wx, wy) into a new velocity, at most as fast as `top`.
local function swim(it, wx, wy, top, seconds)
    local vx = it.vx + wx * seconds * 30
    local vy = it.vy + wy * seconds * 30
    local now = sqrt(vx * vx + vy * vy) + 1e-6
    local wanted = now + (top - now) * min(1, seconds * 4)
    wanted = max(top * 0.35, min(wanted, top * 1.6))
    it.vx, it.vy = vx / now * wanted, vy / now * wanted
end

-- A push away from the shore, stronger the nearer it is.
local function shore(at, size)
    local margin = 9
    if at < margin then return (margin - at) / margin * 1.6 end
    if at > size - margin then return (size - margin - at) / margin * 1.6 end
    return 0
end

local function steer_fish(pond, index)
    local all = pond.creatures
    local me = all[index]
    local near, cx, cy, ax, ay, px, py = 0, 0, 0, 0, 0, 0, 0
    local crumb, crumb_x, crumb_y = 30 * 30, 0, 0
    local flee_x, flee_y = 0, 0
    for other = 0, pond.count - 1 do
        local it = all[other]
        local dx, dy = it.x - me.x, it.y - me.y
        local d2 = dx * dx + dy * dy
        if it.kind == FISH then
            if d2 < sight * sight and other ~= index then
                near = near + 1
                cx, cy = cx + dx, cy + dy
                ax, ay = ax + it.vx, ay + it.vy
                if d2 < 16 then
                    local push = (16 - d2) / 16 / (sqrt(d2) + 0.1)
                    px, py = px - dx * push, py - dy * push
                end
            end
        elseif it.kind == CRUMB then
            if d2 < crumb then crumb, crumb_x, crumb_y = d2, dx, dy end
        elseif d2 < 18 * 18 then
            local push = (18 * 18 - d2) / (18 * 18) / (sqrt(d2) + 0.1)
            flee_x, flee_y = flee_x - dx * push, flee_y - dy * push
        end
    end
    local wx, wy = shore(me.x, pond.width), shore(me.y, pond.height)
    if near > 0 then
        local inverse = 1 / near
        wx = wx + together * cx * inverse / sight + alike * (ax * inverse - me.vx) / (speed + 1)
        wy = wy + together * cy * inverse / sight + alike * (ay * inverse - me.vy) / (speed + 1)
    end
    if crumb_x ~= 0 or crumb_y ~= 0 then
        local inverse = hunger / (sqrt(crumb) + 1)
        wx, wy = wx + crumb_x * inverse, wy + crumb_y * inverse
    end
    wx = wx + apart * px + fear * flee_x
    wy = wy + apart * py + fear * flee_y
    swim(me, wx, wy, speed * (0.85 + 0.3 * (index % 7) / 7), pond.seconds)
    me.hue = hue + rainbow * (index % 16 / 15 - 0.5)
end

-- A pike wanders along slow curves and goes for the fish that comes too near.
local function steer_pike(pond, index)
    local all = pond.creatures
    local me = all[index]
    local best, bx, by = 26 * 26, 0, 0
    for other = 0, pond.count - 1 do
        local it = all[other]
        if it.kind == FISH then
            local dx, dy = it.x - me.x, it.y - me.y
            local d2 = dx * dx + dy * dy
            if d2 < best then best, bx, by = d2, dx, dy end
        end
    end
    local inverse = 0.9 / (sqrt(best) + 1)
    local wander = pond.since_start * 0.4 + index
    local wx = bx * inverse + 0.35 * sin(wander) + shore(me.x, pond.width)
    local wy = by * inverse + 0.35 * sin(wander * 1.7) + shore(me.y, pond.height)
    swim(me, wx, wy, speed * pike, pond.seconds)
    me.hue = 5
end

-- The host calls this once in a frame, with all that lives in the pond.
local function steer(_, args)
    local pond = ffi.cast(pond_pointer, args)
    for index = 0, pond.count - 1 do
        local it = pond.creatures[index]
        if it.kind == FISH then
            steer_fish(pond, index)
        elseif it.kind == PIKE then
            steer_pike(pond, index)
        else
            it.hue = 50
            it.vx = 1.2 * sin(pond.since_start * 0.7 + index)
            it.vy = 0.8 * sin(pond.since_start * 0.9 + index * 2)
        end
    end
end

-- The host asks this of every fish in every frame, and score of every fish that eats.
local function tell_boldness(_, args, out)
    ffi.cast(number_pointer, out)[0] = boldness(ffi.cast(index_pointer, args)[0])
end

-- Score tells us who has eaten.
local function has_eaten(_, args)
    local fish = ffi.cast(index_pointer, args)[0]
    memory.eaten[fish] = (memory.eaten[fish] or 0) + 1
end

function polyplug_init(host, context)
    return {
        ["demo.steering"] = {
            factory = function() return {} end,
            functions = { [0] = steer, [1] = tell_boldness, [2] = has_eaten },
        },
    }, { code = 0 }
end
