import { UndoomError } from '../errors.js';
import type { HostFiles } from '../host/files.js';
import { liveFiles } from '../host/index.js';
import { playbookDigest } from '../playbook/digest.js';
import type { Playbook } from '../playbook/playbook.js';
import { formatPlaybook } from '../playbook/save.js';
import type { Outcome, RunResult, StepResult } from '../schemas/run.js';
import { writeCommand } from '../text/quote.js';
import { connect } from './helper-client.js';
import { openResult, prepare, withStateOf } from './prepare.js';
import { planRollback, refusalOf } from './roll-back.js';
import { type RunState, readRuns } from './run-state.js';
import { stateDirectory } from './state-directory.js';
import type { UndoVerdict } from './undo.js';

/** A dry run's result, and what a run of it needs. */
export interface Preview {
  result: RunResult;
  playbook: Playbook;
  digest: string;
}

/** Shows a step as it is done: draws what it likes round `runStep`, which rejects where the step fails. */
export type Follow = (
  steps: { id: string; title: string }[],
  runStep: (id: string) => Promise<{ ok: boolean; text: string; skipped?: boolean }>,
) => Promise<void>;

export interface ExecuteOptions {
  /** sudo may ask for a password on the terminal */
  mayAsk: boolean;
  follow: Follow;
  /** aborted by Ctrl-C and the like: what was changed is taken back */
  signal: AbortSignal;
}

/**
 * What a playbook would do here, now. Opens nothing for writing and needs no rights but to read.
 * @param files another host's, where a snapshot is planned on
 */
export function dryRun(playbook: Playbook, files: HostFiles = liveFiles()): Preview {
  const digest = playbookDigest(playbook);
  const prepared = prepare(playbook, { files, runs: files.live ? readRuns(stateDirectory()) : [], digest });
  const result: RunResult = {
    schema: 'undoom/run/1',
    run: null,
    playbook: nameOf(playbook),
    mode: 'dry-run',
    outcome: prepared.outcome,
    guards: prepared.guards,
    steps: prepared.steps.map(({ result }) => result),
    error: prepared.error,
  };
  return { result, playbook: withStateOf(playbook, prepared), digest };
}

/** The preview of a playbook for a host that cannot be read from here. */
export function unreadResult(playbook: Playbook): RunResult {
  const steps = playbook.steps.map((step): StepResult => {
    const result = openResult(step);
    return {
      ...result,
      unknowns: ['it is for another host, which was not read: what it changes there is known when it is run'],
    };
  });
  return {
    schema: 'undoom/run/1',
    run: null,
    playbook: nameOf(playbook),
    mode: 'dry-run',
    outcome: 'pending',
    guards: [],
    steps,
    error: null,
  };
}

/** null where a `fix` put several playbooks together: then each step has its own. */
function nameOf({ name, steps, origin }: Playbook): string | null {
  const names = new Set(steps.map(({ playbook }) => playbook ?? name));
  return origin.kind === 'diagnosis' && names.size > 1 ? null : name;
}

/** Runs what was shown: through one process as root, step by step, each verified; what fails or is interrupted is taken back. */
export async function execute(preview: Preview, { mayAsk, follow, signal }: ExecuteOptions): Promise<RunResult> {
  const { playbook, digest } = preview;
  const result: RunResult = { ...preview.result, mode: 'apply' };
  if (result.outcome !== 'pending') return result;
  const helper = await connect({ mayAsk });
  try {
    if (signal.aborted) return interrupted(result, [], []);
    const begun = await helper.ask({
      request: 'begin',
      playbook: formatPlaybook(playbook),
      origin: playbook.origin,
      digest,
      shown: preview.result.steps.map(({ id, changes }) => ({ id, changes })),
    });
    if (begun.run === null) return { ...result, outcome: begun.outcome, error: begun.error, steps: begun.steps };
    result.run = begun.run;

    const done: StepResult[] = [];
    let failure: { error: NonNullable<RunResult['error']>; takenBack: UndoVerdict[] } | null = null;
    const runStep = async (id: string) => {
      if (signal.aborted) throw new UndoomError('interrupted', 'Interrupted');
      const report = await helper.ask({ request: 'step', id });
      done.push(report.result);
      if (report.error) failure = { error: report.error, takenBack: report.takenBack ?? [] };
      const { status, verified } = report.result;
      return {
        ok: report.error === null,
        text: verified?.text ?? report.error?.message ?? '',
        skipped: status === 'skipped' || status === 'manual' || status === 'unchanged',
      };
    };
    try {
      await follow(begun.steps, runStep);
    } catch (error) {
      if (!failure && !signal.aborted) throw error;
    }
    const steps = [...done, ...begun.steps.slice(done.length)];
    if (failure) return failed(result, steps, failure);
    if (done.length < begun.steps.length) {
      const { takenBack } = await helper.ask({ request: 'take-back', reason: 'interrupted' });
      return interrupted(result, steps, takenBack);
    }
    if (signal.aborted) {
      // interrupted in its last step: it was not finished for who interrupted it
      const { verdicts } = await helper.ask({ request: 'rollback', run: begun.run });
      if (verdicts.length > 0) return interrupted(result, steps, verdicts);
    }
    const outcome = done.some(({ status }) => status === 'changed') ? 'changed' : 'unchanged';
    return { ...result, outcome, steps };
  } catch (error) {
    if (result.run === null || !isLost(error)) throw error;
    return lost(result, result.run, error);
  } finally {
    await helper.close();
  }
}

