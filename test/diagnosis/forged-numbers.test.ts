/** Numbers that anyone may have written add up to anything: what is no safe number is not told. */
import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/index.js';
import { aReport, aTask, aVictim } from './a-report.js';

const most = Number.MAX_SAFE_INTEGER;

test('neither a factor, nor a score, nor a holder comes of a sum that is no safe number', () => {
  const report = aReport({
    scope: 'global',
    kernel: '6.1.0',
    tasks: [
      aTask({ rssBytes: most, swapBytes: most, pageTableBytes: most }),
      aTask({ pid: 2, rssBytes: most, oomScoreAdj: 1000 }),
    ],
    victims: [aVictim()],
    ramPages: 2 ** 40,
    memInfoPages: { slab_unreclaimable: 2 ** 45, shmem: 2 ** 45, pagetables: 2 ** 45, free: 1 },
    swapTotalBytes: most,
    swapFreeBytes: 0,
  });
  const { incidents } = diagnose({ reports: [report], sources: [], host: null, warnings: [] });
  const numbers = (value: unknown): number[] =>
    typeof value === 'number'
      ? [value]
      : typeof value === 'object' && value !== null
        ? Object.values(value).flatMap(numbers)
        : [];
  expect(numbers(incidents).filter((number) => Math.abs(number) > most)).toEqual([]);
});
