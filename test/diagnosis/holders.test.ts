import { expect, test } from 'vitest';
import { holdersOf } from '../../src/diagnosis/holders.js';
import { aReport } from './a-report.js';

test('a sum that is no safe number is left out, not rounded', () => {
  const memInfoPages = { active_file: 10, slab: 2 ** 45, pagetables: 2 ** 45 };
  expect(holdersOf(aReport({ memInfoPages })).map(({ name, bytes }) => [name, bytes])).toEqual([
    ['page cache', 40_960],
  ]);
});
