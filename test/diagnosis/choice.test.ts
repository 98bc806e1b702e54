import { describe, expect, test } from 'vitest';
import { choiceOf } from '../../src/diagnosis/choice/index.js';
import type { Report, TaskReport } from '../../src/kernel-log/report.js';
import { aReport, aTask, atLimit, aVictim } from './a-report.js';

const page = 4096;
const none = { swapTotalBytes: null, earlier: new Set<number>() };
/** pid, pages resident, oom_score_adj */
const task = (pid: number, rss: number, adj = 0, more: Partial<TaskReport> = {}) =>
  aTask({
    pid,
    tgid: pid,
    comm: `p${pid}`,
    uid: 1000,
    rssBytes: rss * page,
    swapBytes: 0,
    pageTableBytes: 0,
    oomScoreAdj: adj,
    ...more,
  });
/** A host of 100,000 pages, without swap. */
const global = (kernel: string | null, tasks: TaskReport[], more: Partial<Report> = {}) =>
  aReport({
    kernel,
    scope: 'global',
    constraint: 'none',
    ramPages: 100_000,
    reservedPages: 0,
    swapTotalBytes: 0,
    tasks,
    victims: [aVictim({ pid: tasks[0]!.pid, comm: tasks[0]!.comm })],
    ...more,
  });
const scores = (report: Report) => choiceOf(report, none)!.ranking.map(({ pid, score }) => [pid, score]);

describe('the score, by the kernel’s release', () => {
  const held = { swapBytes: 50 * page, pageTableBytes: 10 * page };
  test.each<[string, string, TaskReport[], (number | null)[][]]>([
    [
      '6.12: may be below zero',
      '6.12.0',
      [task(1001, 1000, 0, held), task(1002, 100, -500)],
      [
        [1001, 1060],
        [1002, -49_900],
      ],
    ],
    [
      '5.4: at least 1',
      '5.4.0',
      [task(1001, 1000, 0, held), task(1002, 100, -500)],
      [
        [1001, 1060],
        [1002, 1],
      ],
    ],
    [
      '4.14: root has 3% less',
      '4.14.0',
      [task(1001, 1000, 0, { uid: 0 }), task(1002, 960)],
      [
        [1001, 970],
        [1002, 960],
      ],
    ],
    ['4.17: root has no bonus', '4.17.0', [task(1001, 1000, 0, { uid: 0 })], [[1001, 1000]]],
    ['3.10: root has 30 thousandths less', '3.10.0', [task(1001, 5000, 0, { uid: 0 })], [[1001, 2000]]],
    ['3.2: thousandths', '3.2.0', [task(1001, 5000, 100), task(1002, 90_000, -1000)], [[1001, 150]]],
    ['2.6.32 of RHEL 6: thousandths', '2.6.32-754.el6.x86_64', [task(1001, 5000, 0, { uid: 0 })], [[1001, 20]]],
    ['page tables by whole pages', '6.1.0', [task(1001, 10, 0, { pageTableBytes: 3 * page - 1 })], [[1001, 12]]],
  ])('%s', (_, kernel, tasks, expected) => {
    expect(scores(global(kernel, tasks))).toEqual(expected);
  });
  test('2.6.31 chose by what its table does not print', () => {
    const choice = choiceOf(global('2.6.31', [task(1001, 10, 0, { oomScoreAdj: null })]), none);
    expect(choice).toMatchObject({ ranking: [], agrees: null });
    expect(choice!.text).toContain('virtual size');
  });
  test('of a cgroup, adjustments go by its limit and what it may swap', () => {
    const tasks = [task(29748, 100, 500), task(8, 200)];
    const memory = { usageBytes: 4000 * page, limitBytes: 4000 * page, failcnt: 1 };
    const swap = (limitBytes: number | 'max') => ({ usageBytes: 0, limitBytes, failcnt: 0 });
    expect(scores(atLimit({ tasks, memory, swapCharge: swap(0) }))[0]).toEqual([29748, 2100]);
    expect(scores(atLimit({ tasks, memory, swapCharge: swap(2000 * page) }))[0]).toEqual([29748, 3100]);
    expect(scores(atLimit({ tasks, memory, memorySwap: swap(6000 * page) }))[0]).toEqual([29748, 3100]);
    const known = choiceOf(atLimit({ tasks, memory, swapCharge: swap('max') }), {
      ...none,
      swapTotalBytes: 2000 * page,
    });
    expect(known!.ranking[0]).toMatchObject({ score: 3100 });
  });
});

