;; A data segment that does not fit into the memory: valid, but it cannot be instantiated.
(module
  (memory (export "memory") 1)
  (data (i32.const 65535) "{}")
  (func (export "skill_alloc") (param i32) (result i32) (i32.const 4096))
  (func (export "skill_call") (param i32 i32 i32) (result i64) (i64.const 0x1000000002)))
