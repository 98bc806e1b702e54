import type { Action, StepPlan } from '../actions/action.js';
import { actionNamed } from '../actions/index.js';
import { UndoomError } from '../errors.js';
import type { HostFiles } from '../host/files.js';
import { openHost, overlayFiles } from '../host/index.js';
import { withLowestRisk } from '../playbook/lowest-risk.js';
import type { Playbook, Step } from '../playbook/playbook.js';
import type { GuardResult, Outcome, RunResult, StepResult } from '../schemas/run.js';
import { viewOf } from './change-view.js';
import { drift } from './guards/drift.js';
import { runGuards } from './guards/index.js';
import type { RunState } from './run-state.js';

/** What a playbook would do on this host, and whether it may. Reads only: the dry run, and the last look before a run. */
export interface Prepared {
  outcome: Extract<Outcome, 'pending' | 'unchanged' | 'refused'>;
  error: RunResult['error'];
  guards: GuardResult[];
  steps: PreparedStep[];
}

export interface PreparedStep {
  step: Step;
  plan: StepPlan<unknown> | null;
  result: StepResult;
}

export interface PrepareContext {
  files: HostFiles;
  runs: RunState[];
  /** of the playbook as its file states it */
  digest: string;
}

/**
 * Every step is planned on top of what the steps before it would have changed. In the order of the contract: what
 * stands already is `unchanged` whatever the guards say; then drift; then the guards of the whole run.
 */
export function prepare(playbook: Playbook, { files, runs, digest }: PrepareContext): Prepared {
  const values = new Map<string, string>();
  const steps = playbook.steps.map((step) => {
    const prepared = prepareStep(step, overlayFiles(files, values));
    for (const change of prepared.plan?.changes ?? []) {
      if (change.kind === 'write' && change.compare !== 'none') values.set(change.path, change.after);
    }
    return prepared;
  });
  const identity = openHost(files).identity;
  const checked = runGuards.flatMap(
    (guard) => guard.check(playbook, { identity, now: files.now(), runs, digest }) ?? [],
  );
  // a plan that was made just now is for this host and today: only what refuses it is news
  const guards = playbook.origin.kind === 'diagnosis' ? checked.filter(({ ok }) => !ok) : checked;

  const wrongHost = guards.find((guard) => guard.id === 'host' && !guard.ok);
  if (wrongHost) return { outcome: 'refused', error: refusal(wrongHost), guards, steps };
  const open = steps.filter(({ result }) => result.status !== 'manual');
  if (open.every(({ result }) => result.status === 'unchanged')) {
    // what would refuse a change says nothing where there is none to make
    return { outcome: 'unchanged', error: null, guards: guards.filter(({ ok }) => ok), steps };
  }
  const refused = steps.find(({ result }) => result.status === 'refused');
  if (refused) {
    const guard = refused.result.guards.find(({ ok }) => !ok)!;
    return { outcome: 'refused', error: refusal(guard, refused.step), guards, steps };
  }
  const failed = guards.find(({ ok }) => !ok);
  if (failed) return { outcome: 'refused', error: refusal(failed), guards, steps };
  if (open.every(({ result }) => result.status === 'unchanged' || result.status === 'skipped')) {
    const gone = open.find(({ result }) => result.status === 'skipped')!.result.guards.find(({ ok }) => !ok)!;
    return { outcome: 'refused', error: refusal(gone), guards, steps };
  }
  return { outcome: 'pending', error: null, guards, steps };
}

const hints: Record<string, string> = {
  drift: 'Look at what changed it; a new diagnosis makes a new plan: undoom fix',
  used: 'Make a new plan with undoom fix, or state "reusable: true" in the file',
  expired: 'Make a new plan with undoom fix',
  host: 'Make a plan on this host with undoom fix',
  window: 'Run it then',
};

function refusal(guard: GuardResult, step?: Step): RunResult['error'] {
  const where = step ? `${step.title}: ` : '';
  return { code: `guard.${guard.id}`, message: `Refused: ${where}${guard.text}`, hint: hints[guard.id] ?? null };
}

/** A step before anything is known of it; a manual one is shown, never run. */
export function openResult(step: Step): StepResult {
  const isManual = step.action === 'manual';
  const { instruction, command } = step.with as { instruction?: string; command?: string };
  return {
    id: step.id,
    title: step.title,
    playbook: step.playbook,
    action: step.action,
    risk: step.risk,
    status: isManual ? 'manual' : 'pending',
    changes: [],
    guards: [],
    verified: null,
    unknowns: [],
    instruction: (isManual && instruction) || null,
    command: (isManual && command) || null,
  };
}

/** Plans one step on the host behind `files`, with its guards. Nothing is written. */
export function prepareStep(step: Step, files: HostFiles): PreparedStep {
  const result = openResult(step);
  if (result.status === 'manual') return { step, plan: null, result };
  const action = actionNamed(step.action) as Action<unknown, Record<string, unknown>>;
  const args = action.with.parse(step.with);
  let plan: StepPlan<Record<string, unknown>>;
  try {
    plan = action.plan(args, openHost(files));
  } catch (error) {
    if (!(error instanceof UndoomError)) throw error;
    const guard = { id: error.code.split('.')[1] ?? 'plan', ok: false, text: error.message };
    const status = error.code === 'guard.gone' ? 'skipped' : 'refused';
    return { step, plan: null, result: { ...result, status, guards: [guard] } };
  }
  result.risk = withLowestRisk({ ...step, was: step.was ?? (plan.was as Step['was']) }).risk;
  result.changes = plan.changes.map(viewOf);
  result.unknowns = plan.unknowns;
  if (plan.changes.length === 0) return { step, plan, result: { ...result, status: 'unchanged' } };
  const was = action.was && step.was ? action.was.parse(step.was) : null;
  result.guards = [...(was && plan.was ? [drift(was, plan.was)] : []), ...plan.guards];
  if (result.guards.some(({ ok }) => !ok)) result.status = 'refused';
  return { step, plan, result };
}

/** The playbook with each step's `was` as the host is now: what a person sees in the preview is what the run expects to find. */
export function withStateOf(playbook: Playbook, prepared: Prepared): Playbook {
  const states = new Map(prepared.steps.map(({ step, plan }) => [step.id, plan?.was ?? null]));
  return {
    ...playbook,
    // with what was found, a step may turn out to lower what it was thought to raise
    steps: playbook.steps.map((step) =>
      withLowestRisk({ ...step, was: step.was ?? (states.get(step.id) as Step['was']) ?? null }),
    ),
  };
}
