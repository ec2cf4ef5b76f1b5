-- Change the `+` while the host runs, save, and watch its output.

local ffi = require("ffi")
local numbers = ffi.typeof("const uint32_t *")
local number = ffi.typeof("uint32_t *")

-- add(a: u32, b: u32) -> u32
local function add(_self, args, out)
    local a = ffi.cast(numbers, args)
    ffi.cast(number, out)[0] = a[0] + a[1]
end

function polyplug_init(_host, _context)
    return {
        ["math.add"] = {
            contract_version = 1,
            plugin_name = "adder",
            factory = function() return {} end,
            functions = { [0] = add },
        },
    }, { code = 0 }
end
