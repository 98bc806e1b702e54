import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cgroupMemoryMin } from '../../src/actions/cgroup-memory-min.js';
import {
  applyTo,
  type Files,
  GiB,
  hostOf,
  MiB,
  planOn,
  refusals,
  undoOn,
  v1Files,
  v1MemoryCgroup,
  v2Files,
  v2MemoryCgroup,
  v2Root,
} from './hosts.js';

const cgroup = (path: string, min: string | number, limit: string | number = 'max', high = 'max'): Files => ({
  ...v2MemoryCgroup(path, { limit: String(limit), usage: 100 * MiB, anon: 50 * MiB, high }),
  [`${v2Root}${path}/memory.min`]: `${min}\n`,
});
/** /a holds /a/b beside /a/c, and /other lies beside it; the root has no memory.min */
const tree = (own: Partial<Record<'/a' | '/a/b' | '/a/c' | '/other', string | number>> = {}) =>
  v2Files(
    Object.assign({}, ...(['/a', '/a/b', '/a/c', '/other'] as const).map((path) => cgroup(path, own[path] ?? 0))),
  );
const plan = (args: unknown, files: Files) => planOn(cgroupMemoryMin, args, files);
const writes = (files: Files, min: unknown, path = '/a/b') =>
  plan({ cgroup: path, min }, files).changes.map(({ path, before, after }) => [
    path.slice(v2Root.length),
    before,
    after,
  ]);

describe('what it takes', () => {
  test.each([
    ['64MiB', 64 * MiB],
    [0, 0],
    ['0', 0],
  ])('%s', (min, bytes) =>
    expect(cgroupMemoryMin.with.parse({ cgroup: '/a', min })).toEqual({ cgroup: '/a', min: bytes }),
  );

  test.each([
    ['max', { cgroup: '/a', min: 'max' }],
    ['less than a page', { cgroup: '/a', min: 100 }],
    ['a negative one', { cgroup: '/a', min: -1 }],
    ['no size', { cgroup: '/a', min: 'lots' }],
    ['the root', { cgroup: '/', min: 4096 }],
    ['a way out', { cgroup: '/../etc', min: 4096 }],
    ['nothing', { cgroup: '/a' }],
  ])('refuses %s', (_name, args) => expect(cgroupMemoryMin.with.safeParse(args).success).toBe(false));

  test('protecting takes from others; taking a protection away does not', () => {
    expect(cgroupMemoryMin.lowestRisk({ cgroup: '/a', min: MiB }, null)).toBe('medium');
    expect(cgroupMemoryMin.lowestRisk({ cgroup: '/a', min: 0 }, null)).toBe('low');
  });
});

describe('what it writes', () => {
  test('memory.min, those above it first', () => {
    expect(writes(tree(), '64MiB')).toEqual([
      ['/a/memory.min', '0', String(64 * MiB)],
      ['/a/b/memory.min', '0', String(64 * MiB)],
    ]);
    expect(plan({ cgroup: '/a/b', min: '64MiB' }, tree()).was).toEqual({ min: 0, ancestors: { '/a': 0 } });
  });

  test('right below the root nothing stands above it', () => {
    expect(writes(tree(), '64MiB', '/a')).toEqual([['/a/memory.min', '0', String(64 * MiB)]]);
  });

  test('what stands above protects the siblings too', () => {
    const files = tree({ '/a': 32 * MiB, '/a/c': 32 * MiB });
    expect(writes(files, '64MiB')).toEqual([
      ['/a/memory.min', String(32 * MiB), String(96 * MiB)],
      ['/a/b/memory.min', '0', String(64 * MiB)],
    ]);
    expect(writes(tree({ '/a': 96 * MiB, '/a/c': 32 * MiB }), '64MiB')).toHaveLength(1);
    expect(writes(tree({ '/a': 'max' }), '64MiB')).toHaveLength(1);
  });

  test('taken away, it is taken from the cgroup alone', () => {
    expect(writes(tree({ '/a': 64 * MiB, '/a/b': 64 * MiB }), 0)).toEqual([['/a/b/memory.min', String(64 * MiB), '0']]);
  });

  test('nothing where it stands, also when rounded to pages', () => {
    expect(plan({ cgroup: '/a', min: 64 * MiB + 100 }, tree({ '/a': 64 * MiB }))).toMatchObject({
      changes: [],
      guards: [],
      was: { min: 64 * MiB },
    });
  });
});

