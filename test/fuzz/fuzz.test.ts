/** A part of what `npm run fuzz` runs a million of: the same seeds each time. */
import { describe, expect, test } from 'vitest';
import { anyCase, anyLargeCase } from './case.js';
import { runBatch } from './run-batch.js';
import { isQuotedWhole } from './shell.js';

describe('nothing in a log can hurt', () => {
  test.each(Array.from({ length: 8 }, (_, seed) => seed))('250 logs of seed %i', async (seed) => {
    const failure = await runBatch(anyCase, seed, 250);
    expect(failure && [failure.message, failure.shrunk.log.toString('latin1')]).toBeNull();
  });
  test('a few large ones', async () => {
    const failure = await runBatch(anyLargeCase, 1, 6);
    expect(failure?.message).toBeUndefined();
  });
});

test.each([
  ['printf %s 1 | sudo tee /sys/fs/cgroup/shop/memory.max', true],
  ["sudo tee '/sys/fs/cgroup/a b;reboot/memory.max'", true],
  ["sudo tee '/a'\\''$(reboot)'", true],
  ["sudo tee '/a'$(reboot)", false],
  ["sudo tee '/a", false],
  ['sudo tee /a; reboot', false],
  ['sudo tee "/a"', false],
  ['sudo tee /a > b', false],
])('the check of a command itself: %s', (command, isWhole) => {
  expect(isQuotedWhole(command)).toBe(isWhole);
});
