/** `history --json`: the one source of the type and of `schemas/history.schema.json`. */
import { z } from 'zod';
import { outcomeSchema } from './run.js';

export const historyEntrySchema = z.object({
  run: z.string(),
  time: z.string(),
  user: z.string(),
  playbook: z.string(),
  title: z.string(),
  incident: z.string().nullable(),
  /** null: it was cut off before its end */
  outcome: outcomeSchema.nullable(),
  /** changes of it may stand, and rollback has something to do */
  stands: z.boolean(),
  rolledBackAt: z.string().nullable(),
  error: z.string().nullable(),
  changes: z.array(
    z.object({
      step: z.string(),
      path: z.string(),
      before: z.string().nullable(),
      after: z.string(),
      /** intended: announced, perhaps never written */
      state: z.enum(['intended', 'written', 'undone']),
      /** why the last try to take it back was refused */
      refused: z.string().nullable(),
    }),
  ),
});

export const historySchema = z.object({ schema: z.literal('undoom/history/1'), runs: z.array(historyEntrySchema) });

export type HistoryEntry = z.infer<typeof historyEntrySchema>;
export type History = z.infer<typeof historySchema>;
