import { describe, expect, test } from 'vitest';
import { judge } from '../../src/diagnosis/causes/index.js';
import { factorsOf } from '../../src/diagnosis/factors/index.js';
import type { Host } from '../../src/host/host.js';
import type { Report } from '../../src/kernel-log/report.js';
import { aHost } from './a-host.js';
import { aQuote, aReport, aTask, aTrigger, atLimit, aVictim, aZone, hugePages } from './a-report.js';

const MiB = 2 ** 20;
/** Every line that a factor may quote, so that each found factor has evidence. */
const quotes = Object.fromEntries(
  [
    'header',
    'constraint',
    'stats',
    'mem-info',
    'swap-total',
    'swap-free',
    'slab-dump',
    'victim',
    'swap',
    'memory+swap',
    'kmem',
    'no-killable',
  ].map((key) => [key, aQuote(key)]),
);

const found = (report: Report, host: Host | null = null) =>
  details(report, host).map(({ factor, evidence, bytes, share, of, text }) => {
    expect(evidence.length).toBeGreaterThan(0);
    expect(text).not.toBe('');
    // a share is one of something, and of an amount
    expect([share === null, of === null]).toEqual([of === null, bytes === null || of === null]);
    return factor;
  });
const details = (report: Report, host: Host | null = null) => factorsOf(report, { cause: judge(report).cause, host });

/** The whole host short: 1 GiB of memory, one zone below its mark. */
const short = (facts: Partial<Report> = {}) =>
  aReport({
    constraint: 'none',
    scope: 'global',
    trigger: aTrigger(),
    ramPages: 262144,
    reservedPages: 0,
    zones: [aZone('Normal', { free: 1000, min: 2000, managed: 1048576 })],
    victims: [aVictim()],
    quotes,
    ...facts,
  });
const stats = (values: Record<string, number>) => atLimit({ quotes, cgroupStats: values });
const whole = {
  active_anon: 100000,
  inactive_anon: 100000,
  active_file: 0,
  inactive_file: 0,
  slab_reclaimable: 1000,
  slab_unreclaimable: 1000,
  free: 250,
};

