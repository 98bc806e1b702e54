import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/index.js';
import type { Host } from '../../src/host/host.js';
import type { Report } from '../../src/kernel-log/report.js';
import { diagnosisSchema } from '../../src/schemas/diagnosis.js';
import { aHost, aMemoryCgroup } from './a-host.js';
import { aReport, aTask, aTrigger, atLimit, aVictim, aZone } from './a-report.js';

const MiB = 2 ** 20;
const source: Report['source'] = { kind: 'file', name: 'kern.log', forgeable: true };
const seen = (reports: Report[], host: Host | null = null, more: { sameMachine?: boolean; cpuset?: string } = {}) =>
  diagnose({ reports, sources: [source], host, warnings: [], ...more });
const first = (...given: Parameters<typeof seen>) => seen(...given).incidents[0]!;

const start = Date.parse('2026-11-23T18:00:00Z');
const kill = (id: string, minutes: number, facts: Partial<Report> = {}) =>
  atLimit({ id, epochMs: start + minutes * 60_000, time: `t${minutes}`, ...facts });

describe('bursts', () => {
  const told = (reports: Report[]) => seen(reports).incidents.map(({ id, count, time }) => `${id} ${count} ${time}`);

  test.each<[string, Report[], string[]]>([
    ['one cgroup within ten minutes', [kill('a', 0), kill('b', 10), kill('c', 20)], ['a 3 t20']],
    ['ten quiet minutes end it', [kill('a', 0), kill('b', 10.1)], ['b 1 t10.1', 'a 1 t0']],
    ['logs in any order', [kill('c', 20), kill('a', 0), kill('b', 10)], ['a 3 t20']],
    ['another cgroup', [kill('a', 0), kill('b', 1, { limitCgroup: '/b', taskCgroup: '/b' })], ['b 1 t1', 'a 1 t0']],
    ['another cause', [kill('a', 0), kill('b', 1, { taskCgroup: '/shop/cart' })], ['b 1 t1', 'a 1 t0']],
    [
      'two that take turns',
      [kill('a', 0), kill('b', 1, { taskCgroup: '/shop/x' }), kill('c', 2)],
      ['a 2 t2', 'b 1 t1'],
    ],
    [
      'the cgroup was made anew',
      [kill('a', 0), kill('b', 1, { memory: { usageBytes: 60 * MiB, limitBytes: 60 * MiB, failcnt: 3 } })],
      ['b 1 t1', 'a 1 t0'],
    ],
    [
      'global kills go by the victim',
      ['x', 'y', 'x'].map((comm, i) =>
        aReport({
          id: `${i}`,
          epochMs: start + i,
          time: `t${i}`,
          constraint: 'none',
          trigger: aTrigger(),
          victims: [aVictim({ comm, pid: i })],
        }),
      ),
      ['0 2 t2', '1 1 t1'],
    ],
    [
      'seconds since boot',
      [0, 600, 1300].map((s) => atLimit({ id: `s${s}`, uptimeSeconds: s })),
      ['s1300 1 null', 's0 2 null'],
    ],
    ['no stamps at all', [atLimit({ id: 'a' }), atLimit({ id: 'b' })], ['a 2 null']],
  ])('%s', (_, reports, expected) => {
    expect(told(reports)).toEqual(expected);
  });

  test('the same report in two logs is one, and the one that cannot be forged counts', () => {
    const journal: Report['source'] = { kind: 'journal', name: 'journal', forgeable: false };
    const [incident, ...others] = seen([kill('a', 0), kill('a', 0, { source: journal })]).incidents;
    expect([incident!.count, incident!.forgeable, others]).toEqual([1, false, []]);
  });

  test('each victim is named once, the newest kill’s first', () => {
    const reports = [
      kill('a', 0),
      kill('b', 1, { victims: [aVictim({ pid: 2 })] }),
      kill('c', 2, { victims: [aVictim({ pid: 2 })] }),
    ];
    const { victims, reportIds, firstTime } = first(reports);
    expect(victims.map(({ pid }) => pid)).toEqual([2, 29748]);
    expect([reportIds, firstTime]).toEqual([['a', 'b', 'c'], 't0']);
  });
});

