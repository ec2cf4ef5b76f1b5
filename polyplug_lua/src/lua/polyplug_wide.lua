-- 64-bit integers for the marshalling of values (src/marshal/wide.rs). Called with `ffi`.
local ffi = ...
local cast, istype = ffi.cast, ffi.istype
local signed, unsigned = ffi.typeof("int64_t"), ffi.typeof("uint64_t")
local signed_at, unsigned_at = ffi.typeof("int64_t *"), ffi.typeof("uint64_t *")

local function read_signed(address)
    return cast(signed_at, address)[0]
end

local function read_unsigned(address)
    return cast(unsigned_at, address)[0]
end

-- Writes the integer that `value` is; 1 if it is signed, 2 if it is unsigned, 0 if it is none.
local function take(value, address)
    if istype(signed, value) then
        cast(signed_at, address)[0] = value
        return 1
    elseif istype(unsigned, value) then
        cast(unsigned_at, address)[0] = value
        return 2
    end
    return 0
end

return read_signed, read_unsigned, take
