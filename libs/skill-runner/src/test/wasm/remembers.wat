;; Answers {} when its memory and its variable are as new, {"a":1} when an earlier call has left something.
(module
  (memory (export "memory") 1)
  (global $calls (mut i32) (i32.const 0))
  (data (i32.const 16) "{}")
  (data (i32.const 32) "{\"a\":1}")
  (func (export "skill_alloc") (param i32) (result i32) (i32.const 4096))
  (func (export "skill_call") (param i32 i32 i32) (result i64)
    (if (i32.or (global.get $calls) (i32.load (i32.const 1024)))
      (then (return (i64.const 0x2000000007))))
    (global.set $calls (i32.const 1))
    (i32.store (i32.const 1024) (i32.const 1))
    (i64.const 0x1000000002)))
