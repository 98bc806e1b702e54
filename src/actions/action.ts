import type { z } from 'zod';
import type { Host } from '../host/host.js';
import type { Risk } from '../schemas/diagnosis.js';
import type { GuardResult } from '../schemas/run.js';

/**
 * A typed thing undoom knows how to do. A playbook cannot say anything else: no shell, no path of its own.
 * An action only reads the host and says what it would do; `execution/` alone does it.
 */
export interface Action<With = never, Was = never> {
  name: string;
  /** one sentence for `playbook show` and the docs */
  summary: string;
  /** its arguments, strict (unknown keys are errors), bounds included */
  with: z.ZodType<With>;
  /** the state a saved step expects to find; null where the action has no inverse */
  was: z.ZodType<Was> | null;
  /** the lowest risk of this step: a playbook that states a lower one is wrong. May look at `was` (raising or lowering) */
  lowestRisk(args: With, was: Was | null): Risk;
  /** false: it cannot be taken back, and the plan says so first */
  reversible: boolean;
  /**
   * What it comes down to on this host, now. Reads only.
   * @throws UndoomError `guard.…` where this kernel has no such file, or what it is for is gone (`guard.gone`)
   */
  plan(args: With, host: Host): StepPlan<Was>;
  /**
   * After the writes: did it bring what it was for? Each changed file was read back and compared already.
   * @param before what `observe` gave before the writes
   */
  verify(args: With, host: Host, before: Record<string, unknown>): Verification;
  /** What `verify` compares with: taken before the writes, kept in the journal. */
  observe?(args: With, host: Host): Record<string, unknown>;
  /** Guards of this action's own, for taking its changes back (a limit below what is held, nodes from under pages). Reads only. */
  guardUndo?(changes: Change[], host: Host): GuardResult[];
}

export interface StepPlan<Was> {
  /** in the order the kernel accepts; those whose value stands already are left out, so that [] means unchanged */
  changes: Change[];
  /** the state as it is now, in the shape of `was` */
  was: Was | null;
  /** bounds, ancestors, headroom: this action's own, each with its sum in words ("the host keeps 11.1 GiB") */
  guards: GuardResult[];
  /** what cannot be known before the run */
  unknowns: string[];
}

export type Change = WriteChange | CommandChange;

export interface WriteChange {
  kind: 'write';
  /** absolute, as on the host */
  path: string;
  /** the value as a person reads it (`62914560`, `always`, `0-1`); null where the file cannot be read */
  before: string | null;
  after: string;
  /** the bytes that put `before` back; null where there is no inverse */
  undo: string | null;
  /**
   * Files that the kernel changes by itself with this one (min_free_kbytes with THP enabled): saved before, put back after this one's undo.
   */
  alongside?: { path: string; before: string }[];
  /** how the read-back is compared with `after`: exact; pages (rounded down to pages; `max` and the kernel's no limit are one); brackets (`always [madvise] never`); list (`0-1` is `0,1`); number; none (cannot be read) */
  compare: 'exact' | 'pages' | 'brackets' | 'list' | 'number' | 'none';
  /** the write may stall: done by a child process with this time limit */
  timeoutSeconds?: number;
}

export interface CommandChange {
  kind: 'command';
  /** absolute path of the program, then its arguments; no shell */
  argv: [string, ...string[]];
  /** what it changes, for people */
  path: string;
  before: string | null;
  after: string;
  undo: null;
  timeoutSeconds: number;
}

export interface Verification {
  ok: boolean;
  /** what was seen: "memory.max of /shop is 160 MiB, read back" */
  text: string;
}
