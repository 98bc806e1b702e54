import { describe, expect, test } from 'vitest';
import { commands } from '../../src/commands.js';
import { makeState, undoom } from '../kernel/machine.js';

// oclif fills a missing argument from standard input: a run to take back must not be named by whatever is piped in
describe('an argument that is left out', () => {
  test.each(Object.entries(commands))('of %s is not read from standard input', (_, command) => {
    for (const argument of Object.values(command.args ?? {})) expect(argument.ignoreStdin).toBe(true);
  });

  test('whatever is piped in', async () => {
    const state = makeState();
    try {
      const { exit, json } = await undoom(['rollback', '--yes', '--json'], { env: state.env, input: '19700101\n' });
      expect([exit, json.outcome]).toEqual([0, 'unchanged']);
      expect((await undoom(['diagnose', '--json'], { input: '/nowhere\n' })).exit).toBe(0);
    } finally {
      state.remove();
    }
  });
});
