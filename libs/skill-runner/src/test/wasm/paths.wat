;; Every way through and out of a function. A tool answers {} when it came out as it should, and traps when it did not.
(module
  (memory (export "memory") 1)
  (data (i32.const 16) "{}")
  (type $tool (func (result i64)))
  (table 1 funcref)
  (elem (i32.const 0) $sum)
  (type $two (func (param i32) (result i32 i64)))

  (func (export "skill_alloc") (param i32) (result i32) (i32.const 4096))

  ;; A return from within a loop within a block.
  (func $early (param $n i32) (result i32)
    (block $out
      (loop $again
        (if (i32.eqz (local.get $n)) (then (return (i32.const 7))))
        (br_if $out (i32.gt_s (local.get $n) (i32.const 1000)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again)))
    (i32.const 8))

  ;; A branch to the function's own label, with its result, from two blocks down.
  (func $branch (param $n i32) (result i32)
    (block (result i32)
      (block (result i32)
        (br 2 (i32.add (local.get $n) (i32.const 1))))
      (i32.mul (i32.const 0)))
    (i32.mul (i32.const 0)))

  ;; A conditional branch to it, taken or not.
  (func $perhaps (param $n i32) (result i32)
    (i32.add
      (block (result i32)
        (drop (br_if 1 (i32.const 5) (local.get $n)))
        (i32.const 1))
      (i32.const 1)))

  ;; A table of branches of which the last one, and every beyond, leaves the function.
  (func $choose (param $n i32) (result i32)
    (block $one (result i32)
      (block $zero (result i32)
        (br_table $zero $one 2 (i32.const 9) (local.get $n)))
      (drop) (return (i32.const 0)))
    (drop) (i32.const 1))

  ;; Two results, by each way.
  (func $pair (param $n i32) (result i32 i64)
    (if (i32.eqz (local.get $n)) (then (return (i32.const 1) (i64.const 2))))
    (if (i32.eq (local.get $n) (i32.const 1)) (then (br 1 (i32.const 3) (i64.const 4))))
    (i32.const 5) (i64.const 6))

  (func $sum (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.le_s (local.get $i) (local.get $n))))
    (local.get $sum))

  (func $fibonacci (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else
        (i32.add
          (call $fibonacci (i32.sub (local.get $n) (i32.const 1)))
          (call $fibonacci (i32.sub (local.get $n) (i32.const 2)))))))

  (func $nothing (param $n i32)
    (br_if 0 (local.get $n))
    (return))

  (func $expect (param $is i32) (param $should i32)
    (if (i32.ne (local.get $is) (local.get $should)) (then (unreachable))))

  (func $t0 (call $expect (call $early (i32.const 20)) (i32.const 7)) (call $expect (call $early (i32.const 2000)) (i32.const 8)))
  (func $t1 (call $expect (call $branch (i32.const 41)) (i32.const 42)))
  (func $t2 (call $expect (call $perhaps (i32.const 1)) (i32.const 5)) (call $expect (call $perhaps (i32.const 0)) (i32.const 2)))
  (func $t4 (local $a i32) (local $b i64)
    (call $pair (i32.const 0)) (local.set $b) (local.set $a)
    (call $expect (local.get $a) (i32.const 1)) (call $expect (i32.wrap_i64 (local.get $b)) (i32.const 2))
    (call $pair (i32.const 1)) (local.set $b) (local.set $a)
    (call $expect (local.get $a) (i32.const 3)) (call $expect (i32.wrap_i64 (local.get $b)) (i32.const 4))
    (call $pair (i32.const 2)) (local.set $b) (local.set $a)
    (call $expect (local.get $a) (i32.const 5)) (call $expect (i32.wrap_i64 (local.get $b)) (i32.const 6)))
  (func $t5 (local $i i32)
    (loop $again
      (call $expect (call $sum (i32.const 10)) (i32.const 55))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_s (local.get $i) (i32.const 5)))))
  (func $t6 (call $expect (call $fibonacci (i32.const 10)) (i32.const 55)))
  (func $t7
    (memory.fill (i32.const 8192) (i32.const 3) (i32.const 100))
    (memory.copy (i32.const 9000) (i32.const 8192) (i32.const 100))
    (call $expect (i32.load8_u (i32.const 9099)) (i32.const 3))
    (call $nothing (i32.const 0)) (call $nothing (i32.const 1)))
  (func $t8 (call $expect (call_indirect (param i32) (result i32) (i32.const 4) (i32.const 0)) (i32.const 10)))

  (func (export "skill_call") (param $tool i32) (param i32 i32) (result i64)
    (block $done
      (block $b8 (block $b7 (block $b6 (block $b5 (block $b4 (block $b3 (block $b2 (block $b1 (block $b0
        (br_table $b0 $b1 $b2 $b3 $b4 $b5 $b6 $b7 $b8 (local.get $tool)))
        (call $t0) (br $done))
        (call $t1) (br $done))
        (call $t2) (br $done))
        (call $expect (call $choose (i32.const 0)) (i32.const 0))
        (call $expect (call $choose (i32.const 1)) (i32.const 1))
        (call $expect (call $choose (i32.const 2)) (i32.const 9))
        (br $done))
        (call $t4) (br $done))
        (call $t5) (br $done))
        (call $t6) (br $done))
        (call $t7) (br $done))
      (call $t8))
    (i64.const 0x1000000002)))