describe('borne out by the counters of this host', () => {
  const here = (cgroup: Parameters<typeof aMemoryCgroup>[0], report: Partial<Report> = {}) =>
    first([kill('a', 0, report)], aHost({ memoryCgroups: [aMemoryCgroup(cgroup)] }));

  test.each<[string, boolean | null, string | undefined, () => ReturnType<typeof first>]>([
    ['it counts a kill', true, '/shop: memory.events: oom_kill 3', () => here({ oomKills: 3 })],
    [
      'reaching a limit is no kill',
      false,
      '/shop: memory.oom_control: oom_kill 0',
      () => here({ version: 1, failcnt: 26, oomKills: 0 }),
    ],
    [
      'v1, and the child that counted the kill is gone',
      true,
      '/shop: memory.failcnt: 26',
      () => here({ version: 1, failcnt: 26, oomKills: 0 }, { taskCgroup: '/shop/gone' }),
    ],
    [
      'a kernel before 4.13',
      true,
      '/shop: memory.failcnt: 26',
      () => here({ version: 1, failcnt: 26, oomKills: null }),
    ],
    ['it counts none', false, '/shop: memory.events: oom_kill 0', () => here({})],
    ['the cgroup is gone, the host counts', true, '/proc/vmstat: oom_kill 1', () => first([kill('a', 0)], aHost())],
    [
      'a global kill',
      true,
      '/proc/vmstat: oom_kill 1',
      () => first([aReport({ constraint: 'none', scope: 'global' })], aHost()),
    ],
    [
      'the host counts none',
      false,
      '/proc/vmstat: oom_kill 0',
      () => first([kill('a', 0)], aHost({ vmstat: { oom_kill: 0 } })),
    ],
    ['an old kernel', null, undefined, () => first([kill('a', 0)], aHost({ vmstat: {} }))],
    ['before the boot', null, undefined, () => here({ oomKills: 3 }, { epochMs: Date.parse('2026-11-19T00:00:00Z') })],
    ['another host’s log', null, undefined, () => here({ oomKills: 3 }, { hostName: 'db-1' })],
    ['no host', null, undefined, () => first([kill('a', 0)])],
  ])('%s', (_, expected, text, run) => {
    const incident = run();
    expect([incident.borneOut, incident.evidence.find((item) => item.source === 'host')?.text]).toEqual([
      expected,
      text,
    ]);
  });

  test('on v1 the parent’s limit is counted by the task’s own cgroup', () => {
    const memoryCgroups = [
      aMemoryCgroup({ version: 1 }),
      aMemoryCgroup({ version: 1, path: '/shop/cart', oomKills: 1, failcnt: null }),
    ];
    expect(first([kill('a', 0, { taskCgroup: '/shop/cart' })], aHost({ memoryCgroups })).borneOut).toBe(true);
  });
});

describe('elsewhere', () => {
  const beforeBoot = Date.parse('2026-11-19T00:00:00Z');
  test.each<[string, Partial<Report>, boolean | undefined, boolean]>([
    ['nothing differs', {}, undefined, false],
    ['the same name', { hostName: 'web-1', kernel: '6.1.0-56-amd64' }, undefined, false],
    ['a whole name', { hostName: 'WEB-1.example.org' }, undefined, false],
    ['another name', { hostName: 'db-1' }, undefined, true],
    ['another release', { kernel: '4.19.91' }, undefined, true],
    [
      'the name of this host, an update since',
      { hostName: 'web-1', kernel: '6.1.0-55-amd64', epochMs: beforeBoot },
      undefined,
      false,
    ],
    [
      'the name of this host, another release after its boot',
      { hostName: 'web-1', kernel: '4.19.91' },
      undefined,
      true,
    ],
    ['the host’s own journal', { hostName: 'old-name', source: { ...source, kind: 'journal' } }, undefined, false],
    ['the caller knows', { hostName: 'db-1' }, true, false],
    ['the caller knows it is not', {}, false, true],
  ])('%s', (_, facts, sameMachine, expected) => {
    const { incidents, host, checks } = seen([kill('a', 0, facts)], aHost(), { sameMachine });
    expect([incidents[0]!.elsewhere, host === null, checks.length === 0]).toEqual([expected, expected, expected]);
  });

  test('without a host', () => {
    const { incidents, host, checks } = seen([kill('a', 0)]);
    expect([incidents[0]!.elsewhere, host, checks]).toEqual([true, null, []]);
  });
});

describe('the cpuset', () => {
  const report = atLimit({ cpusetName: 'deep' });
  test.each<[string, string[], string | undefined, string | null]>([
    ['one has the name', ['/', '/a/deep'], undefined, '/a/deep'],
    ['several have it', ['/a/deep', '/b/deep'], undefined, null],
    ['none has it', ['/'], undefined, null],
    ['a person says which', ['/a/deep', '/b/deep'], '/b/deep', '/b/deep'],
    ['a person names none that is there', ['/a/deep', '/b/deep'], '/c', null],
  ])('%s', (_, cpusets, said, path) => {
    expect(first([report], aHost({ cpusets }), { cpuset: said }).cpuset).toEqual({ name: 'deep', path });
  });
});

