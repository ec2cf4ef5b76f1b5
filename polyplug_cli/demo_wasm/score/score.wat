;; What a crumb is worth.
;;
;; A component as text, so that it can be edited while it runs; in practice one is built from Rust, C,
;; JavaScript or Python (docs/wasm.md).

(component
  (import "demo:steering/steering@1.0.0" (instance $steering
    (export "tell-boldness" (func (param "fish" u32) (result f64)))
    (export "has-eaten" (func (param "fish" u32)))))
  (core func $tell-boldness (canon lower (func $steering "tell-boldness")))
  (core func $has-eaten (canon lower (func $steering "has-eaten")))

  (core module $score
    (import "steering" "tell-boldness" (func $tell-boldness (param i32) (result f64)))
    (import "steering" "has-eaten" (func $has-eaten (param i32)))

    (global $points-per-crumb f64 (f64.const 10))  ;; try 1000
    (global $points-per-loss f64 (f64.const -50))  ;; when a pike catches a fish; try 500
    (global $combo-seconds f64 (f64.const 0.3))    ;; eat again within this time, and the combo grows
    (global $highest-combo f64 (f64.const 12))

    ;; The game, eight bytes each: points 0, eaten 8, lost 16, combo 24, best 32, quiet 40.
    (memory (export "memory") 1)
    (data (i32.const 256) "the state is not that of a score")

    ;; The fish has eaten a crumb: the points that this was worth.
    (func (export "ate") (param $fish i32) (result f64)
      (local $bold f64) (local $points f64)
      (local.set $bold (call $tell-boldness (local.get $fish)))
      (call $has-eaten (local.get $fish))
      (f64.store (i32.const 24)
        (f64.min (global.get $highest-combo) (f64.add (f64.load (i32.const 24)) (f64.const 1))))
      (f64.store (i32.const 32) (f64.max (f64.load (i32.const 32)) (f64.load (i32.const 24))))
      (f64.store (i32.const 40) (f64.const 0))
      (f64.store (i32.const 8) (f64.add (f64.load (i32.const 8)) (f64.const 1)))
      (local.set $points
        (f64.floor (f64.mul (local.get $bold)
          (f64.mul (global.get $points-per-crumb) (f64.load (i32.const 24))))))
      (f64.store (i32.const 0) (f64.add (f64.load (i32.const 0)) (local.get $points)))
      (local.get $points))

    ;; A pike has caught the fish.
    (func (export "caught") (param $fish i32) (result f64)
      (f64.store (i32.const 16) (f64.add (f64.load (i32.const 16)) (f64.const 1)))
      (f64.store (i32.const 0)
        (f64.max (f64.const 0) (f64.add (f64.load (i32.const 0)) (global.get $points-per-loss))))
      (global.get $points-per-loss))

    ;; Time goes by, in seconds.
    (func (export "tick") (param $seconds f64)
      (f64.store (i32.const 40) (f64.add (f64.load (i32.const 40)) (local.get $seconds)))
      (if (f64.gt (f64.load (i32.const 40)) (global.get $combo-seconds))
        (then (f64.store (i32.const 24) (f64.const 0)))))

    ;; The hud asks for this: points, eaten, lost, combo, best, and how much of the combo's time is left.
    (func (export "card") (result i32)
      (memory.copy (i32.const 64) (i32.const 0) (i32.const 40))
      (f64.store (i32.const 104)
        (f64.max (f64.const 0)
          (f64.sub (f64.const 1) (f64.div (f64.load (i32.const 40)) (global.get $combo-seconds)))))
      (i32.const 64))

    ;; The score survives every save of this file. Without these two it would start at 0 again.
    (func (export "save") (result i32)
      (i32.store (i32.const 128) (i32.const 0))
      (i32.store (i32.const 132) (i32.const 48))
      (i32.const 128))
    (func (export "restore")
      (param $state i32) (param $size i32) (param $version i32) (param $length i32) (result i32)
      (if (i32.eq (local.get $size) (i32.const 48))
        (then (memory.copy (i32.const 0) (local.get $state) (i32.const 48)))
        (else
          (i32.store8 (i32.const 136) (i32.const 1))
          (i32.store (i32.const 140) (i32.const 256))
          (i32.store (i32.const 144) (i32.const 32))))
      (i32.const 136))

    ;; Room for the state and the version, which are given once.
    (global $free (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32) (param $size i32) (result i32)
      (local $place i32)
      (local.set $place (global.get $free))
      (global.set $free
        (i32.and (i32.const -8) (i32.add (i32.const 7) (i32.add (local.get $place) (local.get $size)))))
      (local.get $place)))

  (core instance $code (instantiate $score
    (with "steering" (instance
      (export "tell-boldness" (func $tell-boldness))
      (export "has-eaten" (func $has-eaten))))))
  (alias core export $code "memory" (core memory $memory))
  (alias core export $code "realloc" (core func $realloc))

  (func $ate (param "fish" u32) (result f64) (canon lift (core func $code "ate")))
  (func $caught (param "fish" u32) (result f64) (canon lift (core func $code "caught")))
  (func $tick (param "seconds" f64) (canon lift (core func $code "tick")))
  (func $card (result (tuple f64 f64 f64 f64 f64 f64))
    (canon lift (core func $code "card") (memory $memory)))
  (instance $out
    (export "ate" (func $ate))
    (export "caught" (func $caught))
    (export "tick" (func $tick))
    (export "card" (func $card)))
  (export "demo:score/score@1.0.0" (instance $out))

  (func $save (result (list u8)) (canon lift (core func $code "save") (memory $memory)))
  (func $restore (param "state" (list u8)) (param "from-version" string) (result (result (error string)))
    (canon lift (core func $code "restore") (memory $memory) (realloc $realloc)))
  (export "save" (func $save))
  (export "restore" (func $restore)))
