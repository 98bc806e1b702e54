import { z } from 'zod';
import type { Action } from './action.js';

export interface ManualWith {
  instruction: string;
  command?: string;
}

/** What only a person can do or decide. The command is shown, never run. */
export const manual: Action<ManualWith> = {
  name: 'manual',
  summary: 'Tells a person what to do. Its command is shown, never run.',
  with: z.strictObject({
    instruction: z.string().trim().min(1).max(4000),
    command: z.string().trim().min(1).max(4000).optional(),
  }),
  was: null,
  lowestRisk: () => 'low',
  reversible: false,
  plan: () => ({ changes: [], was: null, guards: [], unknowns: [] }),
  verify: () => ({ ok: true, text: 'for a person to do: undoom changed nothing' }),
};