test.each<[string, Report, string[]]>([
  ['nothing is known', short(), []],
  [
    'unreclaimable slab above a tenth',
    short({ memInfoPages: { slab_unreclaimable: 26215, free: 250 } }),
    ['slab-leak'],
  ],
  ['unreclaimable slab of a tenth', short({ memInfoPages: { slab_unreclaimable: 26214, free: 250 } }), []],
  ['slab of an old kernel, which is not told apart', short({ memInfoPages: { slab: 40000, free: 250 } }), []],
  ['most of memory in slab', short({ memInfoPages: { slab: 140000, free: 250 } }), ['slab-leak']],
  ['the kernel printed its caches', short({ slabDump: [] }), ['slab-leak']],
  ['slab of a cgroup', stats({ slab_unreclaimable: 31 * MiB }), ['slab-leak']],
  ['kernel memory of a cgroup, of no one name', stats({ kernel: 31 * MiB, percpu: 20 * MiB }), ['slab-leak']],
  ['network buffers of a cgroup', stats({ kernel: 2 * MiB, sock: 30 * MiB }), ['slab-leak']],
  [
    'kernel memory of a cgroup that is reclaimable, or page tables of few tasks',
    stats({ kernel: 40 * MiB, slab_reclaimable: 35 * MiB, pagetables: 4 * MiB }),
    [],
  ],
  [
    'v1 tells the kernel’s share in one line',
    atLimit({ quotes, cgroupStats: {}, kmem: { usageBytes: 40 * MiB, limitBytes: 'max', failcnt: 0 } }),
    ['slab-leak'],
  ],
  [
    'process 1 above 200 MB',
    short({ tasks: [aTask({ pid: 1, comm: 'systemd', rssAnonBytes: 201 * MiB })] }),
    ['init-leak'],
  ],
  ['process 1 of 200 MB', short({ tasks: [aTask({ pid: 1, comm: 'systemd', rssAnonBytes: 200 * MiB })] }), []],
  ['a container’s own process 1', stats({}), []],
  ['idle huge pages', short({ hugePages: [hugePages(0, 200, 100, 2 * MiB)] }), ['huge-page-reservation']],
  ['huge pages in use', short({ hugePages: [hugePages(0, 200, 0, 2 * MiB)] }), []],
  ['idle huge pages on another node', short({ memsAllowed: [1], hugePages: [hugePages(0, 200, 200, 2 * MiB)] }), []],
  ['shared memory', short({ memInfoPages: { shmem: 70000, free: 250 } }), ['shared-memory']],
  ['shared memory of a cgroup', stats({ shmem: 16 * MiB }), ['shared-memory']],
  [
    'v1 before 4.9 has no count of shared memory',
    stats({ cache: 20 * MiB, rss: 30 * MiB, active_anon: 46 * MiB, inactive_anon: 0 }),
    ['shared-memory'],
  ],
  ['v1 from 6.4 on tells of the tree apart', stats({ shmem: 0, total_shmem: 16 * MiB }), ['shared-memory']],
  ['little shared memory', stats({ shmem: 14 * MiB }), []],
  ['page tables', short({ memInfoPages: { pagetables: 30000, free: 250 } }), ['page-tables']],
  ['page tables of a cgroup', stats({ pagetables: 7 * MiB }), ['page-tables']],
  [
    'page tables that the tasks alone tell of',
    short({ tasks: [aTask({ pageTableBytes: 60 * MiB }), aTask({ pid: 8, pageTableBytes: 60 * MiB })] }),
    ['page-tables'],
  ],
  [
    'page tables that are not charged to the cgroup',
    atLimit({ quotes, tasks: [aTask({ pageTableBytes: 9 * MiB })] }),
    [],
  ],
  ['all is accounted for', short({ memInfoPages: whole }), []],
  [
    'more than a quarter is in no counter',
    short({ memInfoPages: { ...whole, active_anon: 60000 } }),
    ['unaccounted-memory'],
  ],
  ['a counter was cut', short({ memInfoPages: { free: 250, active_anon: 1 } }), []],
  [
    'locked memory',
    short({ zones: [aZone('Normal', { free: 1000, min: 2000, managed: 1048576, mlocked: 300000 })] }),
    ['mlocked'],
  ],
  ['unevictable memory of the host', short({ memInfoPages: { unevictable: 70000, free: 250 } }), ['mlocked']],
  ['unevictable memory of a cgroup', stats({ unevictable: 16 * MiB }), ['mlocked']],
  ['no swap', short({ swapTotalBytes: 0, swapFreeBytes: 0 }), ['no-swap']],
  ['swap used up', short({ swapTotalBytes: 4096 * MiB, swapFreeBytes: 0 }), ['swap-exhausted']],
  ['swap left', short({ swapTotalBytes: 4096 * MiB, swapFreeBytes: 100 * MiB }), []],
  ['a cgroup’s kill with a full host swap', atLimit({ quotes, swapTotalBytes: 4096, swapFreeBytes: 0 }), []],
  [
    'a cgroup that may not swap',
    atLimit({ quotes, swapCharge: { usageBytes: 0, limitBytes: 0, failcnt: 0 } }),
    ['swap-limit'],
  ],
  [
    'a cgroup that may not swap, and has no limit of memory either',
    atLimit({
      quotes,
      memory: { usageBytes: 40 * MiB, limitBytes: 'max', failcnt: 0 },
      swapCharge: { usageBytes: 0, limitBytes: 0, failcnt: 0 },
    }),
    [],
  ],
  [
    'a cgroup without a limit of swap',
    atLimit({ quotes, swapCharge: { usageBytes: 0, limitBytes: 'max', failcnt: 0 } }),
    [],
  ],
  [
    'v1: together as memory alone',
    atLimit({ quotes, memorySwap: { usageBytes: 60 * MiB, limitBytes: 60 * MiB, failcnt: 3 } }),
    ['swap-limit'],
  ],
  [
    'the limit of kernel memory',
    atLimit({ quotes, kmem: { usageBytes: 8 * MiB, limitBytes: 8 * MiB, failcnt: 1 } }),
    ['kernel-memory-limit'],
  ],
  [
    'kernel memory near a small limit of its own',
    atLimit({ quotes, kmem: { usageBytes: 6.5 * MiB, limitBytes: 8 * MiB, failcnt: 0 } }),
    [],
  ],
  ['a policy, stated', short({ constraint: 'memory-policy' }), ['memory-policy']],
  [
    'a nodemask that the cpuset does not explain',
    short({ constraint: null, memsAllowed: [0, 1], nodemask: [0] }),
    ['memory-policy'],
  ],
  ['a nodemask that the cpuset explains', short({ constraint: null, memsAllowed: [0], nodemask: [0] }), []],
  [
    'a higher zone had memory',
    short({
      zones: [
        aZone('Normal', { free: 1000, min: 2000, managed: 900000 }),
        aZone('HighMem', { free: 90000, min: 500, managed: 900000 }),
      ],
    }),
    ['low-zone'],
  ],
  [
    'only CMA pages',
    short({ zones: [aZone('Normal', { free: 9000, min: 2000, cma: 8000, managed: 1048576 })] }),
    ['cma-only-free'],
  ],
  [
    'the whole cgroup is killed',
    atLimit({ oomGroupCgroup: '/shop', quotes: { 'oom-group': aQuote('Tasks in') } }),
    ['oom-group'],
  ],
  [
    'the largest was shielded',
    short({
      tasks: [aTask({ pid: 7, tgid: 7, comm: 'db', rssBytes: 900, oomScoreAdj: -998 }), aTask({ rssBytes: 10 })],
    }),
    ['protected-task'],
  ],
  [
    'the largest was no more shielded than the victim',
    short({
      tasks: [
        aTask({ pid: 7, tgid: 7, comm: 'db', rssBytes: 900, oomScoreAdj: -998 }),
        aTask({ rssBytes: 10, oomScoreAdj: -998 }),
      ],
      victims: [aVictim({ oomScoreAdj: -998 })],
    }),
    [],
  ],
  ['the largest was killed', short({ tasks: [aTask({ rssBytes: 900, oomScoreAdj: -998 })] }), []],
  ['nothing could be killed', short({ noKillableProcess: true, victims: [] }), ['no-killable-task']],
  ['SysRq f says nothing about memory', short({ sysrq: true, swapTotalBytes: 0, slabDump: [] }), []],
])('%s', (_, report, expected) => {
  expect(found(report)).toEqual(expected);
});

