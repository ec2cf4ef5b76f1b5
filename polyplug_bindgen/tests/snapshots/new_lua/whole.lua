-- test.everything@1

---@class Everything : test.everything
local Everything = {}
Everything.__index = Everything

function Everything.new()
    return setmetatable({}, Everything)
end

---The other truth value.
---@param value boolean
---@return boolean
function Everything:flip(value)
    return false -- to be written
end

---The sum.
---@param a integer
---@param b integer
---@param c integer
---@param d integer
---@return integer
function Everything:small(a, b, c, d)
    return 0 -- to be written
end

---The product.
---@param a integer
---@param b integer
---@return integer
function Everything:wide(a, b)
    return 0 -- to be written
end

---One more.
---@param value integer
---@return integer
function Everything:next(value)
    return 0 -- to be written
end

---@param value number
---@return number
function Everything:half(value)
    return 0 -- to be written
end

---@param value number
---@return number
function Everything:double(value)
    return 0 -- to be written
end

---The letter behind this one.
---@param letter string
---@return string
function Everything:after(letter)
    return " " -- to be written
end

---A greeting
---of one line.
---@param name string
---@return string
function Everything:greet(name)
    return "" -- to be written
end

---The same bytes from the end.
---@param bytes string
---@return string
function Everything:reverse(bytes)
    return "" -- to be written
end

---The middle of all points, if there is any.
---@param points test.everything.Point[]
---@return test.everything.Point|nil
function Everything:centre(points)
    return nil -- to be written
end

---The oldest whose age is known, or why there is none.
---@param people test.everything.Person[]
---@return { tag: "ok", value: test.everything.Person }|{ tag: "err", value: string }
function Everything:oldest(people)
    return polyplug.ok({ name = "", default = false }) -- to be written
end

---The next color; behind the last comes the first.
---@param color test.everything.Color
---@return test.everything.Color
function Everything:brighter(color)
    return "red" -- to be written
end

---@param access test.everything.Access
---@param more test.everything.Access
---@return test.everything.Access
function Everything:allow(access, more)
    return {} -- to be written
end

---@param shape test.everything.Shape
---@return number
function Everything:area(shape)
    return 0 -- to be written
end

---@param shape test.everything.Shape
---@param by number
---@return test.everything.Shape
function Everything:grow(shape, by)
    return { tag = "dot" } -- to be written
end

---@param pair { [1]: string, [2]: integer }
---@return { [1]: integer, [2]: string }
function Everything:swap(pair)
    return { 0, "" } -- to be written
end

---From the end.
---@param row number[]
---@return number[]
function Everything:turn(row)
    return { 0, 0, 0, 0 } -- to be written
end

---Whether the number is even; an odd one is an error.
---@param value integer
---@return { tag: "ok" }|{ tag: "err" }
function Everything:check(value)
    return polyplug.ok() -- to be written
end

---Keeps `int` if `class` is there.
---@param int integer
---@param class? { tag: "some", value?: integer }
Everything["end"] = function(self, int, class)
    -- to be written
end

---What `end` has kept.
---@return integer
function Everything:kept()
    return 0 -- to be written
end

---Fails.
function Everything:new_()
    -- to be written
end

return {
    ["test.everything@1"] = Everything,
}
