;; One tool for each abuse. Tool 0 behaves: it answers {}.
(module
  (import "skill1" "log" (func $log (param i32 i32 i32)))
  (import "skill1" "now_ms" (func $now (result i64)))
  (import "skill1" "random" (func $random (param i32 i32) (result i32)))
  (import "skill1" "kv_get" (func $kv_get (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (table 4 funcref)
  (elem (i32.const 0) $behave $forever $add)
  (type $tool (func (param i32) (result i64)))
  (type $binary (func (param i32 i32) (result i32)))
  (data (i32.const 16) "{}")
  (data (i32.const 32) "{\"a\":1}")
  (data (i32.const 48) "not json")
  (data (i32.const 64) "\ff\fe")
  (data $passive "{}")

  (func $answer (param $at i32) (param $length i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get $length))))

  ;; Every input has its place from 4096 on; an input is short here.
  (func (export "skill_alloc") (param i32) (result i32) (i32.const 4096))

  (func $behave (param i32) (result i64) (call $answer (i32.const 16) (i32.const 2)))

  (func $forever (param i32) (result i64) (loop $again (br $again)) (unreachable))

  (func $add (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))

  (func $recurse (param i32) (result i64)
    (i64.add (call $recurse (i32.add (local.get 0) (i32.const 1))) (i64.const 1)))

  ;; Calls itself twice at each level: much work, little depth.
  (func $fibonacci (param i32) (result i64)
    (if (result i64) (i32.lt_u (local.get 0) (i32.const 2))
      (then (i64.extend_i32_u (local.get 0)))
      (else
        (i64.add
          (call $fibonacci (i32.sub (local.get 0) (i32.const 1)))
          (call $fibonacci (i32.sub (local.get 0) (i32.const 2)))))))

  ;; Grows page by page until it is refused, then traps.
  (func $grow_and_trap (result i64)
    (loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (unreachable))

  ;; Asks for 4 GiB at once, and answers when it is refused.
  (func $grow_and_live (result i64)
    (drop (memory.grow (i32.const 65535)))
    (call $behave (i32.const 0)))

  (func $fill (result i64)
    (loop $again
      (memory.fill (i32.const 8192) (i32.const 7) (i32.const 49152))
      (br $again))
    (unreachable))

  (func $log_flood (result i64)
    (loop $again (call $log (i32.const 0) (i32.const 0) (i32.const 60000)) (br $again))
    (unreachable))

  (func $host_flood (result i64) (loop $again (drop (call $now)) (br $again)) (unreachable))

  (func $store_outside (result i64) (i32.store (i32.const -4) (i32.const 1)) (call $behave (i32.const 0)))

  (func $init_outside (result i64)
    (memory.init $passive (i32.const 16) (i32.const 1) (i32.const 2))
    (call $behave (i32.const 0)))

  ;; {} if the host gives no time, {"a":1} if it gives one.
  (func $time (result i64)
    (if (result i64) (i64.lt_s (call $now) (i64.const 0))
      (then (call $answer (i32.const 16) (i32.const 2)))
      (else (call $answer (i32.const 32) (i32.const 7)))))

  ;; {"a":n}, n being one random digit; {} if the host gives none.
  (func $dice (result i64)
    (if (i32.lt_s (call $random (i32.const 128) (i32.const 1)) (i32.const 0))
      (then (return (call $answer (i32.const 16) (i32.const 2)))))
    (i32.store8 (i32.const 37) (i32.add (i32.const 48) (i32.rem_u (i32.load8_u (i32.const 128)) (i32.const 10))))
    (call $answer (i32.const 32) (i32.const 7)))

  ;; {} if kv_get answers that it is not supported.
  (func $value (result i64)
    (if (i32.ne (call $kv_get (i32.const 16) (i32.const 1) (i32.const 128) (i32.const 1)) (i32.const -2))
      (then (unreachable)))
    (call $behave (i32.const 0)))

  ;; {} if the host refuses a buffer beyond the memory.
  (func $random_outside (result i64)
    (if (i32.ne (call $random (i32.const 65535) (i32.const 2)) (i32.const -3)) (then (unreachable)))
    (call $behave (i32.const 0)))

  (func (export "skill_call") (param $tool i32) (param i32 i32) (result i64)
    (block $b25 (block $b24 (block $b23 (block $b22 (block $b21 (block $b20
    (block $b19 (block $b18 (block $b17 (block $b16 (block $b15 (block $b14 (block $b13 (block $b12 (block $b11 (block $b10
    (block $b9 (block $b8 (block $b7 (block $b6 (block $b5 (block $b4 (block $b3 (block $b2 (block $b1 (block $b0
      (br_table $b0 $b1 $b2 $b3 $b4 $b5 $b6 $b7 $b8 $b9 $b10 $b11 $b12 $b13 $b14 $b15 $b16 $b17 $b18 $b19 $b20 $b21
        $b22 $b23 $b24 $b25 (local.get $tool)))
      (return (call $behave (i32.const 0))))                                         ;; 0
      (return (call $forever (i32.const 0))))                                        ;; 1
      (return (call $recurse (i32.const 0))))                                        ;; 2
      (return (call $fibonacci (i32.const 60))))                                     ;; 3
      (return (call $grow_and_trap)))                                                ;; 4
      (return (call $grow_and_live)))                                                ;; 5
      (return (call $fill)))                                                         ;; 6
      (return (call $log_flood)))                                                    ;; 7
      (return (call $host_flood)))                                                   ;; 8
      (return (call $store_outside)))                                                ;; 9
      (return (call $init_outside)))                                                 ;; 10
      (return (i64.extend_i32_s (i32.div_s (i32.const 1) (i32.sub (local.get $tool) (i32.const 11))))))    ;; 11
      (return (i64.extend_i32_s (i32.trunc_f32_s (f32.const nan)))))                 ;; 12
      (return (i64.extend_i32_s (call_indirect (type $binary) (i32.const 1) (i32.const 2) (i32.const 0))))) ;; 13: another type
      (return (i64.extend_i32_s (call_indirect (type $binary) (i32.const 1) (i32.const 2) (i32.const 3))))) ;; 14: no function
      (return (i64.extend_i32_s (call_indirect (type $binary) (i32.const 1) (i32.const 2) (i32.const 4))))) ;; 15: no element
      (return (call $answer (i32.const 65000) (i32.const 1000))))                    ;; 16: an answer beyond the memory
      (return (call $answer (i32.const 0) (i32.const -1))))                          ;; 17: an answer of 4 GiB
      (return (call $answer (i32.const 48) (i32.const 8))))                          ;; 18: no JSON
      (return (call $answer (i32.const 64) (i32.const 2))))                          ;; 19: no UTF-8
      (return (call $time)))                                                         ;; 20
      (return (call $dice)))                                                         ;; 21
      (return (call $value)))                                                        ;; 22
      (return (call $random_outside)))                                               ;; 23
      (call $log (i32.const 0) (i32.const 65535) (i32.const 2)) (return (call $behave (i32.const 0))))  ;; 24
      (return (call_indirect (type $tool) (i32.const 0) (i32.const 1)))))            ;; 25: forever, through the table
