import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootsOf } from '../../src/diagnosis/boots.js';
import type { Judgement } from '../../src/diagnosis/causes/index.js';
import { createHistogram } from '../../src/diagnosis/histogram.js';
import { diagnose, mergeOverTime } from '../../src/diagnosis/index.js';
import { median } from '../../src/diagnosis/moment.js';
import { createOverTime } from '../../src/diagnosis/over-time.js';
import type { Report } from '../../src/kernel-log/report.js';
import { overTimeSchema } from '../../src/schemas/diagnosis.js';
import { aReport, aTask, atLimit, aVictim } from './a-report.js';

const MiB = 2 ** 20;
const start = Date.parse('2026-11-20T10:00:00Z');

/** At so many minutes, by whichever clocks the log has. */
function at(minutes: number, clocks: ('time' | 'uptime')[] = ['time', 'uptime']): Partial<Report> {
  const epochMs = start + minutes * 60_000;
  return {
    time: clocks.includes('time') ? new Date(epochMs).toISOString() : null,
    epochMs: clocks.includes('time') ? epochMs : null,
    uptimeSeconds: clocks.includes('uptime') ? 5_000 + minutes * 60 : null,
  };
}

const byKernel: Judgement = { cause: 'cgroup-limit', confidence: 'high', summary: '', evidence: [] };

function overTimeOf(reports: Report[]) {
  const reader = createOverTime();
  for (const [index, report] of reports.entries()) reader.add({ report, judgement: byKernel }, index);
  return reader.result([]);
}

/** agentd (77) in the tables of kills of others, growing by so much each time */
const growing = (sizesMiB: number[], everyMinutes: number, clocks?: ('time' | 'uptime')[]) =>
  sizesMiB.map((size, index) =>
    aReport({
      id: `0000000${index}`,
      scope: 'global',
      tasks: [aTask({ pid: 77, comm: 'agentd', rssBytes: size * MiB }), aTask({ pid: 1, comm: 'init', rssBytes: MiB })],
      ...at(index * everyMinutes, clocks),
    }),
  );
const agentd = (reports: Report[]) => overTimeOf(reports).trends.find(({ comm }) => comm === 'agentd');

describe('the trend of a process', () => {
  test('one that grows at each of three reports over hours looks like a leak', () => {
    expect(agentd(growing([100, 150, 200], 60))).toMatchObject({
      of: 'process',
      pid: 77,
      reports: 3,
      firstBytes: 100 * MiB,
      lastBytes: 200 * MiB,
      seconds: 7200,
      bytesPerHour: 50 * MiB,
      pattern: 'grows',
      sureness: 'high',
      sameBoot: true,
      looksLike: 'leak',
    });
  });
  test('two reports show a difference, and no trend', () => {
    expect(agentd(growing([100, 200], 60))).toMatchObject({
      pattern: 'grows',
      sureness: 'low',
      bytesPerHour: null,
      looksLike: null,
    });
  });
  test('within one burst a program may only be starting', () => {
    expect(agentd(growing([100, 150, 200], 1))).toMatchObject({ sureness: 'high', looksLike: null });
  });
  test('one that goes up and down has no rate', () => {
    expect(agentd(growing([100, 300, 200], 60))).toMatchObject({
      pattern: 'varies',
      sureness: 'low',
      bytesPerHour: null,
      looksLike: null,
    });
  });
  test('growth by less than a tenth is none', () => {
    expect(agentd(growing([100, 102, 104], 60))).toMatchObject({ pattern: 'steady', looksLike: null });
  });
  test('without uptimes whether it is one process is less sure', () => {
    expect(agentd(growing([100, 150, 200], 60, ['time']))).toMatchObject({
      sureness: 'medium',
      sameBoot: null,
      looksLike: 'leak',
    });
  });
  test('without a clock the uptime tells how fast', () => {
    expect(agentd(growing([100, 150, 200], 60, ['uptime']))).toMatchObject({
      seconds: 7200,
      sureness: 'high',
      looksLike: 'leak',
    });
  });
  test('without either there is the order, and no rate', () => {
    expect(agentd(growing([100, 150, 200], 60, []))).toMatchObject({
      seconds: null,
      bytesPerHour: null,
      pattern: 'grows',
      sureness: 'medium',
      looksLike: null,
    });
  });
  test('the same pid after a new start of the host is another process', () => {
    const [first, second, third] = growing([100, 150, 200], 60) as [Report, Report, Report];
    const restarted = [first, second, { ...third, uptimeSeconds: 30 }];
    expect(agentd(restarted)).toMatchObject({ reports: 2, lastBytes: 150 * MiB, sureness: 'low', looksLike: null });
  });
  test('of a table the largest tasks count, and a victim however small', () => {
    const many = Array.from({ length: 50 }, (_, index) =>
      aTask({ pid: 100 + index, comm: 'x', rssBytes: index + 9e6 }),
    );
    const victim = aTask({ pid: 5, comm: 'small', rssBytes: 4096 });
    const report = (index: number) =>
      aReport({ tasks: [...many, victim], victims: [aVictim({ pid: 5, comm: 'small' })], ...at(index) });
    const pids = overTimeOf([report(0), report(1)]).trends.map(({ pid }) => pid);
    expect(pids.toSorted((a, b) => a! - b!)).toEqual([5, ...Array.from({ length: 12 }, (_, index) => 138 + index)]);
  });
});