test('what held the memory: the largest tasks, the rest in one, and what is in no task', () => {
  const tasks = Array.from({ length: 10 }, (_, i) => aTask({ pid: i, comm: `t${i}`, rssBytes: (i + 1) * MiB }));
  const cgroupStats = { file: 9 * MiB, shmem: 4 * MiB, kernel: 2 * MiB };
  const { holders } = first([atLimit({ tasks, cgroupStats, victims: [aVictim({ pid: 9 })] })]);
  expect(holders.map(({ name, bytes, killed }) => [name, bytes / MiB, killed])).toEqual([
    ['t9', 10, true],
    ['t8', 9, false],
    ['t7', 8, false],
    ['t6', 7, false],
    ['t5', 6, false],
    ['t4', 5, false],
    ['page cache', 5, false],
    ['t3', 4, false],
    ['shared memory', 4, false],
    ['t2', 3, false],
    ['2 more tasks', 3, false],
    ['kernel', 2, false],
  ]);
});

test('the nodes are those of the cpuset, less what the request itself leaves out', () => {
  expect(first([atLimit({ memsAllowed: [0, 1, 2], nodemask: [1, 3] })]).nodes).toEqual([1]);
  expect(first([atLimit()]).nodes).toBeNull();
});

test('what could not be read is told once', () => {
  const problems = ['the slab caches could not be read: sudo cat /proc/slabinfo'];
  const report = aReport({ gaps: ['its beginning is cut'] });
  const { warnings } = diagnose({
    reports: [report, report],
    sources: [],
    host: aHost({ problems }),
    warnings: ['cut', 'cut'],
  });
  expect(warnings).toEqual(['cut', 'kern.log, report 00000001: its beginning is cut', ...problems]);
});

test('without a report the checks are still there', () => {
  const { incidents, checks, host } = seen([], aHost());
  expect([incidents, checks.length, host?.name]).toEqual([[], 9, 'web-1']);
});

/** Anything a parser may give, hostile names and numbers included, is diagnosed, the same twice over, and of the published shape. */
test('any report', () => {
  const count = fc.option(fc.nat(2 ** 40), { nil: null });
  const name = fc.option(fc.string({ unit: 'binary', maxLength: 15 }), { nil: null });
  const path = fc.option(fc.constantFrom('/', '/a', '/a/b', '/ab', 'no path', '/a/../b'), { nil: null });
  const nodes = fc.option(fc.uniqueArray(fc.nat(3), { maxLength: 3 }), { nil: null });
  const zone = fc
    .record({
      name: fc.constantFrom('DMA', 'DMA32', 'Normal', 'HighMem', 'Movable', 'Odd'),
      free: fc.nat(1e6),
      min: fc.nat(1e6),
      cma: fc.nat(1e6),
    })
    .map(({ name, ...kB }) => aZone(name, kB, { reserve: [0, 5, 9, 9] }));
  const report = fc
    .record({
      kind: fc.constantFrom('oom-kill', 'allocation-failure', 'userspace-kill'),
      constraint: fc.constantFrom(null, 'none', 'memcg', 'cpuset', 'memory-policy'),
      scope: fc.constantFrom(null, 'cgroup', 'global'),
      limitCgroup: path,
      taskCgroup: path,
      oomGroupCgroup: path,
      memsAllowed: nodes,
      nodemask: nodes,
      zones: fc.array(zone, { maxLength: 4 }),
      trigger: fc.option(
        fc.record({
          comm: name,
          pid: count,
          gfpMask: fc.constantFrom(null, '0x0', '0x62****', '0xcc0'),
          gfpFlags: fc.constant([]),
          order: fc.option(fc.integer({ min: -1, max: 11 }), { nil: null }),
          oomScoreAdj: fc.constant(null),
        }),
        { nil: null },
      ),
      memory: fc.option(
        fc.record({ usageBytes: count, limitBytes: fc.oneof(count, fc.constant('max' as const)), failcnt: count }),
        { nil: null },
      ),
      victims: fc.array(fc.record({ pid: fc.nat(99), comm: name }).map(aVictim), { maxLength: 3 }),
      tasks: fc.array(fc.record({ pid: fc.nat(99), rssBytes: count }).map(aTask), { maxLength: 12 }),
      memInfoPages: fc.option(fc.dictionary(fc.constantFrom('free', 'slab', 'active_anon', 'shmem'), fc.nat(1e6)), {
        nil: null,
      }),
      ramPages: count,
      epochMs: count,
    })
    .map((facts) => aReport(facts as Partial<Report>));
  fc.assert(
    fc.property(fc.array(report, { maxLength: 4 }), (reports) => {
      const diagnosis = seen(reports, aHost());
      expect(diagnosisSchema.parse(diagnosis)).toEqual(diagnosis);
      expect(seen(reports, aHost())).toEqual(diagnosis);
      for (const { cause, confidence, summary } of diagnosis.incidents) {
        expect(summary).not.toMatch(/null|undefined|NaN/);
        if (cause === 'unknown') expect(confidence).toBe('low');
      }
    }),
    { numRuns: 500 },
  );
});
