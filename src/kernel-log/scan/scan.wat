;; Looks through a log at the speed of memory, sixteen bytes at a time: where a needle is, and how many lines there are.
;; Written out into module.ts by scripts/assemble-scan.ts; scanner.ts lays out the memory:
;;
;; The halves of a byte are below 16, so that a relaxed swizzle is exact, and a quarter faster.
;;
;;    0  six tables of sixteen bytes: for each of the three places of a fingerprint, by the low and by the high half of
;;       a byte, the groups (one bit each) of which a needle has such a byte there
;;   96  scratch: what the tables say of the sixteen places at hand
;;  128  for each of the eight groups where its needles begin, and where the last one's end
;;  256  the needles, 48 bytes each: where its fingerprint is in it, its bytes (at 16), the mask of its length (at 32)
;; 4096  the log
(module
  (memory (export "memory") 1)

  ;; whether the needle at $needle is at the place at which its fingerprint was seen
  (func $is (param $needle i32) (param $place i32) (result i32)
    (i32.eqz
      (v128.any_true
        (v128.and
          (v128.load offset=32 (local.get $needle))
          (v128.xor
            (v128.load offset=16 (local.get $needle))
            (v128.load (i32.sub (local.get $place) (i32.load (local.get $needle)))))))))

  ;; whether any needle of the groups in $bits is there
  (func $anyOf (param $bits i32) (param $place i32) (result i32)
    (local $group i32) (local $needle i32) (local $last i32)
    (loop $nextGroup
      (local.set $group (i32.shl (i32.ctz (local.get $bits)) (i32.const 2)))
      (local.set $bits (i32.and (local.get $bits) (i32.sub (local.get $bits) (i32.const 1))))
      (local.set $needle (i32.load offset=128 (local.get $group)))
      (local.set $last (i32.load offset=132 (local.get $group)))
      (loop $nextNeedle
        (if (i32.lt_u (local.get $needle) (local.get $last))
          (then
            (if (call $is (local.get $needle) (local.get $place)) (then (return (i32.const 1))))
            (local.set $needle (i32.add (local.get $needle) (i32.const 48)))
            (br $nextNeedle))))
      (br_if $nextGroup (local.get $bits)))
    (i32.const 0))

  ;; the first place at or after $at, before $end, at which a needle's fingerprint is; -1 where there is none
  (func (export "find") (param $at i32) (param $end i32) (result i32)
    (local $low0 v128) (local $high0 v128) (local $low1 v128) (local $high1 v128) (local $low2 v128) (local $high2 v128)
    (local $bytes0 v128) (local $bytes1 v128) (local $bytes2 v128)
    (local $seen v128) (local $places i32) (local $place i32)
    (local.set $low0 (v128.load (i32.const 0)))
    (local.set $high0 (v128.load (i32.const 16)))
    (local.set $low1 (v128.load (i32.const 32)))
    (local.set $high1 (v128.load (i32.const 48)))
    (local.set $low2 (v128.load (i32.const 64)))
    (local.set $high2 (v128.load (i32.const 80)))
    (block $none
      (loop $next
        (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $bytes0 (v128.load (local.get $at)))
        (local.set $bytes1 (v128.load offset=3 (local.get $at)))
        (local.set $bytes2 (v128.load offset=6 (local.get $at)))
        ;; a group's bit stays where a needle of it may have its fingerprint: all six halves fit
        (local.set $seen
          (v128.and
            (v128.and
              (v128.and
                (i8x16.relaxed_swizzle (local.get $low0) (v128.and (local.get $bytes0) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
                (i8x16.relaxed_swizzle (local.get $high0) (i8x16.shr_u (local.get $bytes0) (i32.const 4))))
              (v128.and
                (i8x16.relaxed_swizzle (local.get $low1) (v128.and (local.get $bytes1) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
                (i8x16.relaxed_swizzle (local.get $high1) (i8x16.shr_u (local.get $bytes1) (i32.const 4)))))
            (v128.and
              (i8x16.relaxed_swizzle (local.get $low2) (v128.and (local.get $bytes2) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15)))
              (i8x16.relaxed_swizzle (local.get $high2) (i8x16.shr_u (local.get $bytes2) (i32.const 4))))))
        (if (v128.any_true (local.get $seen))
          (then
            (v128.store offset=96 (i32.const 0) (local.get $seen))
            (local.set $places (i8x16.bitmask (i8x16.ne (local.get $seen) (i8x16.splat (i32.const 0)))))
            (loop $nextPlace
              (local.set $place (i32.ctz (local.get $places)))
              (local.set $places (i32.and (local.get $places) (i32.sub (local.get $places) (i32.const 1))))
              (br_if $none (i32.ge_u (i32.add (local.get $at) (local.get $place)) (local.get $end)))
              (if (call $anyOf
                    (i32.load8_u offset=96 (local.get $place))
                    (i32.add (local.get $at) (local.get $place)))
                (then (return (i32.add (local.get $at) (local.get $place)))))
              (br_if $nextPlace (local.get $places)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
    (i32.const -1))

  ;; how many line feeds there are from $at up to $end
  (func (export "countLines") (param $at i32) (param $end i32) (result i32)
    (local $counts v128) (local $stop i32) (local $sum i32)
    (block $short
      (loop $next
        ;; a count of one byte holds what 255 rounds can find
        (local.set $stop (i32.add (local.get $at) (i32.const 4080)))
        (br_if $short (i32.gt_u (local.get $stop) (local.get $end)))
        (local.set $counts (i8x16.splat (i32.const 0)))
        (loop $round
          (local.set $counts
            (i8x16.sub (local.get $counts) (i8x16.eq (v128.load (local.get $at)) (v128.const i8x16 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $round (i32.lt_u (local.get $at) (local.get $stop))))
        (local.set $counts (i32x4.extadd_pairwise_i16x8_u (i16x8.extadd_pairwise_i8x16_u (local.get $counts))))
        (local.set $sum
          (i32.add
            (local.get $sum)
            (i32.add
              (i32.add (i32x4.extract_lane 0 (local.get $counts)) (i32x4.extract_lane 1 (local.get $counts)))
              (i32.add (i32x4.extract_lane 2 (local.get $counts)) (i32x4.extract_lane 3 (local.get $counts))))))
        (br $next)))
    (block $done
      (loop $byte
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $sum (i32.add (local.get $sum) (i32.eq (i32.load8_u (local.get $at)) (i32.const 10))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $byte)))
    (local.get $sum)))