describe('a program that is killed again and again', () => {
  const kill = (index: number, sizeMiB: number, everyMinutes: number, facts: Partial<Report> = {}) =>
    atLimit({
      id: `0000000${index}`,
      victims: [aVictim({ pid: 100 + index, comm: 'cart', anonRssBytes: sizeMiB * MiB, fileRssBytes: 0 })],
      ...at(index * everyMinutes),
      ...facts,
    });
  const cart = (reports: Report[]) => overTimeOf(reports).trends.find(({ of }) => of === 'program');

  test('soon each time, at one size that is most of one limit: it is larger than that', () => {
    expect(cart([kill(0, 58, 5), kill(1, 59, 5), kill(2, 58, 5)])).toMatchObject({
      comm: 'cart',
      pid: null,
      cgroup: '/shop',
      reports: 3,
      smallestBytes: 58 * MiB,
      largestBytes: 59 * MiB,
      pattern: 'steady',
      sureness: 'high',
      looksLike: 'larger-than-limit',
    });
  });
  test.each([
    ['hours apart it may as well have leaked', [58, 58, 58], 120, {}],
    ['small ones may have lived side by side', [20, 20, 20], 5, {}],
    ['twice is no trend', [58, 58], 5, {}],
    ['of several sizes', [58, 40, 58], 5, {}],
    ['without a time', [58, 58, 58], 5, at(0, [])],
    ['with no limit of its own', [58, 58, 58], 5, { limitCgroup: null, scope: 'global' as const }],
  ])('%s', (_, sizes, every, facts) => {
    expect(cart(sizes.map((size, index) => kill(index, size, every, facts)))).toMatchObject({ looksLike: null });
  });
  test('a limit that was raised in between is told', () => {
    const raised = { memory: { usageBytes: 90 * MiB, limitBytes: 90 * MiB, failcnt: 1 } };
    expect(cart([kill(0, 58, 5), kill(1, 88, 5, raised), kill(2, 89, 5, raised)])).toMatchObject({
      firstLimitBytes: 60 * MiB,
      lastLimitBytes: 90 * MiB,
      pattern: 'grows',
      looksLike: null,
    });
  });
  test('one process that had to be killed twice died once', () => {
    expect(cart([kill(0, 58, 5), kill(0, 58, 5)])).toBeUndefined();
  });
});

describe('what recurs', () => {
  const shop = (index: number, minutes: number) => atLimit({ id: `0000000${index}`, ...at(minutes) });
  const host = (index: number, minutes: number) =>
    aReport({
      id: `1000000${index}`,
      scope: 'global',
      constraint: 'none',
      victims: [aVictim({ pid: index + 1, comm: 'java' })],
      ...at(minutes),
    });
  const { overTime } = diagnose({
    reports: [shop(0, 0), shop(1, 2), host(0, 5), shop(2, 120), host(1, 300)],
    sources: [],
    host: null,
    warnings: [],
  });

  test('each cause, each cgroup, and whom host-wide kills took: reports, incidents, times', () => {
    const facts = overTime.recurring.map(({ of, name, cause, reports, incidents, medianSecondsBetween }) => [
      of,
      name,
      cause,
      reports,
      incidents,
      medianSecondsBetween,
    ]);
    expect(facts).toEqual([
      ['cause', null, 'cgroup-limit', 3, 2, 3600],
      ['cgroup', '/shop', 'cgroup-limit', 3, 2, 3600],
      ['cause', null, expect.stringMatching(/global-memory|unknown/), 2, 2, null],
      ['victim', 'java', expect.any(String), 2, 2, null],
    ]);
    expect(overTime).toMatchObject({
      reports: 5,
      incidents: 4,
      clock: 'time',
      firstTime: '2026-11-20T10:00:00.000Z',
      lastTime: '2026-11-20T15:00:00.000Z',
      complete: true,
    });
    expect(overTime.recurring[1]!.buckets.reduce((sum, { reports }) => sum + reports, 0)).toBe(3);
  });
  test('one cgroup of two hosts is two', () => {
    const reports = [shop(0, 0), shop(1, 1)].map((report, index) => ({ ...report, hostName: `web-${index}` }));
    const names = overTimeOf(reports).recurring.map(({ name, hostName }) => [name, hostName]);
    expect(names).toContainEqual(['/shop', 'web-0']);
    expect(names).toContainEqual(['/shop', 'web-1']);
  });
  test('without times the uptime of one boot is the clock; of several there is none', () => {
    const uptimes = (seconds: number[]) => overTimeOf(seconds.map((uptimeSeconds) => atLimit({ uptimeSeconds }))).clock;
    expect(uptimes([10, 20])).toBe('uptime');
    expect(uptimes([20, 10])).toBeNull();
    expect(overTimeOf([atLimit(), atLimit()])).toMatchObject({ clock: null, reports: 2, firstTime: null });
  });
  test('logs that were read apart are told together, each entry for its own', () => {
    const left = overTimeOf([shop(0, 60)]);
    const right = overTimeOf([{ ...shop(1, 0), hostName: 'web-2' }, aReport({ uptimeSeconds: 3 })]);
    expect(mergeOverTime(left, right)).toMatchObject({
      reports: 3,
      clock: 'time',
      firstTime: right.firstTime,
      lastTime: left.lastTime,
      recurring: [...left.recurring, ...right.recurring],
    });
    const uptimeOnly = overTimeOf([atLimit({ uptimeSeconds: 3 })]);
    expect(mergeOverTime(left, uptimeOnly).recurring.at(-1)).toMatchObject({ buckets: [], bucketSeconds: null });
  });
});

