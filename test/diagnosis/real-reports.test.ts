/** Reports as kernels printed them: does the score worked out anew name the victim, and do the parts add up? */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { balanceOf } from '../../src/diagnosis/balance/index.js';
import { choiceOf } from '../../src/diagnosis/choice/index.js';
import { reportsFromText } from '../../src/kernel-log/index.js';

const folder = new URL('../fixtures/reports/', import.meta.url);
const reportsOf = (name: string) =>
  reportsFromText(readFileSync(new URL(name, folder), 'utf8'), { kind: 'file', name, forgeable: true }, 0).map(
    ({ report }) => report,
  );
const context = { swapTotalBytes: null, earlier: new Set<number>() };

test.each(readdirSync(folder).filter((name) => name.endsWith('.log')))('%s', (name) => {
  for (const report of reportsOf(name)) {
    const choice = choiceOf(report, context);
    if (choice) expect(choice.agrees, choice.text).not.toBe(false);
    const balance = balanceOf(report);
    if (balance) expect(balance.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(balance.totalBytes);
  }
});

test('a whole host on a real kernel: nearly all of its memory has a counter', () => {
  const [report] = reportsOf('linux-6.1-two-nodes-dmesg.log');
  expect(choiceOf(report!, context)).toMatchObject({ agrees: true, victim: { pid: 123, score: 133_763 } });
  const balance = balanceOf(report!)!;
  expect(balance).toMatchObject({ of: 'host', totalBytes: 262_014 * 4096, surplusBytes: 0, complete: true });
  const bytes = Object.fromEntries(balance.parts.map((part) => [part.name, part.bytes]));
  expect(bytes['huge-pages']).toBe(20 * 2 ** 21);
  expect(bytes['shared-memory']).toBe(25_601 * 4096);
  expect(bytes.unaccounted! / balance.totalBytes).toBeLessThan(0.02);
});
