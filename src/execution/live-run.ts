import type { Action, Change } from '../actions/action.js';
import { actionNamed } from '../actions/index.js';
import { UndoomError } from '../errors.js';
import { liveFiles, openHost } from '../host/index.js';
import type { Step } from '../playbook/playbook.js';
import type { StepResult } from '../schemas/run.js';
import { means } from './compare.js';
import type { Journal } from './journal.js';
import { type PreparedStep, prepareStep } from './prepare.js';
import { intendedChange, type RecordedChange } from './run-state.js';
import { checkUndo, type UndoVerdict, undoChange } from './undo.js';
import { runCommand, writeKernelFile } from './write.js';

/**
 * A run that is being executed, as root and under the lock. Steps go one by one; the first that fails stops it, and
 * what it had changed is taken back, newest first. After its last step it stands.
 */
export interface LiveRun {
  run: string;
  journal: Journal;
  /** what the preview showed, step by step */
  prepared: PreparedStep[];
  results: StepResult[];
  changes: RecordedChange[];
  ended: boolean;
}

export interface StepReport {
  result: StepResult;
  /** the run after this step: true where it is over */
  ended: boolean;
  error: { code: string; message: string; hint: string | null } | null;
  /** where the step failed: what became of the run's changes */
  takenBack: UndoVerdict[] | null;
}

export async function applyStep(run: LiveRun, id: string): Promise<StepReport> {
  const index = run.prepared.findIndex(({ step }) => step.id === id);
  if (run.ended || index !== run.results.length) {
    throw new UndoomError('failed.protocol', `step ${id} is not the one that comes next`);
  }
  const { step } = run.prepared[index]!;
  const report = await tryStep(run, step);
  run.results.push(report.result);
  if (report.error) {
    const takenBack = await takeBack(run, 'failed', report.error.message);
    return { ...report, ended: true, takenBack };
  }
  if (index === run.prepared.length - 1) {
    run.ended = true;
    const changed = run.results.some(({ status }) => status === 'changed');
    run.journal.tryAppend({ record: 'end', outcome: changed ? 'changed' : 'unchanged', error: null });
  }
  return { ...report, ended: run.ended, takenBack: null };
}

async function tryStep(run: LiveRun, step: Step): Promise<Omit<StepReport, 'ended' | 'takenBack'>> {
  const finish = (result: StepResult, error: UndoomError | null = null) => {
    const status = result.status === 'refused' ? 'failed' : (result.status as 'changed');
    const text = error?.message ?? result.verified?.text ?? '';
    run.journal.tryAppend({ record: 'step', step: step.id, status, text });
    return { result, error: error && { code: error.code, message: error.message, hint: error.hint } };
  };
  const { plan, result } = prepareStep(step, liveFiles());
  if (result.status === 'refused') {
    const guard = result.guards.find(({ ok }) => !ok)!;
    return finish(result, new UndoomError(`guard.${guard.id}`, `Refused: ${step.title}: ${guard.text}`));
  }
  if (result.status !== 'pending' || !plan) return finish(result);
  const action = actionNamed(step.action) as Action<unknown, unknown>;
  const args = action.with.parse(step.with);
  try {
    const before = action.observe?.(args, openHost(liveFiles())) ?? {};
    for (const [index, change] of plan.changes.entries()) await applyChange(run, step, index, change);
    const { ok, text } = action.verify(args, openHost(liveFiles()), before);
    result.verified = { ok, text };
    result.status = ok ? 'changed' : 'failed';
    return finish(result, ok ? null : new UndoomError('failed.verify', `${step.title}: ${text}`));
  } catch (error) {
    const known =
      error instanceof UndoomError ? error : new UndoomError('failed.step', String(error), { cause: error });
    return finish({ ...result, status: 'failed' }, known);
  }
}

/** Looks once more, announces, writes, reads back, confirms. */
async function applyChange(run: LiveRun, step: Step, index: number, change: Change): Promise<void> {
  const files = liveFiles();
  const raw = change.kind === 'write' && change.before !== null ? files.read(change.path) : null;
  const { pageSizeBytes } = openHost(files);
  if (change.kind === 'write' && change.before !== null) {
    if (raw === null || !means(raw, change.before, change.compare, pageSizeBytes)) {
      const now = raw === null ? 'gone' : raw.trim();
      throw new UndoomError('guard.drift', `Refused: ${change.path} was ${change.before}, is now ${now}`);
    }
  }
  const recorded = intendedChange(step.id, index, change, raw);
  run.journal.append({ record: 'intent', step: step.id, index, change, raw });
  run.changes.push(recorded);

  if (change.kind === 'command') await runCommand(change.argv, change.timeoutSeconds);
  else await writeKernelFile(change.path, change.after, change.timeoutSeconds);

  const rawAfter = change.kind === 'write' && change.compare !== 'none' ? files.read(change.path) : null;
  const alongside = (change.kind === 'write' ? (change.alongside ?? []) : []).map(({ path }) => ({
    path,
    after: files.read(path) ?? '',
  }));
  Object.assign(recorded, { state: 'written', rawAfter, alongsideAfter: alongside });
  run.journal.append({ record: 'written', step: step.id, index, raw: rawAfter, alongside });
  if (change.kind === 'write' && change.compare !== 'none') {
    if (rawAfter === null || !means(rawAfter, change.after, change.compare, pageSizeBytes)) {
      const read = rawAfter?.trim() ?? 'nothing';
      throw new UndoomError(
        'failed.read-back',
        `${change.path} was written, but reads ${read} and not ${change.after}`,
      );
    }
  }
}

/**
 * Takes back what an unfinished run has changed, as far as it can be, and ends it.
 * @param outcome why: a step failed, or somebody interrupted it
 */
export async function takeBack(
  run: LiveRun,
  outcome: 'failed' | 'interrupted',
  reason: string,
): Promise<UndoVerdict[]> {
  const verdicts: UndoVerdict[] = [];
  for (const recorded of run.changes.filter(({ state }) => state !== 'undone').reverse()) {
    const [verdict] = checkUndo(
      [recorded],
      run.prepared.map(({ step }) => step),
      liveFiles(),
    );
    if (verdict) verdicts.push(await undoChange(verdict, run.journal));
  }
  run.ended = true;
  for (const result of run.results) {
    const own = verdicts.filter(({ change }) => change.step === result.id);
    if (
      own.length > 0 &&
      own.every(({ verdict }) => verdict === 'undo' || verdict === 'already' || verdict === 'gone')
    ) {
      if (result.status === 'changed') result.status = 'rolled-back';
    }
  }
  const stuck = verdicts.some(({ verdict }) => verdict === 'refused');
  run.journal.tryAppend({ record: 'end', outcome: stuck ? 'stuck' : outcome, error: reason });
  return verdicts;
}
