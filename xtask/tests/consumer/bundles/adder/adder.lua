local ffi = require("ffi")

-- add(a: u32, b: u32) -> u32
local function add(_self, args, out)
    local numbers = ffi.cast("const uint32_t *", args)
    ffi.cast("uint32_t *", out)[0] = numbers[0] + numbers[1]
end

-- Unwinds through C and Rust.
local function fail()
    error("on purpose")
end

function polyplug_init(_host, _context)
    return {
        ["math.add"] = {
            contract_version = 1,
            plugin_name = "adder",
            factory = function() return {} end,
            functions = { [0] = add, [1] = fail },
        },
    }, { code = 0 }
end
