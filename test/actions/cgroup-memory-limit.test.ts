import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cgroupMemoryLimit } from '../../src/actions/cgroup-memory-limit.js';
import {
  applyTo,
  type Files,
  GiB,
  hostOf,
  MiB,
  noLimitV1,
  planOn,
  refusals,
  undoOn,
  v1Files,
  v1Memory,
  v1MemoryCgroup,
  v2Files,
  v2MemoryCgroup,
  v2Root,
} from './hosts.js';

const shop = { limit: String(60 * MiB), usage: 60 * MiB, anon: 50 * MiB };
const plan = (args: unknown, files: Files) => planOn(cgroupMemoryLimit, args, files);
const writes = (files: Files, limit: unknown, cgroup = '/shop') =>
  plan({ cgroup, limit }, files).changes.map(({ path, before, after }) => [
    path.slice(path.lastIndexOf('/') + 1),
    before,
    after,
  ]);

describe('what it takes', () => {
  test.each([
    ['160MiB', 160 * MiB],
    ['1.5 GiB', 1.5 * GiB],
    [62914560, 62914560],
    ['max', 'max'],
    [4096, 4096],
  ])('a limit of %s', (limit, bytes) => {
    expect(cgroupMemoryLimit.with.parse({ cgroup: '/shop', limit })).toEqual({ cgroup: '/shop', limit: bytes });
  });

  test.each([
    ['less than a page', { cgroup: '/shop', limit: 4095 }],
    ['negative', { cgroup: '/shop', limit: -1 }],
    ['no size', { cgroup: '/shop', limit: 'lots' }],
    ['a fraction of a byte', { cgroup: '/shop', limit: 4096.5 }],
    ['not a number', { cgroup: '/shop', limit: Number.NaN }],
    ['a list', { cgroup: '/shop', limit: [4096] }],
    ['the root', { cgroup: '/', limit: 4096 }],
    ['a relative path', { cgroup: 'shop', limit: 4096 }],
    ['a way out', { cgroup: '/../etc', limit: 4096 }],
    ['a way out, deeper', { cgroup: '/shop/../../etc', limit: 4096 }],
    ['an empty part', { cgroup: '/shop//a', limit: 4096 }],
    ['NUL', { cgroup: '/shop\0', limit: 4096 }],
    ['a line break', { cgroup: '/shop\n', limit: 4096 }],
    ['escape codes', { cgroup: '/shop\x1b[2J', limit: 4096 }],
    ['an unknown key', { cgroup: '/shop', limit: 4096, force: true }],
    ['__proto__', JSON.parse('{"cgroup": "/shop", "limit": 4096, "__proto__": {"limit": 1}}')],
    ['no limit at all', { cgroup: '/shop' }],
  ])('refuses %s', (_name, args) => {
    expect(cgroupMemoryLimit.with.safeParse(args).success).toBe(false);
  });
});

describe('v2', () => {
  test('writes memory.max', () => {
    const files = v2Files(v2MemoryCgroup('/shop', shop));
    expect(writes(files, '160MiB')).toEqual([['memory.max', '62914560', '167772160']]);
    const { was, guards } = plan({ cgroup: '/shop', limit: '160MiB' }, files);
    expect(was).toEqual({ limit: 60 * MiB });
    expect(refusals(guards)).toEqual([]);
    expect(guards.find(({ id }) => id === 'headroom')?.text).toBe('the host keeps 11.9 GiB');
  });

  test('raises memory.high with it where it is below, and only then', () => {
    const files = v2Files(v2MemoryCgroup('/shop', { ...shop, high: String(50 * MiB) }));
    expect(writes(files, '160MiB')).toEqual([
      ['memory.max', '62914560', '167772160'],
      ['memory.high', '52428800', '167772160'],
    ]);
    expect(plan({ cgroup: '/shop', limit: '160MiB' }, files).was).toEqual({ limit: 60 * MiB, high: 50 * MiB });
    const above = v2Files(v2MemoryCgroup('/shop', { ...shop, high: String(200 * MiB) }));
    expect(writes(above, '160MiB')).toHaveLength(1);
    const lowered = v2Files(v2MemoryCgroup('/shop', { ...shop, anon: 0, high: String(50 * MiB) }));
    expect(writes(lowered, '20MiB')).toHaveLength(1);
  });

  test('no limit is max', () => {
    expect(writes(v2Files(v2MemoryCgroup('/shop', shop)), 'max')).toEqual([['memory.max', '62914560', 'max']]);
  });

  test('changes nothing where it stands, also when rounded to pages', () => {
    const files = v2Files(v2MemoryCgroup('/shop', shop));
    expect(plan({ cgroup: '/shop', limit: '60MiB' }, files)).toMatchObject({ changes: [], guards: [] });
    expect(plan({ cgroup: '/shop', limit: 60 * MiB + 100 }, files).changes).toEqual([]);
    expect(plan({ cgroup: '/shop', limit: 60 * MiB + 4096 }, files).changes).toHaveLength(1);
  });
});

