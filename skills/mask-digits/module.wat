;; acme.mask_digits: writes # for every digit of a text, so that no card or phone number leaves.
;;
;; Built by: wat2wasm module.wat -o module.wasm   (wabt 1.0.32)
(module
  (import "skill1" "log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "digits were masked")

  ;; Where free memory begins. Nothing is given back: an instance lives for one call.
  (global $free (mut i32) (i32.const 1024))

  ;; The address of so many free bytes; 0 if the memory cannot grow any more.
  (func $alloc (export "skill_alloc") (param $size i32) (result i32)
    (local $address i32)
    (local $missing i32)
    (local.set $address (global.get $free))
    ;; An address that wraps around would lie within memory that is in use.
    (if (i32.gt_u (local.get $size) (i32.const 0x3fffffff))
      (then (return (i32.const 0))))
    (global.set $free (i32.add (local.get $address) (local.get $size)))
    (local.set $missing
      (i32.sub
        (i32.shr_u (i32.add (global.get $free) (i32.const 65535)) (i32.const 16))
        (memory.size)))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then
        (if (i32.eq (memory.grow (local.get $missing)) (i32.const -1))
          (then (return (i32.const 0))))))
    (local.get $address))

  ;; Tool 0. The input is canonical JSON, so a digit is part of a text, or of an escape \u0000 to \u001f.
  ;; The answer is the input, changed where it lies.
  (func (export "skill_call") (param $tool i32) (param $at i32) (param $length i32) (result i64)
    (local $next i32)
    (local $end i32)
    (local $byte i32)
    (local $masked i32)
    (local.set $next (local.get $at))
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (block $done
      (loop $each
        (br_if $done (i32.ge_u (local.get $next) (local.get $end)))
        (local.set $byte (i32.load8_u (local.get $next)))
        (if (i32.eq (local.get $byte) (i32.const 0x5c)) ;; a backslash
          (then
            ;; \uXXXX has six characters, every other escape two.
            (local.set $next
              (i32.add (local.get $next)
                (select (i32.const 6) (i32.const 2)
                  (i32.eq (i32.load8_u offset=1 (local.get $next)) (i32.const 0x75)))))
            (br $each)))
        (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 0x30)) (i32.const 10))
          (then
            (i32.store8 (local.get $next) (i32.const 0x23))
            (local.set $masked (i32.const 1))))
        (local.set $next (i32.add (local.get $next) (i32.const 1)))
        (br $each)))
    (if (local.get $masked)
      (then (call $log (i32.const 1) (i32.const 16) (i32.const 18))))
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get $length)))))
