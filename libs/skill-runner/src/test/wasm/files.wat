;; Asks its host for files and values. The answer {"a":"x"} tells what the host said: a to z for a result from 0 to 25,
;; A to Z for -1 to -26.
(module
  (import "skill1" "kv_get" (func $kv_get (param i32 i32 i32 i32) (result i32)))
  (import "skill1" "kv_set" (func $kv_set (param i32 i32 i32 i32) (result i32)))
  (import "skill1" "fs_read" (func $fs_read (param i32 i32 i32 i32) (result i32)))
  (import "skill1" "fs_write" (func $fs_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 16) "{\"a\":\"?\"}")
  (data (i32.const 32) "count")
  (data (i32.const 48) "data/in.txt")
  (data (i32.const 64) "data/out.txt")
  (data (i32.const 80) "data/.git/hooks/post-checkout")
  (data (i32.const 112) "data/../secret")
  (data (i32.const 128) "other.txt")
  (data (i32.const 144) "\ff\fe")
  (data (i32.const 160) "./data//in.txt")

  (func (export "skill_alloc") (param i32) (result i32) (i32.const 4096))

  ;; The answer that tells this result.
  (func $tell (param $result i32) (result i64)
    (i32.store8 (i32.const 22)
      (if (result i32) (i32.lt_s (local.get $result) (i32.const 0))
        (then (i32.sub (i32.const 64) (local.get $result)))
        (else (i32.add (i32.const 97) (local.get $result)))))
    (i64.const 0x1000000009))

  ;; One more than was kept, as one byte; tells the new number.
  (func $count (result i64)
    (local $had i32)
    (if (i32.eq (call $kv_get (i32.const 32) (i32.const 5) (i32.const 1024) (i32.const 8)) (i32.const 1))
      (then (local.set $had (i32.load8_u (i32.const 1024)))))
    (i32.store8 (i32.const 1024) (i32.add (local.get $had) (i32.const 1)))
    (if (call $kv_set (i32.const 32) (i32.const 5) (i32.const 1024) (i32.const 1)) (then (unreachable)))
    (call $tell (i32.load8_u (i32.const 1024))))

  ;; Asks again and again, deeper and deeper, until its stack is used up.
  (func $deep (param $depth i32) (result i32)
    (if (i32.eqz (i32.rem_u (local.get $depth) (i32.const 100)))
      (then (drop (call $fs_read (i32.const 48) (i32.const 11) (i32.const 1024) (i32.const 64)))))
    (i32.add (call $deep (i32.add (local.get $depth) (i32.const 1))) (i32.const 1)))

  (func (export "skill_call") (param $tool i32) (param i32 i32) (result i64)
    (local $length i32)
    (if (i32.eqz (local.get $tool)) (then (return (call $count))))
    (if (i32.eq (local.get $tool) (i32.const 1))
      (then
        (local.set $length (call $fs_read (i32.const 48) (i32.const 11) (i32.const 1024) (i32.const 64)))
        (if (i32.lt_s (local.get $length) (i32.const 0)) (then (return (call $tell (local.get $length)))))
        (return (call $tell
          (call $fs_write (i32.const 64) (i32.const 12) (i32.const 1024) (local.get $length))))))
    (if (i32.eq (local.get $tool) (i32.const 2))
      (then (return (call $tell (call $fs_write (i32.const 80) (i32.const 29) (i32.const 16) (i32.const 2))))))
    (if (i32.eq (local.get $tool) (i32.const 3))
      (then (return (call $tell (call $fs_read (i32.const 112) (i32.const 14) (i32.const 1024) (i32.const 64))))))
    (if (i32.eq (local.get $tool) (i32.const 4))
      (then (return (call $tell (call $fs_read (i32.const 128) (i32.const 9) (i32.const 1024) (i32.const 64))))))
    (if (i32.eq (local.get $tool) (i32.const 5))
      (then (return (call $tell (call $kv_set (i32.const 32) (i32.const 5) (i32.const 1024) (i32.const 4000))))))
    (if (i32.eq (local.get $tool) (i32.const 6))
      (then (return (call $tell (call $fs_read (i32.const 48) (i32.const 11) (i32.const 131000) (i32.const 1000))))))
    (if (i32.eq (local.get $tool) (i32.const 7))
      (then (return (call $tell (call $fs_read (i32.const 160) (i32.const 14) (i32.const 1024) (i32.const 2))))))
    (if (i32.eq (local.get $tool) (i32.const 8))
      (then (return (call $tell (call $kv_get (i32.const 144) (i32.const 2) (i32.const 1024) (i32.const 8))))))
    (if (i32.eq (local.get $tool) (i32.const 9))
      (then (return (call $tell (call $deep (i32.const 0))))))
    (if (i32.eq (local.get $tool) (i32.const 10))
      (then (return (call $tell (call $fs_read (i32.const 48) (i32.const -1) (i32.const 1024) (i32.const 64))))))
    ;; Counts and then traps: what it kept is lost.
    (if (i32.eq (local.get $tool) (i32.const 11))
      (then (drop (call $count)) (unreachable)))
    (unreachable)))
