import { describe, expect, test } from 'vitest';
import { sysctlSet } from '../../src/actions/sysctl-set.js';
import { sysctlKeys, sysctls } from '../../src/actions/sysctls.js';
import { applyTo, type Files, hostOf, planOn, refusals, v2Files } from './hosts.js';

const plan = (key: string, value: unknown, files: Files = v2Files()) => planOn(sysctlSet, { key, value }, files);

test('writes the value, and changes nothing where it stands', () => {
  const { changes, was } = plan('vm.compaction_proactiveness', '40');
  expect(changes).toEqual([
    {
      kind: 'write',
      path: '/proc/sys/vm/compaction_proactiveness',
      before: '20',
      after: '40',
      undo: '20',
      compare: 'number',
    },
  ]);
  expect(was).toEqual({ value: 20 });
  expect(plan('vm.compaction_proactiveness', 40, applyTo(v2Files(), changes)).changes).toEqual([]);
});

describe.each(sysctlKeys)('%s', (key) => {
  const { least, most } = sysctls[key];
  test.each([
    [least - 1, false],
    [least, true],
    [most, true],
    [most + 1, false],
  ])('%i: %s', (value, ok) => {
    expect(sysctlSet.with.safeParse({ key, value }).success).toBe(ok);
  });
});

test.each([
  ['kernel.core_pattern', 1],
  ['vm.min_free_kbytes/../../kernel/sysrq', 2048],
  ['__proto__', 1],
  ['constructor', 1],
  ['vm.compact_memory', 1],
])('refuses the key %s', (key, value) => {
  expect(sysctlSet.with.safeParse({ key, value }).success).toBe(false);
});

test('vm.min_free_kbytes ends at 5% of memory here', () => {
  const most = Math.floor((16 * 2 ** 20) / 20);
  expect(refusals(plan('vm.min_free_kbytes', most).guards)).toEqual([]);
  expect(refusals(plan('vm.min_free_kbytes', most + 1).guards)).toEqual(['bounds']);
});

test('vm.min_free_kbytes leaves the host its reserve', () => {
  const meminfo = v2Files()['/proc/meminfo']!.replace(/MemAvailable: .*/, 'MemAvailable:    1000000 kB');
  const tight = v2Files({ '/proc/meminfo': meminfo });
  expect(refusals(plan('vm.min_free_kbytes', 67584 + 1000000 - 838861 + 1, tight).guards)).toEqual(['headroom']);
  expect(refusals(plan('vm.min_free_kbytes', 67584 + 1000000 - 838861, tight).guards)).toEqual([]);
  expect(refusals(plan('vm.min_free_kbytes', 4096, tight).guards)).toEqual([]);
  const { changes } = plan('vm.min_free_kbytes', 4096, v2Files({ '/proc/sys/vm/min_free_kbytes': '800000\n' }));
  const lowered = v2Files({ '/proc/meminfo': meminfo, '/proc/sys/vm/min_free_kbytes': '4096\n' });
  expect(refusals(sysctlSet.guardUndo!(changes, hostOf(lowered)))).toEqual(['headroom']);
});

test('vm.watermark_scale_factor ends where this kernel ends', () => {
  const old = v2Files({ '/proc/sys/kernel/osrelease': '4.19.91-24.1.al7.x86_64\n' });
  expect(refusals(plan('vm.watermark_scale_factor', 1001, old).guards)).toEqual(['bounds']);
  expect(refusals(plan('vm.watermark_scale_factor', 3000).guards)).toEqual([]);
});

test('a kernel without it', () => {
  const { '/proc/sys/vm/compaction_proactiveness': _, ...old } = v2Files();
  expect(() => plan('vm.compaction_proactiveness', 40, old)).toThrow(
    expect.objectContaining({ code: 'guard.unsupported' }),
  );
});
