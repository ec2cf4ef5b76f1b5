//! Compiled Lua code keeps its state in registers. A loop that leaves through FFI and comes back
//! through another bundle must be told so every time, and must not be disturbed by it.

use crate::rounds;
use polyplug_abi::AbiErrorCode;
use polyplug_lua::LuaLoader;
use polyplug_tests::call;
use polyplug_tests::host::Host;
use std::fs;

/// Calls `back.api` through FFI in a loop, `args[0]` times. The call's structs are spelt as the words
/// that they are, because LuaJIT compiles no call that passes a struct. Answers how many of the calls
/// were told `args[1]`; the sum beside it shows that no register was lost.
const OUT: &str = "
local ffi, guest = require('ffi'), require('polyplug_guest')
local words = ffi.typeof('const uint32_t *')
local number = ffi.typeof('uint32_t *')
local dispatcher = ffi.typeof('void (*)(void *, void *, uint64_t, uint32_t, const void *, void *, void *, PolyplugAbiError *)')

local function loop(args, out)
  local vm = ffi.cast('const PolyplugGuestContractInterface *', (guest.resolve('back.api', 1))).dispatch.vm
  local call, data = ffi.cast(dispatcher, vm.call), vm.loader_data.data
  local failure, answer = ffi.new('PolyplugAbiError'), ffi.new('uint32_t[1]')
  local times, expected = ffi.cast(words, args)[0], ffi.cast(words, args)[1]
  local told, sum, text = 0, 0, ''
  for i = 1, times do
    answer[0] = 0
    call(data, nil, 0, 0, nil, answer, nil, failure)
    if answer[0] == expected and failure.code == 0 then told = told + 1 end
    sum = sum + i
  end
  assert(sum == times * (times + 1) / 2, 'a register was lost')
  ffi.cast(number, out)[0] = told
end

local function is_compiled(_, out)
  local found, number_of_trace = 0, 1
  local util = require('jit.util')
  while true do
    local trace = util.traceinfo(number_of_trace)
    if not trace then break end
    if trace.linktype == 'loop' then found = found + 1 end
    number_of_trace = number_of_trace + 1
  end
  ffi.cast(number, out)[0] = found
end

function polyplug_init()
  local functions = {
    [0] = function(_, args, out) loop(args, out) end,
    function(_, _, out) is_compiled(_, out) end,
    function(_, _, out) ffi.cast(number, out)[0] = 1 end,
  }
  return { ['out.api'] = { factory = function() return {} end, functions = functions } }, guest.ok()
end";

/// Comes back, and answers the code that it was told.
const BACK: &str = "
local ffi, guest = require('ffi'), require('polyplug_guest')
local number = ffi.typeof('uint32_t *')
local answer = ffi.new('uint32_t[1]')
local interface

local function back(_, _, out)
  interface = interface or guest.resolve('out.api', 1)
  ffi.cast(number, out)[0] = guest.call(interface, nil, 2, nil, answer)
end

function polyplug_init()
  return { ['back.api'] = { factory = function() return {} end, functions = { [0] = back } } }, guest.ok()
end";

#[test]
fn rule_3_a_compiled_loop_that_comes_back_through_ffi_is_refused_every_time() {
    let host = Host::with(|builder| builder.hot_reload(true).loader(LuaLoader::default()));
    for (name, source) in [("out", OUT), ("back", BACK)] {
        let folder = host.folder.of(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("main.lua"), source).unwrap();
        host.folder.manifest(name, "loader = \"lua\"\nfile = \"main.lua\"\n");
        host.runtime.load_bundle(folder).unwrap();
    }
    let out = host.contract("out.api@1");
    let refused = AbiErrorCode::ReentrantCall as u32;
    let times = rounds(20_000, 1_000_000);

    let told = call::add(&out, 0, times, refused).unwrap();

    assert_eq!(told, times);
    assert!(call::number(&out, 1).unwrap() > 0, "the loop was compiled");
    assert_eq!(call::number(&out, 2).unwrap(), 1, "the bundle goes on");
    println!("{told} of {times} re-entries through FFI were refused");
}