test.each<[string, Report, Host, string[]]>([
  ['a slab leak now', short(), aHost({ meminfo: { MemTotal: 100 * MiB, SUnreclaim: 11 * MiB } }), ['slab-leak']],
  [
    'the report outweighs now',
    short({ memInfoPages: { slab_unreclaimable: 1, free: 250 } }),
    aHost({ meminfo: { MemTotal: 100 * MiB, SUnreclaim: 11 * MiB } }),
    [],
  ],
  [
    'process 1 now',
    short(),
    aHost({ init: { comm: 'systemd', rssAnonBytes: 300 * MiB, isSystemd: true } }),
    ['init-leak'],
  ],
  [
    'a cgroup’s kill is not process 1’s doing',
    atLimit(),
    aHost({ init: { comm: 'systemd', rssAnonBytes: 300 * MiB, isSystemd: true } }),
    [],
  ],
])('on this host: %s', (_, report, host, expected) => {
  expect(found(report, host)).toEqual(expected);
});

test('bloat by huge pages wants both: most memory in them, and given unasked', () => {
  const report = stats({ anon: 50 * MiB, anon_thp: 40 * MiB });
  const { transparentHugePages } = aHost();
  const always = aHost({ transparentHugePages: { ...transparentHugePages!, enabled: 'always' } });
  expect(found(report, always)).toEqual(['thp-bloat']);
  expect(found(report, aHost())).toEqual([]);
  expect(found(stats({ anon: 50 * MiB, anon_thp: 4 * MiB }), always)).toEqual([]);
});

