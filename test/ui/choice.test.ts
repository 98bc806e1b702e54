import { expect, test } from 'vitest';
import type { Choice } from '../../src/schemas/diagnosis.js';
import { choiceRows } from '../../src/ui/choice.js';
import { plain } from './sample.js';

const MiB = 2 ** 20;
const giant = { pid: 7, comm: 'db\x1b[2J', score: null, bytes: 900 * MiB, oomScoreAdj: -998, note: null };
const choice = (changes: Partial<Choice> = {}): Choice => ({
  formula: 'resident memory, swap and page tables in pages',
  victim: { pid: 9, score: 25_600 },
  ranking: [],
  shielded: [],
  withoutAdjustments: { pid: 9, comm: 'cart', bytes: 100 * MiB },
  agrees: true,
  text: 'cart (9) had the highest score of the 2 in the table: it held 100 MiB with swap and page tables',
  ...changes,
});

test('a victim that nobody else was spared for takes one sentence', () => {
  expect(choiceRows(plain, choice(), 2)).toEqual([
    '  cart (9) had the highest score of the 2 in the table: it held 100 MiB with',
    '  swap and page tables',
  ]);
});

test('who was shielded, and who would have been chosen otherwise; names are escaped', () => {
  const other = { pid: 7, comm: giant.comm, bytes: giant.bytes };
  const rows = choiceRows(plain, choice({ shielded: [giant], withoutAdjustments: other }), 2).join(' ');
  expect(rows).toContain('kept out, though it held more: db\\x1b[2J (7) with 900 MiB (oom_score_adj -998)');
  expect(rows.replace(/ +/g, ' ')).toContain(
    'without any oom_score_adj it would have been db\\x1b[2J (7), with 900 MiB',
  );
});

test('nothing is claimed where the scores do not agree, and nothing shown where nothing is told', () => {
  const other = { pid: 7, comm: 'db', bytes: 1 };
  expect(choiceRows(plain, choice({ agrees: false, withoutAdjustments: other }), 2).join(' ')).not.toContain(
    'without any',
  );
  expect(choiceRows(plain, null, 2)).toEqual([]);
});