describe('does it agree with the kernel', () => {
  const told = (report: Report, context: Partial<typeof none> = {}) => {
    const choice = choiceOf(report, { ...none, ...context })!;
    return [choice.agrees, choice.text] as const;
  };
  test('the highest was killed', () => {
    expect(told(global('6.1.0', [task(1001, 900), task(1002, 800)]))).toEqual([
      true,
      'p1001 (1001) had the highest score of the 2 in the table: it held 3.5 MiB with swap and page tables',
    ]);
  });
  test('a higher one was not, and it is said', () => {
    const [agrees, text] = told(global('6.1.0', [task(1001, 10), task(1002, 800)]));
    expect(agrees).toBe(false);
    expect(text).toContain('by the table p1002 (1002) had a higher score than p1001 (1001)');
  });
  test('unless the higher one was killed just before', () => {
    expect(told(global('6.1.0', [task(1001, 10), task(1002, 800)]), { earlier: new Set([1002]) })[0]).toBe(true);
  });
  test('whether root was spared is not printed', () => {
    expect(told(global('4.14.0', [task(1001, 1000, 0, { uid: 0 }), task(1002, 990)]))[0]).toBe(true);
    expect(told(global('4.14.0', [task(1001, 1000, 0, { uid: 0 }), task(1002, 2000)]))[0]).toBe(false);
  });
  test('a child was killed in its parent’s place', () => {
    const report = global('4.4.0', [task(1001, 10), task(1002, 800)], {
      chosen: { pid: 1002, comm: 'p1002', score: 8 },
    });
    const choice = choiceOf(report, none)!;
    expect(choice).toMatchObject({ agrees: true, victim: { pid: 1002, score: 800 } });
    expect(choice.text).toContain('p1001 (1001), a child or thread of it, was killed in its place');
    expect(choice.ranking.map(({ note }) => note)).toEqual(['chosen; a child was killed in its place', 'killed']);
  });
  test('oom_kill_allocating_task asks for no score', () => {
    const [agrees, text] = told(global('6.1.0', [task(1001, 10), task(1002, 800)], { oomKillAllocatingTask: true }));
    expect(agrees).toBeNull();
    expect(text).toContain('vm.oom_kill_allocating_task is set');
  });
  test('the victim’s row is cut', () => {
    expect(told(global('6.1.0', [task(1001, 10)], { victims: [aVictim({ pid: 7, comm: 'q' })] }))).toEqual([
      null,
      'q (7) is not in the task table: its score cannot be worked out',
    ]);
  });
  test('the size of memory is not told, and adjustments differ', () => {
    const report = global('6.1.0', [task(1001, 10, 100), task(1002, 800)], { ramPages: null });
    expect(told(report)[0]).toBeNull();
    expect(told(report)[1]).toContain('the size of all memory is not told');
    expect(told(global('6.1.0', [task(1001, 900), task(1002, 800)], { ramPages: null }))[0]).toBe(true);
  });
  test.each([
    ['no table', global('6.1.0', [task(1001, 1)], { tasks: [] })],
    ['no victim', global('6.1.0', [task(1001, 1)], { victims: [] })],
    ['an allocation that failed', global('6.1.0', [task(1001, 1)], { kind: 'allocation-failure' })],
  ])('is not told: %s', (_, report) => {
    expect(choiceOf(report, none)).toBeNull();
  });
});

test('who was shielded, and who would have been chosen otherwise', () => {
  const tasks = [task(1001, 100), task(1002, 800, -998), task(1003, 900, -1000), task(1004, 50, -500), task(1, 5000)];
  const choice = choiceOf(global('6.1.0', tasks), none)!;
  expect(choice).toMatchObject({ agrees: true, withoutAdjustments: { pid: 1003, bytes: 900 * page } });
  expect(choice.shielded.map(({ pid, bytes }) => [pid, bytes / page])).toEqual([
    [1003, 900],
    [1002, 800],
  ]);
  expect(choice.ranking.map(({ pid }) => pid)).not.toContain(1);
});

test('where nothing could be killed, what the shielded held is told', () => {
  const report = global('6.1.0', [task(1001, 100, -1000)], { victims: [], noKillableProcess: true });
  expect(choiceOf(report, none)).toMatchObject({ victim: null, ranking: [], shielded: [{ pid: 1001 }], agrees: null });
});

test('the ranking is the five highest, and the victim', () => {
  const tasks = [task(1001, 1), ...Array.from({ length: 8 }, (_, index) => task(2000 + index, 100 + index))];
  expect(choiceOf(global('6.1.0', tasks), none)!.ranking.map(({ pid }) => pid)).toEqual([
    2007, 2006, 2005, 2004, 2003, 1001,
  ]);
});
