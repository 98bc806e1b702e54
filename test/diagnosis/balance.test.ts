import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balanceOf, partsOf } from '../../src/diagnosis/balance/index.js';
import { balanceNow } from '../../src/diagnosis/balance/now.js';
import { holdersOf } from '../../src/diagnosis/holders.js';
import type { Report } from '../../src/kernel-log/report.js';
import type { Balance } from '../../src/schemas/diagnosis.js';
import { aHost } from './a-host.js';
import { aQuote, aReport, aTask, atLimit, aVictim, aZone, hugePages } from './a-report.js';

const MiB = 2 ** 20;
const pages = (size: number) => (size * MiB) / 4096;
const inMiB = (balance: Balance | null) =>
  balance && Object.fromEntries(balance.parts.map(({ name, bytes }) => [name, bytes / MiB]));

/** 1000 MiB, of which 50 are reserved; one node. */
const host = (memInfo: Record<string, number> = {}, more: Partial<Report> = {}) =>
  aReport({
    scope: 'global',
    ramPages: pages(1000),
    reservedPages: pages(50),
    memInfoPages: Object.fromEntries(
      Object.entries({
        active_anon: 300,
        inactive_anon: 200,
        isolated_anon: 0,
        active_file: 40,
        inactive_file: 60,
        isolated_file: 0,
        unevictable: 10,
        slab_reclaimable: 20,
        slab_unreclaimable: 30,
        mapped: 80,
        shmem: 100,
        pagetables: 15,
        free: 25,
        ...memInfo,
      }).map(([key, size]) => [key, pages(size)]),
    ),
    zones: [{ ...aZone('Normal', { free: 25 * 1024, min: 1 }), values: { kernel_stack: 5 * MiB } }],
    hugePages: [hugePages(0, 50, 50, 2 * MiB)],
    ...more,
  });

describe('the host at a kill', () => {
  test('adds up to all of RAM; shared memory is on the lists of anonymous pages, mapped ones on those of files', () => {
    const balance = balanceOf(host());
    expect(inMiB(balance)).toEqual({
      anonymous: 400,
      'shared-memory': 100,
      'page-cache': 100,
      unevictable: 10,
      'slab-reclaimable': 20,
      'slab-unreclaimable': 30,
      'page-tables': 15,
      'kernel-stacks': 5,
      'huge-pages': 100,
      reserved: 50,
      free: 25,
      unaccounted: 145,
    });
    expect(balance).toMatchObject({ of: 'host', totalBytes: 1000 * MiB, surplusBytes: 0, complete: true });
  });
  test('locked shared memory is on the unevictable list', () => {
    expect(inMiB(balanceOf(host({ active_anon: 0, inactive_anon: 95, shmem: 100 })))).toMatchObject({
      'shared-memory': 100,
      unevictable: 5,
    });
  });
  test('2.6.27 counts processes and files together', () => {
    const old = host(
      {},
      { memInfoPages: { active: pages(500), inactive: pages(100), slab: pages(50), free: pages(25) } },
    );
    expect(inMiB(balanceOf(old))).toMatchObject({ 'processes-and-files': 600, slab: 50 });
  });
  test.each<[string, Partial<Report>]>([
    ['no total', { ramPages: null, zones: [] }],
    ['no counts', { memInfoPages: null }],
    ['the lists are cut', { memInfoPages: { active_anon: 1, free: 1, slab: 1 } }],
    ['another killer', { kind: 'userspace-kill' }],
    ['no machine has as much', { ramPages: 2 ** 50 }],
  ])('is not told: %s', (_, change) => {
    expect(balanceOf(host({}, change))).toBeNull();
  });
  test('of one node only, its stacks and huge pages are not all', () => {
    expect(balanceOf(host({ free: 400 }))).toMatchObject({ complete: false });
  });
  test('counters that come to more than there is: the surplus is told', () => {
    const balance = balanceOf(host({ active_anon: 500 }))!;
    expect(balance).toMatchObject({ surplusBytes: 55 * MiB, complete: false });
    expect(inMiB(balance)).toMatchObject({ anonymous: 545 });
    expect(balance.parts[0]!.text).toContain('less 55 MiB');
  });
  test('the nodes tell of stacks from 5.11 on', () => {
    const nodes = [{ node: 0, values: { kernel_stack: 7 * MiB }, quote: aQuote('Node 0') }];
    expect(inMiB(balanceOf(host({}, { nodes })))).toMatchObject({ 'kernel-stacks': 7 });
  });
});

describe('a cgroup at its limit, 60 MiB', () => {
  const stats = (values: Record<string, number>, more: Partial<Report> = {}) =>
    inMiB(
      balanceOf(
        atLimit({
          cgroupStats: Object.fromEntries(Object.entries(values).map(([key, size]) => [key, size * MiB])),
          ...more,
        }),
      ),
    );
  test('v2: file includes shared memory, kernel all but sockets', () => {
    expect(
      stats({
        anon: 30,
        file: 12,
        shmem: 4,
        kernel: 10,
        slab: 6,
        slab_reclaimable: 1,
        slab_unreclaimable: 5,
        pagetables: 2,
        sock: 3,
      }),
    ).toEqual({
      anonymous: 30,
      'shared-memory': 4,
      'page-cache': 8,
      'slab-unreclaimable': 5,
      'slab-reclaimable': 1,
      'page-tables': 2,
      'kernel-other': 2,
      sockets: 3,
      unaccounted: 5,
    });
  });
  test('v2: pages in the swap cache are in file, and in anon where they are mapped', () => {
    expect(stats({ anon: 50, file: 12, shmem: 0, swapcached: 10, kernel: 3 })).toEqual({
      anonymous: 50,
      'page-cache': 2,
      'swap-cache': 5,
      'kernel-other': 3,
    });
  });
  test('v1: cache includes shared memory; the kmem line tells of the kernel', () => {
    const kmem = { usageBytes: 6 * MiB, limitBytes: 'max' as const, failcnt: 0 };
    expect(stats({ cache: 20, rss: 30, shmem: 15 }, { kmem })).toEqual({
      anonymous: 30,
      'shared-memory': 15,
      'page-cache': 5,
      'kernel-other': 6,
      unaccounted: 4,
    });
  });
  test('v1 before 4.9: shared memory is what the lists of anonymous pages hold beside rss', () => {
    expect(stats({ cache: 20, rss: 30, active_anon: 25, inactive_anon: 20 })).toMatchObject({ 'shared-memory': 15 });
  });
  test('v1 from 6.4 on: those of the whole tree', () => {
    expect(stats({ cache: 0, rss: 1, total_cache: 5, total_rss: 50 })).toMatchObject({
      anonymous: 50,
      'page-cache': 5,
    });
  });
  test('without its usage there is no total', () => {
    expect(stats({ anon: 1, file: 1 }, { memory: null })).toBeNull();
  });
});

