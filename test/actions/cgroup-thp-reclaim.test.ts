import { expect, test } from 'vitest';
import { cgroupThpReclaim } from '../../src/actions/cgroup-thp-reclaim.js';
import { applyTo, type Files, hostOf, MiB, planOn, v1Files, v1Memory, v1MemoryCgroup } from './hosts.js';

const shop = v1MemoryCgroup('/shop', { limit: String(60 * MiB), usage: MiB, anon: MiB });
const withFile = (text: string) => v1Files({ ...shop, [`${v1Memory}/shop/memory.thp_reclaim`]: text });
const plan = (files: Files) => planOn(cgroupThpReclaim, { cgroup: '/shop', mode: 'reclaim' }, files);

test.each(['reclaim swap [disable]\n', 'disable\n'])('reads %j and writes the mode', (text) => {
  const files = withFile(text);
  const { changes, was } = plan(files);
  expect(changes).toEqual([
    {
      kind: 'write',
      path: `${v1Memory}/shop/memory.thp_reclaim`,
      before: 'disable',
      after: 'reclaim',
      undo: 'disable',
      compare: 'brackets',
    },
  ]);
  expect(was).toEqual({ mode: 'disable' });
  const after = applyTo(files, changes);
  expect(plan(after).changes).toEqual([]);
  expect(cgroupThpReclaim.verify({ cgroup: '/shop', mode: 'reclaim' }, hostOf(after), {}).ok).toBe(true);
});

test('refuses where the kernel has none, where it says something else, and where the cgroup is gone', () => {
  expect(() => plan(v1Files(shop))).toThrow(expect.objectContaining({ code: 'guard.unsupported' }));
  expect(() => plan(withFile('3\n'))).toThrow(expect.objectContaining({ code: 'guard.unsupported' }));
  expect(() => plan(v1Files())).toThrow(expect.objectContaining({ code: 'guard.gone' }));
});
