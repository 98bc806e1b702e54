import fc from 'fast-check';
import { expect, test } from 'vitest';
import { builtIns } from '../../src/playbook/built-ins.js';
import { outlineOf } from '../../src/playbook/outline.js';
import { sampleValue } from '../../src/playbook/parameters.js';
import type { ParameterValues, Playbook } from '../../src/playbook/playbook.js';
import { highestRisk } from '../../src/playbook/risk.js';
import { fillTemplate } from '../../src/playbook/template.js';

/** A value for each parameter that must have one, and for any of the others. */
function valuesOf({ parameters }: Playbook): fc.Arbitrary<ParameterValues> {
  const all = Object.entries(parameters);
  return fc
    .subarray(all.filter(([, { optional, default: value }]) => optional || value !== undefined))
    .map((some) =>
      all.filter((entry) => some.includes(entry) || (!entry[1].optional && entry[1].default === undefined)),
    )
    .map((given) => Object.fromEntries(given.map(([name, parameter]) => [name, sampleValue(parameter)])));
}

test.each(builtIns().map((playbook) => [playbook.name, playbook] as const))(
  'what is told of %s is what its filled-in steps come to',
  (_, playbook) => {
    fc.assert(
      fc.property(valuesOf(playbook), (values) => {
        let steps: Playbook['steps'];
        try {
          ({ steps } = fillTemplate(playbook, values));
        } catch {
          // nothing is left to do: no maker proposes that
          return;
        }
        const manual = steps.every(({ action }) => action === 'manual');
        const args = manual ? steps.map((step) => step.with as { instruction: string; command?: string }) : [];
        const commands = args.flatMap(({ command }) => command ?? []);
        expect(outlineOf(playbook, values)).toEqual({
          risk: highestRisk(steps),
          manual,
          instruction: args.map(({ instruction }) => instruction).join(' ') || null,
          command: commands.join(' && ') || null,
        });
      }),
      { numRuns: 50 },
    );
  },
);
