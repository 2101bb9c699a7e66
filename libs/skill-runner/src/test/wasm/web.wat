;; Sends one request a tool. The answer {"a":"xxx"} tells the first three bytes of the response, or the host's number.
;; Tool 7 has too little room at first and asks for the response again; tool 11 asks again and again.
(module
  (import "skill1" "http_request" (func $http (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "{\"a\":\"???\"}")
  ;; Where each request begins is 2048 + 128 * tool; how long it is, is here.
  (data (i32.const 1024) "\35\51\29\1c\21\27\2b\20\25\38\25\21\00\35\2d\3b")
  (data (i32.const 2048) "GET https://api.example.com/v1/x\nAccept: text/plain\n\n")
  (data (i32.const 2176) "POST https://api.example.com/v1/x\nAuthorization: Bearer {secret:api_token}\n\nhello")
  (data (i32.const 2304) "GET https://api.example.com/v1/../admin\n\n")
  (data (i32.const 2432) "GET https://other.example/\n\n")
  (data (i32.const 2560) "GET http://api.example.com/v1/x\n\n")
  (data (i32.const 2688) "GET https://api.example.com:8443/v1/x\n\n")
  (data (i32.const 2816) "GET https://api.example.com/v1/x HTTP/1.1\n\n")
  (data (i32.const 2944) "GET https://api.example.com/v1/x")
  (data (i32.const 3072) "DELETE https://api.example.com/v1/x\n\n")
  (data (i32.const 3200) "GET https://two.example.com/\nX-Key: {secret:api_token}\n\n")
  (data (i32.const 3328) "GET https://api.example.com/v1/long\n\n")
  (data (i32.const 3456) "GET https://api.example.com/v1/x?")
  (data (i32.const 3712) "GET https://api.example.com/v1/x\nHost: evil.example\n\n")
  (data (i32.const 3840) "GET https://api.example.com/v1/%2e%2e/admin\n\n")
  (data (i32.const 3968) "GET https://api.example.com/v1/x\nX: a\r\nHost: evil.example\n\n")

  (func (export "skill_alloc") (param i32) (result i32) (i32.const 16384))

  (func $ask (param $tool i32) (param $capacity i32) (result i32)
    (call $http
      (i32.add (i32.const 2048) (i32.mul (local.get $tool) (i32.const 128)))
      (i32.load8_u (i32.add (i32.const 1024) (local.get $tool)))
      (i32.const 32768)
      (local.get $capacity)))

  (func (export "skill_call") (param $tool i32) (param i32 i32) (result i64)
    (local $result i32)
    (if (i32.eq (local.get $tool) (i32.const 11))
      (then (loop $again (drop (call $ask (i32.const 11) (i32.const 64))) (br $again))))
    (if (i32.eq (local.get $tool) (i32.const 7))
      (then
        (local.set $result (call $ask (i32.const 7) (i32.const 1)))
        (if (i32.gt_s (local.get $result) (i32.const 1))
          (then (local.set $result (call $http (i32.const 0) (i32.const 0) (i32.const 32768) (i32.const 16384))))))
      (else (local.set $result (call $ask (local.get $tool) (i32.const 16384)))))
    (if (i32.lt_s (local.get $result) (i32.const 0))
      (then
        (i32.store16 (i32.const 22) (i32.const 0x302d))
        (i32.store8 (i32.const 24) (i32.sub (i32.const 48) (local.get $result))))
      (else
        (i32.store16 (i32.const 22) (i32.load16_u (i32.const 32768)))
        (i32.store8 (i32.const 24) (i32.load8_u (i32.const 32770)))))
    (i64.const 0x100000000b)))
