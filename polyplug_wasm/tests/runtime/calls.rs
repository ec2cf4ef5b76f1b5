//! Calls with values of all kinds.

use crate::bundle::{Host, MEMORY};
use polyplug::schema::Value;

pub(crate) fn calculator() -> String {
    format!(
        r#"(component
  (core module $m {MEMORY}
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "echo") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.const 16))
    (func (export "sum") (param $place i32) (param $count i32) (result i64)
      (local $sum i64)
      (loop $next
        (if (local.get $count) (then
          (local.set $sum (i64.add (local.get $sum) (i64.load32_u (local.get $place))))
          (local.set $place (i32.add (local.get $place) (i32.const 4)))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $next))))
      (local.get $sum)))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (alias core export $i "realloc" (core func $realloc))
  (alias core export $i "done" (core func $done))
  (func $add (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
  (func $greet (param "name" string) (result string)
    (canon lift (core func $i "echo") (memory $memory) (realloc $realloc) (post-return $done)))
  (func $sum (param "numbers" (list u32)) (result u64)
    (canon lift (core func $i "sum") (memory $memory) (realloc $realloc)))
  (instance $calculator
    (export "add" (func $add)) (export "greet" (func $greet)) (export "sum" (func $sum)))
  (export "demo:calculator/calculator@1.0.0" (instance $calculator)))"#
    )
}

#[test]
fn numbers_strings_and_lists_go_in_and_out() {
    let host = Host::new();
    host.load("calculator", &calculator()).unwrap();
    let call =
        |function: &str, arguments: &[Value]| host.call("demo.calculator@1", function, arguments);
    assert_eq!(call("add", &[Value::U32(40), Value::U32(2)]), Value::U32(42));
    assert_eq!(call("greet", &[Value::from("Ada äöü")]), Value::from("Ada äöü"));
    let numbers = Value::List((1..=1000).map(Value::U32).collect());
    assert_eq!(call("sum", &[numbers]), Value::U64(500_500));
}
