;; Gives no memory for the input, since its memory was refused to grow.
(module
  (memory (export "memory") 1)
  (func (export "skill_alloc") (param i32) (result i32)
    (if (i32.eq (memory.grow (i32.const 100)) (i32.const -1)) (then (return (i32.const 0))))
    (i32.const 4096))
  (func (export "skill_call") (param i32 i32 i32) (result i64)
    (i32.store16 (i32.const 16) (i32.const 0x7d7b))
    (i64.const 0x1000000002)))
