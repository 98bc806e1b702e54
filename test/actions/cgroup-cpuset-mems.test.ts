import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cgroupCpusetMems } from '../../src/actions/cgroup-cpuset-mems.js';
import { parseList } from '../../src/text/lists.js';
import {
  applyTo,
  type Files,
  hostOf,
  planOn,
  refusals,
  undoOn,
  v1Cpuset,
  v1CpusetCgroup,
  v1Files,
  v2CpusetCgroup,
  v2Files,
} from './hosts.js';

const plan = (cgroup: string, nodes: unknown, files: Files) => planOn(cgroupCpusetMems, { cgroup, nodes }, files);

test.each([
  ['0,2', '0,2'],
  ['2,0', '0,2'],
  ['0-2', '0-2'],
  ['0,1,2', '0-2'],
  [1, '1'],
])('takes nodes %s', (nodes, normal) => {
  expect(cgroupCpusetMems.with.parse({ cgroup: '/a', nodes })).toEqual({ cgroup: '/a', nodes: normal });
});

test.each(['', ' ', 'all', '0;1', '-1', '2-0', '0-99999', '0\n1'])('refuses nodes %j', (nodes) => {
  expect(cgroupCpusetMems.with.safeParse({ cgroup: '/a', nodes }).success).toBe(false);
});

describe('widening', () => {
  const chain = (mems: [string, string, string]) =>
    v1Files({
      ...v1CpusetCgroup('/a', mems[0]),
      ...v1CpusetCgroup('/a/b', mems[1]),
      ...v1CpusetCgroup('/a/b/c', mems[2]),
    });

  test('v1: from the highest ancestor that must allow it down', () => {
    const { changes, was, guards } = plan('/a/b/c', '0,2', chain(['0-1', '0', '0']));
    expect(changes.map(({ path, before, after }) => [path, before, after])).toEqual([
      [`${v1Cpuset}/a/cpuset.mems`, '0-1', '0-2'],
      [`${v1Cpuset}/a/b/cpuset.mems`, '0', '0,2'],
      [`${v1Cpuset}/a/b/c/cpuset.mems`, '0', '0,2'],
    ]);
    expect(was).toEqual({ nodes: '0', ancestors: { '/a': '0-1', '/a/b': '0' } });
    expect(refusals(guards)).toEqual([]);
    expect(guards.find(({ id }) => id === 'ancestors')?.text).toBe('/a must allow 0-2, then /a/b must allow 0,2 first');
  });

  test('v2: one that names no nodes needs no change, and is given back as it was', () => {
    const files = v2Files({ ...v2CpusetCgroup('/a', '', '0-2'), ...v2CpusetCgroup('/a/b', '0') });
    const { changes } = plan('/a/b', '0,2', files);
    expect(changes).toHaveLength(1);
    const inheriting = v2Files(v2CpusetCgroup('/a', '', '0-2'));
    expect(plan('/a', '0', inheriting).changes[0]).toMatchObject({ before: '', after: '0', undo: '\n' });
  });

  test('changes nothing where it stands', () => {
    expect(plan('/a/b/c', '2,0', chain(['0-2', '0,2', '0,2'])).changes).toEqual([]);
    expect(plan('/a', '0-2', v2Files(v2CpusetCgroup('/a', '', '0-2'))).changes).toEqual([]);
  });

  test('nodes that are not there', () => {
    expect(refusals(plan('/a', '0,7', v1Files(v1CpusetCgroup('/a', '0'))).guards)).toEqual(['nodes']);
  });

  test('gone, and without the controller', () => {
    expect(() => plan('/a', '0', v1Files())).toThrow(expect.objectContaining({ code: 'guard.gone' }));
  });

  test('every set within its parent’s at each write, there and back', () => {
    const sets = fc.subarray([0, 1, 2], { minLength: 1 });
    fc.assert(
      fc.property(sets, sets, sets, sets, (a, b, c, wanted) => {
        const ab = a.filter((node) => b.includes(node));
        const abc = ab.filter((node) => c.includes(node));
        fc.pre(abc.length > 0);
        const files = chain([a.join(), ab.join(), abc.join()]);
        const nested = (now: Files) => {
          const [top, middle, bottom] = ['/a', '/a/b', '/a/b/c'].map(
            (path) => parseList(now[`${v1Cpuset}${path}/cpuset.mems`]!)!,
          );
          expect(middle!.every((node) => top!.includes(node))).toBe(true);
          expect(bottom!.every((node) => middle!.includes(node))).toBe(true);
        };
        const { changes } = plan('/a/b/c', wanted.join(), files);
        const after = applyTo(files, changes, nested);
        expect(parseList(after[`${v1Cpuset}/a/b/c/cpuset.mems`]!)).toEqual(wanted);
        expect(plan('/a/b/c', wanted.join(), after).changes).toEqual([]);
        expect(undoOn(after, changes, nested)).toEqual(files);
      }),
    );
  });
});

describe('narrowing', () => {
  const process = (pid: number, anonKilobytes: number): Files => ({
    [`/proc/${pid}/status`]: `Name:\tcart\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t1\nUid:\t0\t0\t0\t0\nVmRSS:\t${anonKilobytes} kB\nRssAnon:\t${anonKilobytes} kB\nRssFile:\t0 kB\nRssShmem:\t0 kB\nVmSwap:\t0 kB\n`,
    [`/proc/${pid}/cgroup`]: '6:memory:/nowhere\n5:cpuset:/a\n',
    [`/proc/${pid}/oom_score_adj`]: '0\n',
  });
  const holding = (anonKilobytes: number) =>
    v1Files({
      ...v1CpusetCgroup('/a', '0-1'),
      [`${v1Cpuset}/a/cgroup.procs`]: '100\n',
      ...process(100, anonKilobytes),
    });

  test('is refused where the pages would not fit on the nodes that stay', () => {
    // 1 GiB free on node 0, above its high watermark
    expect(refusals(plan('/a', '0', holding(1024 * 1024)).guards)).toEqual([]);
    expect(refusals(plan('/a', '0', holding(1024 * 1024 + 4)).guards)).toEqual(['held']);
  });

  test('is refused while a child may use the node that is taken away', () => {
    const files = v1Files({ ...v1CpusetCgroup('/a', '0-1'), ...v1CpusetCgroup('/a/b', '1') });
    const { guards } = plan('/a', '0', files);
    expect(refusals(guards)).toEqual(['held']);
    expect(guards.find(({ id }) => id === 'held')?.text).toContain('/a/b');
  });

  test('guards taking a widening back', () => {
    const before = v1Files(v1CpusetCgroup('/a', '0'));
    const { changes } = plan('/a', '0-1', before);
    expect(refusals(cgroupCpusetMems.guardUndo!(changes, hostOf(holding(4096))))).toEqual([]);
    expect(refusals(cgroupCpusetMems.guardUndo!(changes, hostOf(holding(2 * 1024 * 1024))))).toEqual(['held']);
  });
});

test('only the effective nodes tell whether it came true', () => {
  const verify = (effective: string) =>
    cgroupCpusetMems.verify({ cgroup: '/a', nodes: '0,2' }, hostOf(v2Files(v2CpusetCgroup('/a', '0,2', effective))), {
      effectiveNodes: '0',
    });
  expect(verify('0,2')).toEqual({ ok: true, text: '/a may use nodes 0,2; it was 0' });
  expect(verify('0').ok).toBe(false);
});
