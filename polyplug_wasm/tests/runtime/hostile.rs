//! A component whose functions go wrong, each in its own way.

use crate::bundle::MEMORY;

/// `demo:{name}/{name}@1.0.0`: `count` counts, everything else goes wrong.
pub(crate) fn component(name: &str) -> String {
    format!(
        r#"(component
  (core module $m {MEMORY}
    (global $count (mut i32) (i32.const 0))
    (func (export "count") (result i32)
      (global.set $count (i32.add (global.get $count) (i32.const 1))) (global.get $count))
    (func (export "ask") (result i32) (memory.grow (i32.const 0x8000)))
    (func $trap (export "trap") (result i32) (unreachable))
    (func (export "spin") (result i32) (loop $again (br $again)) (i32.const 0))
    (func $recurse (export "recurse") (result i32) (i32.add (call $recurse) (i32.const 1)))
    (func (export "grow") (result i32)
      (loop $again (br_if $again (i32.ne (memory.grow (i32.const 256)) (i32.const -1))))
      (unreachable))
    (func (export "all") (result i32)
      (if (i32.eq (memory.grow (i32.const 0xffff)) (i32.const -1)) (then unreachable))
      (i32.const 0))
    (func (export "far") (result i32)
      (i32.store (i32.const 16) (i32.const 0x7fffff00))
      (i32.store (i32.const 20) (i32.const 64))
      (i32.const 16))
    (func (export "nowhere") (result i32) (i32.const 0xfffffff0))
    (func (export "crooked") (result i32) (i32.const 17))
    (func (export "long") (result i32)
      (i32.store (i32.const 16) (i32.const 64))
      (i32.store (i32.const 20) (i32.const -1))
      (i32.const 16))
    (func (export "not-utf8") (result i32)
      (i32.store (i32.const 16) (i32.const 64))
      (i32.store (i32.const 20) (i32.const 2))
      (i32.store16 (i32.const 64) (i32.const 0xfffe))
      (i32.const 16))
    (func (export "not-char") (result i32) (i32.const 0xd800)))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (func $count (result u32) (canon lift (core func $i "count")))
  (func $ask (result s32) (canon lift (core func $i "ask")))
  (func $trap (result u32) (canon lift (core func $i "trap")))
  (func $spin (result u32) (canon lift (core func $i "spin")))
  (func $recurse (result u32) (canon lift (core func $i "recurse")))
  (func $grow (result u32) (canon lift (core func $i "grow")))
  (func $all (result u32) (canon lift (core func $i "all")))
  (func $far (result string) (canon lift (core func $i "far") (memory $memory)))
  (func $nowhere (result string) (canon lift (core func $i "nowhere") (memory $memory)))
  (func $crooked (result string) (canon lift (core func $i "crooked") (memory $memory)))
  (func $long (result (list u64)) (canon lift (core func $i "long") (memory $memory)))
  (func $not-utf8 (result string) (canon lift (core func $i "not-utf8") (memory $memory)))
  (func $not-char (result char) (canon lift (core func $i "not-char")))
  (instance $out
    (export "count" (func $count)) (export "ask" (func $ask)) (export "trap" (func $trap)) (export "spin" (func $spin))
    (export "recurse" (func $recurse)) (export "grow" (func $grow)) (export "all" (func $all)) (export "far" (func $far))
    (export "nowhere" (func $nowhere)) (export "crooked" (func $crooked))
    (export "long" (func $long)) (export "not-utf8" (func $not-utf8))
    (export "not-char" (func $not-char)))
  (export "demo:{name}/{name}@1.0.0" (instance $out)))"#
    )
}

/// `demo:{name}/{name}@1.0.0`, which traps when it starts.
#[allow(dead_code, reason = "not every test starts it")]
pub(crate) fn unstartable(name: &str) -> String {
    format!(
        r#"(component
  (core module $m
    (memory 4)
    (func $start (i32.store (i32.const 0x7fffffff) (i32.const 1)))
    (start $start)
    (func (export "f")))
  (core instance $i (instantiate $m))
  (func $f (canon lift (core func $i "f")))
  (instance $out (export "f" (func $f)))
  (export "demo:{name}/{name}@1.0.0" (instance $out)))"#
    )
}
