//! What a sandboxed script does not have.

use super::*;

/// The refusal of a sandboxed chunk that runs `code`, which ends with the error 'reached'.
fn runs(code: &str) {
    let source = format!("{code}\nerror('reached', 0)");
    let message = Bundle::of(&[("main.lua", &source)]).libraries(Libraries::Sandbox).refusal();
    assert!(message.contains("reached"), "{message}");
}

#[test]
fn dangerous_names_are_nowhere() {
    runs(
        "for _, name in ipairs({
            'io', 'debug', 'ffi', 'jit', 'dofile', 'loadfile', 'newproxy',
          }) do
            assert(_G[name] == nil, name)
            assert(package.loaded[name] == nil, name)
            assert(not pcall(require, name), name)
          end
          for _, name in ipairs({
            'execute', 'exit', 'getenv', 'remove', 'rename', 'setlocale', 'tmpname',
          }) do
            assert(os[name] == nil, name)
          end
          assert(string.dump == nil and ('').dump == nil and package.loadlib == nil)",
    );
}

#[test]
fn hidden_ways_are_closed_too() {
    runs(
        "for _, name in ipairs({
            'jit.util', 'jit.opt', 'jit.profile', 'polyplug_guest', 'polyplug_abi',
            'string.buffer',
          }) do
            assert(not pcall(require, name), name)
          end
          require('table.new')(1, 1)
          require('table.clear')({})
          for name in pairs(package.preload) do
            assert(name == 'table.clear' or name == 'table.new', name)
          end
          for name in pairs(package.loaded) do
            assert(not name:find('^jit') and name ~= 'ffi', name)
          end",
    );
}

#[test]
fn bytecode_is_refused() {
    runs(
        "local f, why = load('\\27LJ\\2')
          assert(f == nil and why:find('bytecode') or why:find('attempt to load'), why)
          local f, why = loadstring('\\27LJ\\2')
          assert(f == nil and why)
          local f, why = load('\\27LJ\\2', 'x', 'b')
          assert(f == nil and why)
          assert(load('return 5')() == 5)
          assert(load('return a', 'chunk', 't', { a = 7 })() == 7)
          local pieces = { 'return ', '9' }
          assert(load(function() return table.remove(pieces, 1) end)() == 9)",
    );
}

#[test]
fn honest_scripts_have_what_they_need() {
    runs(
        "assert(os.time() and os.clock() and os.date() and math.sin(0) == 0)
          assert(bit.bor(1, 2) == 3 and string.format('%d', 3) == '3')
          assert(select('#', coroutine.wrap(function() return 1, 2 end)()) == 2)
          assert(polyplug.keep('x').y == nil)
          for i = 1, 1000 do local _ = i * 2 end",
    );
}
