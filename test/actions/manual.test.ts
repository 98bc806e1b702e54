import { expect, test } from 'vitest';
import { manual } from '../../src/actions/manual.js';
import { planOn, v2Files } from './hosts.js';

test('changes nothing', () => {
  expect(planOn(manual, { instruction: 'End cart', command: 'kill 29748' }, v2Files())).toEqual({
    changes: [],
    was: null,
    guards: [],
    unknowns: [],
  });
});

test.each([{}, { instruction: '' }, { instruction: ' ' }, { instruction: 'a', run: true }, { command: 'kill 1' }])(
  'refuses %j',
  (args) => {
    expect(manual.with.safeParse(args).success).toBe(false);
  },
);
