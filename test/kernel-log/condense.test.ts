import { expect, test } from 'vitest';
import { condense } from '../../src/kernel-log/condense.js';
import { aReport, aTask, aVictim } from '../diagnosis/a-report.js';

const many = Array.from({ length: 100 }, (_, index) =>
  aTask({
    pid: index + 1,
    rssAnonBytes: 1000 * (index + 1),
    rssBytes: 1000 * (index + 1),
    pageTableBytes: 4096,
    oomScoreAdj: 0,
  }),
);

test('the largest, the likeliest, process 1 and the victims stay; what the others held is known', () => {
  const tasks = many.map((task) => (task.pid === 40 ? { ...task, oomScoreAdj: 900 } : task));
  const report = aReport({ tasks, victims: [aVictim({ pid: 20 })] });
  condense(report);
  expect(report.tasks.map(({ pid }) => pid)).toEqual([1, 20, 40, 93, 94, 95, 96, 97, 98, 99, 100]);
  const total = many.reduce((sum, { rssBytes }) => sum + rssBytes!, 0);
  const kept = report.tasks.reduce((sum, { rssBytes }) => sum + rssBytes!, 0);
  expect(report.tasksLeftOut).toEqual({ count: 89, bytes: total - kept, pageTableBytes: 89 * 4096 });
});

test('a short table stays whole, and a second time changes nothing', () => {
  const report = aReport({ tasks: many.slice(0, 16) });
  condense(report);
  expect(report.tasks).toHaveLength(16);
  const long = aReport({ tasks: [...many] });
  condense(long);
  const once = structuredClone(long);
  condense(long);
  expect(long).toEqual(once);
});
