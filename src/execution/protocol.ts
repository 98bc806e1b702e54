import { z } from 'zod';
import { changeSchema, type RunResult, type StepResult } from '../schemas/run.js';
import type { StepReport } from './live-run.js';
import type { UndoVerdict } from './undo.js';

/**
 * What the side that runs as root takes on its standard input: one JSON request a line, answered in order by one JSON
 * reply a line. It takes nothing else: no path, no command, no argument, no environment.
 */
export const requestSchema = z.discriminatedUnion('request', [
  z.strictObject({
    request: z.literal('begin'),
    /** the playbook in its saved form: every value filled in, every `was` stated */
    playbook: z.string().max(2 ** 20),
    /** where it came from: a file is used once, a built-in or a diagnosis is not */
    origin: z.strictObject({ kind: z.enum(['file', 'built-in', 'diagnosis']), name: z.string().max(4096) }),
    /** digest of the playbook as its file states it */
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    /** the changes that were shown, so that nothing else is done */
    shown: z.array(z.strictObject({ id: z.string(), changes: z.array(changeSchema.strict()) })),
  }),
  z.strictObject({ request: z.literal('step'), id: z.string() }),
  z.strictObject({ request: z.literal('take-back'), reason: z.string().max(200) }),
  z.strictObject({ request: z.literal('rollback'), run: z.string().max(100) }),
]);

export type Request = z.infer<typeof requestSchema>;

export interface BeginReply {
  run: string | null;
  outcome: 'pending' | 'unchanged' | 'refused';
  error: RunResult['error'];
  steps: StepResult[];
}

export interface RollbackReply {
  outcome: 'rolled-back' | 'unchanged' | 'refused' | 'stuck';
  error: RunResult['error'];
  verdicts: UndoVerdict[];
}

export interface Replies {
  begin: BeginReply;
  step: StepReport;
  'take-back': { takenBack: UndoVerdict[] };
  rollback: RollbackReply;
}

export type Reply<Name extends keyof Replies = keyof Replies> =
  | { ok: true; result: Replies[Name] }
  | { ok: false; error: { code: string; message: string; hint: string | null } };
