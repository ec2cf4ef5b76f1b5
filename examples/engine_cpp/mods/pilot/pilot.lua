-- Flies the ship: demo.pilot@1. Change the height while the engine runs, and save.

local ffi = require("ffi")

local HEIGHT = 10

local numbers = ffi.typeof("const float *")
local number = ffi.typeof("float *")
local count = ffi.typeof("uint32_t *")

-- 0: thrust(height: f32, speed: f32) -> f32
local function thrust(self, args, out)
    local given = ffi.cast(numbers, args)
    local height, speed = given[0], given[1]
    self.decisions = self.decisions + 1
    ffi.cast(number, out)[0] = 10 + 4 * (HEIGHT - height) - 4 * speed
end

-- 1: decisions() -> u32; fields like this one survive a reload
local function decisions(self, _, out)
    ffi.cast(count, out)[0] = self.decisions
end

function polyplug_init(_host, _context)
    return {
        ["demo.pilot"] = {
            contract_version = 1,
            plugin_name = "pilot",
            factory = function() return { decisions = 0 } end,
            functions = { [0] = thrust, decisions },
        },
    }, { code = 0 }
end