describe('v1', () => {
  test('raises memsw first where it would bind, and keeps the swap allowance', () => {
    const files = v1Files(v1MemoryCgroup('/shop', { ...shop, swap: String(70 * MiB) }));
    expect(writes(files, '160MiB')).toEqual([
      ['memory.memsw.limit_in_bytes', String(70 * MiB), String(170 * MiB)],
      ['memory.limit_in_bytes', String(60 * MiB), String(160 * MiB)],
    ]);
    expect(plan({ cgroup: '/shop', limit: '160MiB' }, files).was).toEqual({ limit: 60 * MiB, swap: 70 * MiB });
  });

  test.each([
    ['without swap accounting', undefined],
    ['without a memsw limit', noLimitV1],
    ['where memsw leaves room', String(200 * MiB)],
  ])('leaves memsw alone %s', (_name, swap) => {
    const files = v1Files(v1MemoryCgroup('/shop', { ...shop, swap }));
    expect(writes(files, '160MiB')).toEqual([['memory.limit_in_bytes', '62914560', '167772160']]);
  });

  test('what is swapped out counts against memsw: it binds though it is above the new limit', () => {
    const files = v1Files(v1MemoryCgroup('/shop', { ...shop, swap: String(200 * MiB), swapped: 90 * MiB }));
    expect(writes(files, '160MiB').map(([name]) => name)).toEqual([
      'memory.memsw.limit_in_bytes',
      'memory.limit_in_bytes',
    ]);
  });

  test('lowers memory first, memsw last', () => {
    const files = v1Files(
      v1MemoryCgroup('/shop', { limit: String(60 * MiB), swap: String(70 * MiB), usage: MiB, anon: MiB }),
    );
    expect(writes(files, '20MiB')).toEqual([
      ['memory.limit_in_bytes', String(60 * MiB), String(20 * MiB)],
      ['memory.memsw.limit_in_bytes', String(70 * MiB), String(30 * MiB)],
    ]);
  });

  test('no limit is -1, for memsw first', () => {
    const files = v1Files(v1MemoryCgroup('/shop', { ...shop, swap: String(70 * MiB) }));
    expect(writes(files, 'max').map(([, , after]) => after)).toEqual(['-1', '-1']);
  });
});