describe('what it refuses', () => {
  test.each<[string, unknown, Files, string, string]>([
    [
      'more than the cgroup may hold',
      { cgroup: '/a', min: '64MiB' },
      v2Files(cgroup('/a', 0, 60 * MiB)),
      'bounds',
      '/a may hold 60 MiB: 64 MiB cannot be protected',
    ],
    [
      'more than it may hold unthrottled',
      { cgroup: '/a', min: '64MiB' },
      v2Files(cgroup('/a', 0, 'max', String(50 * MiB))),
      'bounds',
      '/a may hold 50 MiB',
    ],
    [
      'more than a limit above leaves',
      { cgroup: '/a/b', min: '64MiB' },
      v2Files({ ...cgroup('/a', 0, 80 * MiB), ...cgroup('/a/b', 0), ...cgroup('/a/c', 32 * MiB) }),
      'reserve',
      'below /a 96 MiB would be protected, and its limit is 80 MiB',
    ],
    [
      'the host’s reserve',
      { cgroup: '/a', min: '10GiB' },
      tree({ '/other': 6 * GiB }),
      'reserve',
      "all cgroups together protect 16 GiB of the host's 16 GiB: it must keep",
    ],
    [
      'what systemd writes, with its own way',
      { cgroup: '/system.slice/cart.service', min: '64MiB' },
      v2Files({
        ...cgroup('/system.slice', 64 * MiB),
        ...cgroup('/system.slice/cart.service', 0),
        '/proc/1/comm': 'systemd\n',
      }),
      'owner',
      'sudo systemctl set-property --runtime cart.service MemoryMin=67108864',
    ],
    [
      'what a container engine writes',
      { cgroup: `/docker/${'a'.repeat(64)}`, min: '64MiB' },
      v2Files({ ...cgroup('/docker', 64 * MiB), ...cgroup(`/docker/${'a'.repeat(64)}`, 0) }),
      'owner',
      'the Docker container aaaaaaaaaaaa',
    ],
  ])('%s', (_name, args, files, guard, text) => {
    const { guards } = plan(args, files);
    expect(refusals(guards)).toEqual([guard]);
    expect(guards.find(({ ok }) => !ok)!.text).toContain(text);
  });

  test.each<[string, Files, string]>([
    ['a cgroup that is gone', v2Files(), 'guard.gone'],
    ['cgroup v1', v1Files(v1MemoryCgroup('/a', { limit: '1', usage: 0, anon: 0 })), 'guard.unsupported'],
    ['a kernel without it', v2Files(v2MemoryCgroup('/a', { limit: 'max', usage: 0, anon: 0 })), 'guard.unsupported'],
  ])('%s', (_name, files, code) => {
    expect(() => plan({ cgroup: '/a', min: '64MiB' }, files)).toThrow(expect.objectContaining({ code }));
  });
});

test('verified by reading it back', () => {
  const verify = (min: number) =>
    cgroupMemoryMin.verify({ cgroup: '/a', min: 64 * MiB }, hostOf(tree({ '/a': min })), {});
  expect(verify(64 * MiB)).toEqual({ ok: true, text: 'memory.min of /a is 64 MiB, read back' });
  expect(verify(MiB)).toEqual({ ok: false, text: 'memory.min of /a is 1 MiB, not 64 MiB' });
  expect(cgroupMemoryMin.verify({ cgroup: '/a', min: 1 }, hostOf(v2Files()), {}).ok).toBe(false);
});

test('whatever stands there: afterwards every cgroup above protects as much, and taken back it is as it was', () => {
  const size = fc.integer({ min: 0, max: 512 }).map((mebibytes) => mebibytes * MiB);
  fc.assert(
    fc.property(size, size, size, size, (above, own, sibling, wanted) => {
      const files = tree({ '/a': above, '/a/b': own, '/a/c': sibling });
      const { changes, guards } = plan({ cgroup: '/a/b', min: wanted }, files);
      if (refusals(guards).length > 0) return;
      const after = applyTo(files, changes);
      const min = (path: string) => hostOf(after).cgroups.memory(path)!.minBytes as number;
      expect(min('/a/b')).toBe(wanted);
      if (changes.length > 0 && wanted > 0) expect(min('/a')).toBeGreaterThanOrEqual(wanted + sibling);
      expect(plan({ cgroup: '/a/b', min: wanted }, after).changes).toEqual([]);
      expect(undoOn(after, changes)).toEqual(files);
    }),
  );
});
