import { expect, test } from 'vitest';
import { thpSet } from '../../src/actions/thp-set.js';
import { applyTo, type Files, hostOf, planOn, refusals, undoOn, v2Files } from './hosts.js';

const folder = '/sys/kernel/mm/transparent_hugepage';
const plan = (args: unknown, files: Files = v2Files()) => planOn(thpSet, args, files);

test('enabled carries vm.min_free_kbytes, which the kernel computes anew', () => {
  const { changes, was } = plan({ enabled: 'madvise', khugepaged_max_ptes_none: 0 });
  expect(changes).toEqual([
    {
      kind: 'write',
      path: `${folder}/enabled`,
      before: 'always',
      after: 'madvise',
      undo: 'always',
      compare: 'brackets',
      alongside: [{ path: '/proc/sys/vm/min_free_kbytes', before: '67584' }],
    },
    {
      kind: 'write',
      path: `${folder}/khugepaged/max_ptes_none`,
      before: '511',
      after: '0',
      undo: '511',
      compare: 'number',
    },
  ]);
  expect(was).toEqual({ enabled: 'always', khugepaged_max_ptes_none: 511, min_free_kbytes: 67584 });
  expect(thpSet.was?.parse(was)).toEqual(was);
});

test('what stands already is left alone, and without `enabled` nothing comes alongside', () => {
  expect(plan({ enabled: 'always', defrag: 'madvise', khugepaged_defrag: 1 }).changes).toEqual([]);
  const { changes, was } = plan({ defrag: 'defer' });
  expect(changes).toHaveLength(1);
  expect(changes[0]).not.toHaveProperty('alongside');
  expect(was).toEqual({ defrag: 'madvise' });
});

test('there, again, and back', () => {
  const files = v2Files();
  const args = { enabled: 'never', defrag: 'never', khugepaged_defrag: 0, khugepaged_max_ptes_none: '64' };
  const { changes } = plan(args, files);
  const after = applyTo(files, changes);
  expect(plan(args, after).changes).toEqual([]);
  expect(thpSet.verify(thpSet.with.parse(args), hostOf(after), {}).ok).toBe(true);
  const back = undoOn(after, changes);
  expect(hostOf(back).transparentHugePages).toEqual(hostOf(files).transparentHugePages);
});

test('tells that min_free_kbytes moved', () => {
  const before = thpSet.observe!({ enabled: 'always' }, hostOf(v2Files()));
  const { text } = thpSet.verify(
    { enabled: 'always' },
    hostOf(v2Files({ '/proc/sys/vm/min_free_kbytes': '90112\n' })),
    before,
  );
  expect(text).toContain('the kernel set vm.min_free_kbytes from 67584 to 90112');
});

test('choices are those that the kernel offers', () => {
  const old = v2Files({ [`${folder}/defrag`]: 'always [madvise] never\n' });
  expect(refusals(plan({ defrag: 'defer+madvise' }, old).guards)).toEqual(['bounds']);
  expect(refusals(plan({ defrag: 'defer+madvise' }).guards)).toEqual([]);
  expect(refusals(plan({ khugepaged_max_ptes_none: 512 }).guards)).toEqual(['bounds']);
  expect(refusals(plan({ khugepaged_max_ptes_none: 64 }).guards)).toEqual([]);
});

test.each([{}, { enabled: 'on' }, { enabled: '[always]' }, { khugepaged_defrag: 2 }, { shmem_enabled: 'never' }])(
  'refuses %j',
  (args) => {
    expect(thpSet.with.safeParse(args).success).toBe(false);
  },
);

test('a kernel without them', () => {
  const without = Object.fromEntries(Object.entries(v2Files()).filter(([path]) => !path.startsWith(folder)));
  expect(() => plan({ enabled: 'never' }, without)).toThrow(expect.objectContaining({ code: 'guard.unsupported' }));
});