describe('the order that the kernel accepts', () => {
  const pages = fc.integer({ min: 1, max: 2 ** 18 }).map((count) => count * 4096);
  const limits = fc.oneof({ weight: 6, arbitrary: pages }, { weight: 1, arbitrary: fc.constant('max' as const) });

  test('memory never above memory and swap, on the way there and back; done twice is done once', () => {
    fc.assert(
      fc.property(limits, pages, fc.boolean(), limits, (limit, allowance, unlimitedSwap, wanted) => {
        const swap = limit === 'max' || unlimitedSwap ? noLimitV1 : String(limit + allowance);
        const files = v1Files(
          v1MemoryCgroup('/shop', { limit: limit === 'max' ? noLimitV1 : String(limit), swap, usage: 0, anon: 0 }),
        );
        const accepted = (now: Files) => {
          const [memory, memsw] = ['memory', 'memory.memsw'].map((name) =>
            BigInt(now[`${v1Memory}/shop/${name}.limit_in_bytes`]!),
          );
          expect(memory! <= memsw!).toBe(true);
        };
        const { changes } = plan({ cgroup: '/shop', limit: wanted }, files);
        const after = applyTo(files, changes, accepted);
        expect(plan({ cgroup: '/shop', limit: wanted }, after).changes).toEqual([]);
        expect(undoOn(after, changes, accepted)).toEqual(files);
      }),
      { numRuns: 200 },
    );
  });
});

describe('guards', () => {
  const refusedBy = (files: Files, limit: unknown, cgroup = '/shop') => refusals(plan({ cgroup, limit }, files).guards);

  test('bounds: not above the memory and swap of the host', () => {
    const files = v2Files(v2MemoryCgroup('/shop', shop));
    expect(refusedBy(files, 18 * GiB + 4096)).toContain('bounds');
    expect(refusedBy(files, 18 * GiB)).not.toContain('bounds');
  });

  test('headroom: the host keeps its reserve, to the page', () => {
    const files = v2Files(v2MemoryCgroup('/shop', shop));
    const most = Math.floor((12 * GiB - 16 * GiB * 0.05 + 50 * MiB) / 4096) * 4096;
    expect(refusedBy(files, most)).toEqual([]);
    expect(refusedBy(files, most + 4096)).toEqual(['headroom']);
  });

  test('headroom: no limit at all leaves the host nothing for certain', () => {
    expect(refusedBy(v2Files(v2MemoryCgroup('/shop', shop)), 'max')).toEqual(['headroom']);
  });

  test('ancestors: a limit above one of theirs changes nothing', () => {
    const files = v2Files({
      ...v2MemoryCgroup('/a', { limit: String(100 * MiB), usage: 60 * MiB, anon: 50 * MiB }),
      ...v2MemoryCgroup('/a/b', { limit: 'max', usage: 60 * MiB, anon: 50 * MiB }),
      ...v2MemoryCgroup('/a/b/shop', shop),
    });
    const { guards } = plan({ cgroup: '/a/b/shop', limit: '160MiB' }, files);
    expect(guards.find(({ id }) => id === 'ancestors')).toEqual({
      id: 'ancestors',
      ok: false,
      text: '/a, above it, is limited to 100 MiB: a limit of 160 MiB would not give /a/b/shop more than that',
    });
    expect(refusedBy(files, '100MiB', '/a/b/shop')).toEqual([]);
    expect(refusedBy(files, 'max', '/a/b/shop')).toEqual([]);
  });

  test('headroom: within the limit of an ancestor that others fill', () => {
    const files = v2Files({
      ...v2MemoryCgroup('/a', { limit: String(200 * MiB), usage: 150 * MiB, anon: 150 * MiB }),
      ...v2MemoryCgroup('/a/shop', shop),
    });
    expect(refusedBy(files, '100MiB', '/a/shop')).toEqual([]);
    expect(refusedBy(files, '101MiB', '/a/shop')).toEqual(['headroom']);
  });

  test('owner: a unit of systemd is systemd’s to change, and the way is told', () => {
    const files = v2Files(v2MemoryCgroup('/system.slice/cart.service', shop));
    const { guards } = plan({ cgroup: '/system.slice/cart.service', limit: '160MiB' }, files);
    expect(refusals(guards)).toEqual(['owner']);
    expect(guards.find(({ id }) => id === 'owner')?.text).toContain('systemctl set-property');
  });

  test('held: not below what cannot be reclaimed', () => {
    const files = v2Files(v2MemoryCgroup('/shop', shop));
    expect(refusedBy(files, '50MiB')).toEqual([]);
    expect(refusedBy(files, 50 * MiB - 4096)).toEqual(['held']);
    const swappable = v2Files(v2MemoryCgroup('/shop', { ...shop, swap: 'max' }));
    expect(refusedBy(swappable, '10MiB')).toEqual([]);
  });

  test('gone', () => {
    expect(() => plan({ cgroup: '/shop', limit: '1GiB' }, v2Files())).toThrow(
      expect.objectContaining({ code: 'guard.gone' }),
    );
  });
});

