---@meta

-- test.everything@1.2.0. Made by `polyplug bindgen`; changes are lost.

---A point on a plane.
---@class test.everything.Point
---@field x number To the right.
---@field y number Upwards.

---@class test.everything.Person
---@field name string
---@field age? integer
---@field default boolean

---@alias test.everything.Color
---| "red"
---| "dark-green"
---| "blue"

---What one may do.
---@class test.everything.Access
---@field can_read? boolean
---@field write? boolean
---@field all? boolean

---@alias test.everything.Shape
---| { tag: "dot" } # Has no size.
---| { tag: "circle", value: number }
---| { tag: "path", value: test.everything.Point[] }
---| { tag: "named", value: string }

---Every type of WIT, and names that are words of other languages.
---@class test.everything
local contract = {}

---The other truth value.
---@param value boolean
---@return boolean
function contract:flip(value) end

---The sum.
---@param a integer
---@param b integer
---@param c integer
---@param d integer
---@return integer
function contract:small(a, b, c, d) end

---The product.
---@param a integer
---@param b integer
---@return integer
function contract:wide(a, b) end

---One more.
---@param value integer
---@return integer
function contract:next(value) end

---@param value number
---@return number
function contract:half(value) end

---@param value number
---@return number
function contract:double(value) end

---The letter behind this one.
---@param letter string
---@return string
function contract:after(letter) end

---A greeting
---of one line.
---@param name string
---@return string
function contract:greet(name) end

---The same bytes from the end.
---@param bytes string
---@return string
function contract:reverse(bytes) end

---The middle of all points, if there is any.
---@param points test.everything.Point[]
---@return test.everything.Point|nil
function contract:centre(points) end

---The oldest whose age is known, or why there is none.
---@param people test.everything.Person[]
---@return { tag: "ok", value: test.everything.Person }|{ tag: "err", value: string }
function contract:oldest(people) end

---The next color; behind the last comes the first.
---@param color test.everything.Color
---@return test.everything.Color
function contract:brighter(color) end

---@param access test.everything.Access
---@param more test.everything.Access
---@return test.everything.Access
function contract:allow(access, more) end

---@param shape test.everything.Shape
---@return number
function contract:area(shape) end

---@param shape test.everything.Shape
---@param by number
---@return test.everything.Shape
function contract:grow(shape, by) end

---@param pair { [1]: string, [2]: integer }
---@return { [1]: integer, [2]: string }
function contract:swap(pair) end

---From the end.
---@param row number[]
---@return number[]
function contract:turn(row) end

---Whether the number is even; an odd one is an error.
---@param value integer
---@return { tag: "ok" }|{ tag: "err" }
function contract:check(value) end

---Keeps `int` if `class` is there.
---@param int integer
---@param class? { tag: "some", value?: integer }
contract["end"] = function(self, int, class) end

---What `end` has kept.
---@return integer
function contract:kept() end

---Fails.
function contract:new_() end

---Of another bundle.
---@param name "test.everything@1"
---@return test.everything
function polyplug.contract(name) end

---Of the host.
---@param name "test.everything@1"
---@return test.everything
function polyplug.host(name) end
