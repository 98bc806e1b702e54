/** `run --json`, `fix --json`, `rollback --json`: the one source of the type and of `schemas/run.schema.json`. */
import { z } from 'zod';
import { riskSchema } from './diagnosis.js';

export const changeSchema = z.object({
  /** one value to one kernel file, or one command with a fixed argument list */
  kind: z.enum(['write', 'command']),
  /** the file written; for a command, what it changes */
  path: z.string(),
  /** null where there is nothing to read before (a write-only file) */
  before: z.string().nullable(),
  /** null where it is not known until the run */
  after: z.string().nullable(),
  /** the exact command, as a person would type it */
  command: z.string(),
});

export const guardSchema = z.object({ id: z.string(), ok: z.boolean(), text: z.string() });

export const stepStatusSchema = z.enum([
  'unchanged',
  'changed',
  'pending',
  'refused',
  'failed',
  'rolled-back',
  'skipped',
  'manual',
]);

export const stepResultSchema = z.object({
  id: z.string(),
  title: z.string(),
  playbook: z.string().nullable(),
  action: z.string(),
  risk: riskSchema,
  status: stepStatusSchema,
  changes: z.array(changeSchema),
  guards: z.array(guardSchema),
  verified: z.object({ ok: z.boolean(), text: z.string() }).nullable(),
  /** what a dry run could not know */
  unknowns: z.array(z.string()),
  /** for a manual step */
  instruction: z.string().nullable(),
  command: z.string().nullable(),
});

export const outcomeSchema = z.enum([
  'unchanged',
  'changed',
  'pending',
  'refused',
  'declined',
  'failed',
  'interrupted',
  'rolled-back',
  'stuck',
]);

export const runSchema = z.object({
  schema: z.literal('undoom/run/1'),
  run: z.string().nullable(),
  playbook: z.string().nullable(),
  mode: z.enum(['apply', 'dry-run', 'rollback']),
  outcome: outcomeSchema,
  /** guards of the whole run: the host it is for, its end date, its windows, whether it was used */
  guards: z.array(guardSchema),
  steps: z.array(stepResultSchema),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }).nullable(),
});

export type ChangeView = z.infer<typeof changeSchema>;
export type GuardResult = z.infer<typeof guardSchema>;
export type StepStatus = z.infer<typeof stepStatusSchema>;
export type StepResult = z.infer<typeof stepResultSchema>;
export type Outcome = z.infer<typeof outcomeSchema>;
export type RunResult = z.infer<typeof runSchema>;
