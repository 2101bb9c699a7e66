;; 0/0 and what arithmetic makes of a signalling NaN, 100,000 times each, so that it is compiled meanwhile. Answers {"a":1} as
;; long as all of them are the canonical NaN, else {}. A turn has 26 instructions, the rest 13 (with skill_alloc).
(module
  (memory (export "memory") 1)
  (data (i32.const 16) "{}")
  (data (i32.const 32) "{\"a\":1}")
  (func (export "skill_alloc") (param i32) (result i32) (i32.const 4096))
  (func (export "skill_call") (param i32 i32 i32) (result i64)
    (local $left i32) (local $zero f64) (local $signalling f64) (local $same i64)
    (local.set $same (i64.const 0x7ff8000000000000))
    (local.set $signalling (f64.const -nan:0x4000000000000))
    (local.set $left (i32.const 100000))
    (loop $again
      (local.set $same (i64.and (local.get $same) (i64.reinterpret_f64 (f64.div (local.get $zero) (local.get $zero)))))
      (local.set $same (i64.and (local.get $same) (i64.reinterpret_f64 (f64.min (f64.const 1) (local.get $signalling)))))
      (local.set $same (i64.or (local.get $same) (i64.reinterpret_f64 (f64.add (local.get $signalling) (f64.const 1)))))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (if (i64.eq (local.get $same) (i64.const 0x7ff8000000000000)) (then (return (i64.const 0x2000000007))))
    (i64.const 0x1000000002)))
