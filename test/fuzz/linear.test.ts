/** Time goes with the size of a log, whatever it is made of: none of these takes more than its share. */
import { describe, expect, test } from 'vitest';
import { shapes } from './shapes.js';
import { timeOf } from './time-of.js';

const lines = shapes.filter(({ name }) => !name.startsWith('one line'));
const oneLine = shapes.filter(({ name }) => name.startsWith('one line'));
/** what a machine's mood and a first run may add */
const spareMs = 300;

async function least(log: string): Promise<number> {
  return Math.min(await timeOf(log), await timeOf(log));
}

describe('twice the log takes about twice the time', () => {
  test.each(lines)('$name', async ({ make }) => {
    const once = await least(make(200_000));
    expect(await least(make(400_000))).toBeLessThan(3 * once + spareMs);
  });
});

/** What is longer is cut (src/kernel-log/carrier.ts): a line that takes long takes it here. */
const longestLine = 65_000;

test('no line takes long', async () => {
  const slow: string[] = [];
  for (const { name, make } of oneLine) {
    const took = await timeOf(make(longestLine));
    if (took > 2_000) slow.push(`${name}: ${Math.round(took)} ms`);
  }
  expect(slow).toEqual([]);
});