/** The side that runs as root is gone in the middle of something: what stands is in the journal alone. */
function isLost(error: unknown): error is UndoomError {
  return error instanceof UndoomError && error.code === 'failed.helper';
}

function lost(result: RunResult, run: string, { code, message, hint }: UndoomError): RunResult {
  const stands = readRuns(stateDirectory()).find(({ header }) => header.run === run)?.stands ?? true;
  if (!stands) return { ...result, outcome: 'failed', error: { code, message, hint } };
  const error = { code: 'stuck', message: `${message}; changes of the run may stand`, hint: `undoom rollback ${run}` };
  return { ...result, outcome: 'stuck', error };
}

function failed(
  result: RunResult,
  steps: StepResult[],
  { error, takenBack }: { error: NonNullable<RunResult['error']>; takenBack: UndoVerdict[] },
): RunResult {
  const stuck = takenBack.find(({ verdict }) => verdict === 'refused');
  return {
    ...result,
    outcome: stuck ? 'stuck' : 'failed',
    steps: markTakenBack(steps, takenBack),
    error: stuck
      ? { ...refusalOf(stuck), message: `${error.message}; and it could not all be taken back: ${stuck.text}` }
      : error,
  };
}

function interrupted(result: RunResult, steps: StepResult[], takenBack: UndoVerdict[]): RunResult {
  const stuck = takenBack.find(({ verdict }) => verdict === 'refused');
  const message = takenBack.some(({ verdict }) => verdict === 'undo')
    ? 'Interrupted: what had been changed was taken back'
    : 'Interrupted: nothing was changed';
  return {
    ...result,
    outcome: stuck ? 'stuck' : 'interrupted',
    steps: markTakenBack(steps.length > 0 ? steps : result.steps, takenBack),
    error: stuck ? refusalOf(stuck) : { code: 'interrupted', message, hint: null },
  };
}

function markTakenBack(steps: StepResult[], takenBack: UndoVerdict[]): StepResult[] {
  return steps.map((step) => {
    const own = takenBack.filter(({ change }) => change.step === step.id);
    const back = own.length > 0 && own.every(({ verdict }) => verdict !== 'refused' && verdict !== 'irreversible');
    return step.status === 'changed' && back ? { ...step, status: 'rolled-back' as const } : step;
  });
}

/** What `rollback` of a run would do. Reads only. */
export function dryRollback(run: RunState): RunResult {
  const verdicts = planRollback(run, liveFiles());
  const refused = verdicts.find(({ verdict }) => verdict === 'refused');
  const outcome = refused ? 'refused' : verdicts.length === 0 ? 'unchanged' : 'pending';
  return { ...rollbackResult(run, verdicts, 'pending'), outcome, error: refused ? refusalOf(refused) : null };
}

/** Takes a run back, through the side that runs as root. */
export async function executeRollback(run: RunState, mayAsk: boolean): Promise<RunResult> {
  const helper = await connect({ mayAsk });
  try {
    const { outcome, error, verdicts } = await helper.ask({ request: 'rollback', run: run.header.run });
    return { ...rollbackResult(run, verdicts, 'rolled-back'), outcome, error };
  } catch (error) {
    if (!isLost(error)) throw error;
    return lost(rollbackResult(run, [], 'rolled-back'), run.header.run, error);
  } finally {
    await helper.close();
  }
}

const statuses = { already: 'unchanged', gone: 'skipped', irreversible: 'unchanged', refused: 'refused' } as const;

function rollbackResult(run: RunState, verdicts: UndoVerdict[], done: 'pending' | 'rolled-back'): RunResult {
  const steps = verdicts.map(({ change: { step: id, change }, verdict, text, guard, command }): StepResult => {
    const step = run.header.steps.find((one) => one.id === id)!;
    const undo = change.kind === 'write' ? change.undo : null;
    return {
      id,
      title: step.title,
      playbook: step.playbook,
      action: step.action,
      risk: step.risk,
      status: verdict === 'undo' ? done : statuses[verdict],
      changes:
        verdict === 'undo' && undo !== null
          ? [
              {
                kind: 'write',
                path: change.path,
                before: change.after,
                after: change.before,
                command: writeCommand(change.path, undo),
              },
            ]
          : [],
      guards: [{ id: guard, ok: verdict !== 'refused', text }],
      verified:
        done === 'rolled-back' && verdict === 'undo'
          ? { ok: true, text: `${change.path} is ${change.before}, read back` }
          : null,
      unknowns: [],
      instruction: null,
      command,
    };
  });
  const { name } = run.header.playbook;
  return {
    schema: 'undoom/run/1',
    run: run.header.run,
    playbook: name,
    mode: 'rollback',
    outcome: 'unchanged',
    guards: [],
    steps,
    error: null,
  };
}

/** The exit code of the contract. */
export function exitOf({ outcome, error }: RunResult): number {
  const exits: Record<Outcome, number> = {
    unchanged: 0,
    changed: 0,
    pending: 0,
    'rolled-back': 0,
    failed: 1,
    refused: 3,
    stuck: 4,
    declined: 5,
    interrupted: 130,
  };
  return outcome === 'failed' && error?.code.startsWith('call') ? 2 : exits[outcome];
}
