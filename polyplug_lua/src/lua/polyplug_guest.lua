-- What a raw-form bundle needs, built in as `require("polyplug_guest")`.
--
-- The chunk is called with the functions that are not Lua: calls that may come back into this VM
-- go through plain C functions, never through `ffi`.

local native = ...
local ffi = require("ffi")
local abi = require("polyplug_abi")

local guest = {
    AbiErrorCode = native.error_codes,
    DispatchType = { Native = 0, VirtualMachine = 1 },
    LogLevel = { Error = 1, Warn = 2, Info = 3, Debug = 4, Trace = 5 },
    guest_contract_id = abi.guest_contract_id,
    host_contract_id = abi.host_contract_id,
    bundle_id = abi.bundle_id,
    to_str = abi.to_str,
}

local host_pointer = ffi.typeof("const PolyplugHostApi *")
local context_pointer = ffi.typeof("const PolyplugBundleInitContext *")
local instance_pointer = ffi.typeof("const PolyplugGuestContractInstance *")
local arena_pointer = ffi.typeof("PolyplugCallArena *")
local byte_pointer = ffi.typeof("const uint8_t *")
local arena_alloc_type = ffi.typeof("PolyplugArenaAlloc")
local view_type = ffi.typeof("PolyplugStringView")
local instance_type = ffi.typeof("PolyplugGuestContractInstance")

-- An address as a number, whatever it came as: nil, a number or a pointer.
local function address(pointer)
    if pointer == nil then
        return 0
    end
    if type(pointer) == "number" then
        return pointer
    end
    return tonumber(ffi.cast("uintptr_t", ffi.cast("const void *", pointer)))
end

function guest.cast_host_interface(host)
    return ffi.cast(host_pointer, host)
end

function guest.cast_context(context)
    return ffi.cast(context_pointer, context)
end

-- A view of a Lua string, valid while the string is.
function guest.string_view(text)
    return view_type(ffi.cast(byte_pointer, text), #text)
end

local function copied(memory, text)
    if memory == nil then
        error("the host has no memory for a text of " .. #text .. " bytes", 3)
    end
    ffi.copy(memory, text, #text)
    return view_type(memory, #text)
end

-- A copy of a string in the host's memory; whoever receives it frees it with `host->free`.
function guest.alloc_string(host, text)
    host = ffi.cast(host_pointer, host)
    return copied(host.alloc(host, math.max(#text, 1), 1), text)
end

-- A copy of a string that belongs to the call: `arena` and `arena_alloc` are the function's last
-- two arguments. Without an arena the caller owns it, as with `alloc_string`.
function guest.alloc_string_arena(host, arena, arena_alloc, text)
    if arena == nil or arena == 0 then
        return guest.alloc_string(host, text)
    end
    local allocate = ffi.cast(arena_alloc_type, arena_alloc)
    return copied(allocate(ffi.cast(arena_pointer, arena), math.max(#text, 1), 1), text)
end

-- Writes a log record; without a host it does nothing.
function guest.log(host, level, scope, message)
    if host ~= nil then
        native.log(level, scope, message)
    end
end

function guest.ok()
    return { code = 0 }
end

-- What a function or `polyplug_init` returns to fail; codes from 256 on are the plugin's own.
function guest.err(code, message)
    return { code = code, message = message }
end

-- The interface of the contract `name@major` as an address, or nil, code and message.
function guest.resolve(name, major, min_version)
    return native.resolve(name, major, min_version or 0)
end

-- Calls a function of a contract: 0, or the code and the message of the failure.
--
-- What the addresses were taken from is handed along, so that it stays alive during the call.
function guest.call(interface, instance, function_id, arguments, out, arena)
    local object = 0
    if instance ~= nil then
        object = address(ffi.cast(instance_pointer, instance))
    end
    return native.call(
        address(interface), object, function_id, address(arguments), address(out), address(arena),
        instance, arguments, out, arena
    )
end

-- Makes an object of a contract: the instance, or nil, code and message.
function guest.create(interface, arguments)
    local instance = instance_type()
    local code, message = native.create(
        address(interface), address(arguments), address(ffi.cast(instance_pointer, instance)),
        arguments, instance
    )
    if code ~= 0 then
        return nil, code, message
    end
    return instance
end

-- Destroys an object: 0, or the code and the message of the failure.
function guest.destroy(interface, instance)
    return native.destroy(address(interface), address(ffi.cast(instance_pointer, instance)), instance)
end

return guest
