---@meta

-- What is built in. Made by `polyplug bindgen`; changes are lost.

polyplug = {}

---The bundle's name.
---@type string
polyplug.bundle = ""

---Writes a log record of this bundle.
---@param level "error"|"warn"|"info"|"debug"|"trace"
---@param message string
function polyplug.log(level, message) end

---A table that survives reloads under this name.
---@generic T : table
---@param name string
---@param default? T
---@return T
function polyplug.keep(name, default) end

---An instance of its own of another contract.
---@generic T
---@param proxy T
---@return T
function polyplug.create(proxy) end

---Ends what `create` made.
---@param instance table
function polyplug.destroy(instance) end

---A result that went well.
---@generic T
---@param value? T
---@return { tag: "ok", value: T }
function polyplug.ok(value) end

---A result that did not.
---@generic E
---@param value? E
---@return { tag: "err", value: E }
function polyplug.err(value) end