test('the nodes’ own counters tell of huge pages at the kill', () => {
  const { transparentHugePages } = aHost();
  const always = aHost({ transparentHugePages: { ...transparentHugePages!, enabled: 'always' } });
  const node = (huge: number) => ({
    node: 0,
    values: { active_anon: 500 * MiB, inactive_anon: 0, shmem: 0, anon_thp: huge * MiB },
    quote: aQuote('Node 0 active_anon'),
  });
  expect(found(short({ nodes: [node(400)] }), always)).toEqual(['thp-bloat']);
  expect(found(short({ nodes: [node(100)] }), always)).toEqual([]);
});

test.each<[string, Report, number, number, string]>([
  ['of RAM', short({ memInfoPages: { slab_unreclaimable: 131072, free: 250 } }), 512 * MiB, 0.5, 'ram'],
  ['of the limit', stats({ shmem: 30 * MiB }), 30 * MiB, 0.5, 'limit'],
  ['of swap', short({ swapTotalBytes: 4096 * MiB, swapFreeBytes: 0 }), 4096 * MiB, 1, 'swap'],
  [
    'of the zones',
    short({ zones: [aZone('Normal', { free: 1000, min: 2000, managed: 1048576, mlocked: 524288 })] }),
    512 * MiB,
    0.5,
    'zone',
  ],
])('how much it is: a share %s', (_, report, bytes, share, of) => {
  expect(details(report)[0]).toMatchObject({ bytes, share, of });
});

describe('where the log tells nothing but the kill, the host itself is asked', () => {
  const kmsg = { kind: 'kmsg' as const, name: '/dev/kmsg', forgeable: false };
  const bare = (facts: Partial<Report> = {}) =>
    aReport({
      constraint: 'none',
      scope: 'global',
      trigger: aTrigger(),
      victims: [aVictim()],
      source: kmsg,
      quotes,
      ...facts,
    });
  const meminfo = (values: Record<string, number>) =>
    aHost({
      meminfo: {
        MemTotal: 1000 * MiB,
        ...Object.fromEntries(Object.entries(values).map(([key, size]) => [key, size * MiB])),
      },
    });
  test.each<[string, Host, string[]]>([
    ['nothing stands out', meminfo({ Shmem: 100, PageTables: 50, Unevictable: 100 }), []],
    ['shared memory', meminfo({ Shmem: 300 }), ['shared-memory']],
    ['page tables', meminfo({ PageTables: 150 }), ['page-tables']],
    ['locked memory', meminfo({ Unevictable: 300 }), ['mlocked']],
    ['memory in no counter', meminfo({ MemFree: 100, AnonPages: 100, Cached: 100 }), ['unaccounted-memory']],
    [
      'idle huge pages',
      { ...meminfo({}), hugePages: [{ node: 0, sizeBytes: 2 * MiB, total: 90, free: 80, surplus: 0, path: '' }] },
      ['huge-page-reservation'],
    ],
    ['no swap', { ...meminfo({}), swaps: [] }, ['no-swap']],
  ])('%s', (_, host, expected) => {
    expect(found(bare(), host)).toEqual(expected);
    // a file that does not say whose it is, and a report from before the boot, tell nothing of this host
    expect(found(bare({ source: aReport().source }), host)).toEqual([]);
    expect(found(bare({ epochMs: 0 }), host)).toEqual([]);
  });
});