describe('the host now', () => {
  const meminfo = (values: Record<string, number>) =>
    Object.fromEntries(Object.entries(values).map(([key, size]) => [key, size * MiB]));
  test('adds up; what a balloon took is reserved', () => {
    const now = aHost({
      identity: { name: null, machineId: null, kernel: '6.1.0', bootTimeMs: null },
      meminfo: meminfo({
        MemTotal: 8192,
        MemFree: 3000,
        Buffers: 100,
        Cached: 2000,
        Shmem: 500,
        AnonPages: 1500,
        SwapCached: 10,
        SReclaimable: 200,
        SUnreclaim: 100,
        KReclaimable: 220,
        KernelStack: 20,
        PageTables: 50,
        Percpu: 8,
        VmallocUsed: 70,
        Hugetlb: 64,
      }),
    });
    const [zone] = now.zones!;
    const balance = balanceNow({ ...now, zones: [{ ...zone!, presentBytes: 8400 * MiB, managedBytes: 8192 * MiB }] });
    expect(inMiB(balance)).toEqual({
      anonymous: 1500,
      'shared-memory': 500,
      'page-cache': 1600,
      'slab-unreclaimable': 100,
      'slab-reclaimable': 220,
      'kernel-stacks': 20,
      'page-tables': 50,
      'per-cpu': 8,
      vmalloc: 50,
      'huge-pages': 64,
      'swap-cache': 10,
      reserved: 208,
      free: 3000,
      unaccounted: 1070,
    });
    expect(balance).toMatchObject({ totalBytes: 8400 * MiB, complete: true });
  });
  test('is not told without /proc/meminfo', () => {
    expect(balanceNow(aHost({ meminfo: null }))).toBeNull();
  });
});

const addsUp = (balance: Balance | null) => {
  if (balance === null) return;
  expect(balance.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(balance.totalBytes);
  for (const { bytes } of balance.parts) expect(bytes).toBeGreaterThanOrEqual(0);
  expect(new Set(balance.parts.map(({ name }) => name)).size).toBe(balance.parts.length);
};

test('whatever is printed, the parts add up and none is negative', () => {
  const number = fc.oneof(fc.nat(), fc.nat(2 ** 20), fc.maxSafeNat());
  const keys = [
    'active_anon',
    'inactive_anon',
    'active_file',
    'inactive_file',
    'shmem',
    'unevictable',
    'slab_reclaimable',
  ];
  const memInfo = fc.record(
    Object.fromEntries([...keys, 'slab_unreclaimable', 'pagetables', 'free', 'free_pcp'].map((key) => [key, number])),
  );
  const stat = [
    'anon',
    'file',
    'shmem',
    'kernel',
    'slab_unreclaimable',
    'pagetables',
    'sock',
    'swapcached',
    'rss',
    'cache',
  ];
  const stats = fc.record(Object.fromEntries(stat.map((key) => [key, number])), { requiredKeys: [] });
  fc.assert(
    fc.property(memInfo, stats, number, number, number, (memInfoPages, cgroupStats, ram, reserved, usage) => {
      addsUp(balanceOf(host({}, { memInfoPages, ramPages: ram, reservedPages: reserved })));
      addsUp(
        balanceOf(
          atLimit({
            cgroupStats: cgroupStats as Record<string, number>,
            memory: { usageBytes: usage, limitBytes: usage, failcnt: 0 },
          }),
        ),
      );
      addsUp(
        balanceNow(
          aHost({
            meminfo: {
              MemTotal: ram,
              MemFree: reserved,
              AnonPages: usage,
              Cached: usage,
              ...(cgroupStats as Record<string, number>),
            },
          }),
        ),
      );
    }),
  );
});

describe('who held the memory, in the same figures', () => {
  const bytesOf = (report: Report) =>
    Object.fromEntries(holdersOf(report).map(({ name, bytes }) => [name, bytes / MiB]));
  test('pools are the parts of the balance', () => {
    const report = host({}, { tasks: [aTask({ comm: 'db', rssAnonBytes: 400 * MiB })], victims: [aVictim()] });
    expect(bytesOf(report)).toEqual({
      db: 400,
      kernel: 70,
      'page cache': 100,
      'shared memory': 100,
      'huge pages': 100,
    });
    expect(partsOf(report)).toEqual(balanceOf(report)!.parts);
  });
  test('without a task table, the victim and the other processes are not left out', () => {
    const report = host({}, { victims: [aVictim({ comm: 'db', anonRssBytes: 300 * MiB })] });
    expect(bytesOf(report)).toMatchObject({ db: 300, 'processes not listed': 100 });
    expect(bytesOf(host())).toMatchObject({ processes: 400 });
  });
});
