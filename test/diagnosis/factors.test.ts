import { expect, test } from 'vitest';
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
  factorsOf(report, { cause: judge(report).cause, host }).map(({ factor, evidence }) => {
    expect(evidence.length).toBeGreaterThan(0);
    return factor;
  });

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
  ['little shared memory', stats({ shmem: 14 * MiB }), []],
  ['page tables', short({ memInfoPages: { pagetables: 30000, free: 250 } }), ['page-tables']],
  ['page tables of a cgroup', stats({ pagetables: 7 * MiB }), ['page-tables']],
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