test('a boot ends where seconds since it go back, or pass at another pace than the clock', () => {
  const moment = (index: number, uptimeSeconds: number | null, epochMs: number | null, place = 'web-1') => ({
    index,
    time: null,
    uptimeSeconds,
    epochMs,
    place,
  });
  const day = 86_400_000;
  expect([
    ...bootsOf([
      moment(0, 100, 0),
      moment(1, 200, 100_000),
      moment(2, null, 100_000),
      moment(3, 50, null, 'web-2'),
      moment(4, 300, day),
      moment(5, 250, day),
    ]).values(),
  ]).toEqual([0, 0, null, 1, 2, 3]);
});

test('buckets widen by powers of two, and lose nothing', () => {
  const histogram = createHistogram();
  for (let second = 0; second < 1000; second++) histogram.add(second);
  const { widthSeconds, counts } = histogram.buckets();
  expect(widthSeconds).toBe(8);
  expect(counts).toHaveLength(125);
  expect(counts.reduce((sum, [, count]) => sum + count, 0)).toBe(1000);
});

test('the median of what stands in the middle', () => {
  expect([median([]), median([3]), median([1, 9]), median([9, 1, 2])]).toEqual([null, 3, 5, 2]);
});

const reports = fc.array(
  fc.record({
    minutes: fc.option(fc.nat(10_000), { nil: null }),
    uptimeSeconds: fc.option(fc.nat(100_000), { nil: null }),
    cgroup: fc.constantFrom('/shop', '/a', null),
    victims: fc.array(fc.record({ pid: fc.nat(4), size: fc.nat(300) }), { maxLength: 2 }),
    tasks: fc.array(fc.record({ pid: fc.integer({ min: 5, max: 8 }), size: fc.nat(300) }), { maxLength: 4 }),
  }),
  { maxLength: 30 },
);

test('reports that are added in any order give the same result', () => {
  fc.assert(
    fc.property(reports, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (facts, random) => {
      const items = facts.map(({ minutes, uptimeSeconds, cgroup, victims, tasks }) =>
        atLimit({
          ...(minutes === null ? {} : at(minutes)),
          uptimeSeconds,
          limitCgroup: cgroup,
          victims: victims.map(({ pid, size }) =>
            aVictim({ pid, comm: 'v', anonRssBytes: size * MiB, fileRssBytes: 0 }),
          ),
          tasks: tasks.map(({ pid, size }) => aTask({ pid, comm: 't', rssBytes: size * MiB })),
        }),
      );
      const judged = items.map((report, index) => ({ item: { report, judgement: byKernel }, index }));
      const inOrder = createOverTime();
      for (const { item, index } of judged) inOrder.add(item, index);
      const mixed = createOverTime();
      const keyed = judged.map((one) => ({ one, key: random.next().value as number }));
      for (const { one } of keyed.sort((a, b) => a.key - b.key)) mixed.add(one.item, one.index);
      const result = inOrder.result([]);
      expect(mixed.result([])).toEqual(result);
      expect(overTimeSchema.parse(result)).toEqual(result);
    }),
    { numRuns: 300 },
  );
});

test('20,000 reports with tables of 200 tasks cost a second, and only what stands in many is kept', () => {
  const tasks = Array.from({ length: 200 }, (_, index) =>
    aTask({ pid: index, comm: `t${index}`, rssBytes: index * 4096 }),
  );
  const reader = createOverTime();
  const started = performance.now();
  for (let index = 0; index < 20_000; index++) {
    const own = tasks.map((task) => (task.pid > 190 ? { ...task, pid: task.pid + index * 1000 } : task));
    const report = atLimit({
      limitCgroup: `/pod-${index}`,
      tasks: own,
      victims: [aVictim({ pid: index })],
      ...at(index),
    });
    reader.add({ report, judgement: byKernel }, index);
  }
  const result = reader.result([]);
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(result).toMatchObject({ reports: 20_000, complete: false });
  expect(result.recurring.length).toBeLessThanOrEqual(100);
  expect(result.trends.map(({ pid, reports }) => [pid, reports]).sort()).toEqual(
    [188, 189, 190].map((pid) => [pid, 20_000]),
  );
  expect(JSON.stringify(result).length).toBeLessThan(500_000);
});