describe('risk', () => {
  test.each([
    ['raise', '/shop', 160 * MiB, { limit: 60 * MiB }, 'low'],
    ['raise, not known from what', '/shop', 160 * MiB, null, 'low'],
    ['lower', '/shop', 20 * MiB, { limit: 60 * MiB }, 'high'],
    ['limit what had none', '/shop', 20 * MiB, { limit: 'max' as const }, 'high'],
    ['no limit any more', '/shop', 'max' as const, { limit: 60 * MiB }, 'high'],
    ['raise what all units share', '/system.slice', 160 * MiB, { limit: 60 * MiB }, 'high'],
    ['raise a parent', '/mm_test', 160 * MiB, { limit: 60 * MiB }, 'low'],
  ] as const)('%s', (_name, cgroup, limit, was, risk) => {
    expect(cgroupMemoryLimit.lowestRisk({ cgroup, limit }, was)).toBe(risk);
  });
});

describe('taking it back', () => {
  const raise = (files: Files) => plan({ cgroup: '/shop', limit: '160MiB' }, files).changes;
  const guards = (files: Files, changes: ReturnType<typeof raise>) =>
    cgroupMemoryLimit.guardUndo!(changes, hostOf(files));

  test('is refused below what is held and cannot be reclaimed, not below its page cache', () => {
    const changes = raise(v2Files(v2MemoryCgroup('/shop', shop)));
    const full = v2Files(v2MemoryCgroup('/shop', { limit: String(160 * MiB), usage: 150 * MiB, anon: 80 * MiB }));
    expect(guards(full, changes)).toEqual([
      {
        id: 'held',
        ok: false,
        text: 'memory.max of /shop is left at 160 MiB: /shop holds 80 MiB that cannot be reclaimed: at 60 MiB the kernel would kill in it at once',
      },
    ]);
    const cache = v2Files(v2MemoryCgroup('/shop', { limit: String(160 * MiB), usage: 150 * MiB, anon: 10 * MiB }));
    expect(refusals(guards(cache, changes))).toEqual([]);
  });

  test('raises again without a question', () => {
    const before = v2Files(v2MemoryCgroup('/shop', { ...shop, anon: MiB }));
    const { changes } = plan({ cgroup: '/shop', limit: '20MiB' }, before);
    expect(guards(applyTo(before, changes), changes)).toEqual([]);
  });

  test('v1: memory and swap together are not lowered below what is in swap', () => {
    const before = v1Files(v1MemoryCgroup('/shop', { ...shop, swap: String(70 * MiB) }));
    const changes = raise(before);
    const after = v1Files(
      v1MemoryCgroup('/shop', {
        limit: String(60 * MiB),
        swap: String(170 * MiB),
        usage: 50 * MiB,
        anon: 50 * MiB,
        swapped: 40 * MiB,
      }),
    );
    expect(refusals(guards(after, changes.slice(0, 1)))).toEqual(['held']);
  });
});

test('tells what stands', () => {
  const files = v2Files(v2MemoryCgroup('/shop', { ...shop, limit: String(160 * MiB) }));
  const verify = (limit: number) => cgroupMemoryLimit.verify({ cgroup: '/shop', limit }, hostOf(files), {});
  expect(verify(160 * MiB)).toEqual({ ok: true, text: 'memory.max of /shop is 160 MiB, read back' });
  expect(verify(200 * MiB)).toEqual({ ok: false, text: 'memory.max of /shop is 160 MiB, not 200 MiB' });
  expect(files[`${v2Root}/shop/memory.max`]).toBe('167772160\n');
});
