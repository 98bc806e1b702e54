import type { RunResult, StepResult, StepStatus } from '../schemas/run.js';
import { showError } from './error.js';
import { block, paragraphs, sides } from './layout.js';
import { riskOf, riskStyle } from './remedies.js';
import { marks, type Screen, type Style } from './screen.js';
import { shellCommand } from './shell-command.js';
import { changeRows, guardRows, isIrreversible, manualRows } from './step.js';

/** What would be done, to be approved: every file, every value, every guard, and what cannot be known before. */
export function showPreview(result: RunResult, screen: Screen): string {
  const steps = result.steps.filter(({ status }) => status !== 'manual');
  const pending = steps.filter(({ status }) => status === 'pending');
  const isRollback = result.mode === 'rollback';
  const heading = isRollback ? 'This will be put back, and nothing else:' : 'This will be written, and nothing else:';
  const isShown = result.outcome === 'pending' && pending.some(({ changes }) => changes.length > 0);
  return paragraphs(
    result.outcome === 'pending' && !isRollback ? irreversibleRows(screen, pending) : [],
    isShown ? block(screen, heading, { style: 'bold' }) : [],
    ...steps.map((step) => previewStep(screen, step)),
    guardRows(screen, result.guards, 0),
    isShown && !isRollback && pending.some(({ changes }) => changes.some(({ kind }) => kind === 'write'))
      ? block(screen, 'What is written to a kernel file lasts until the next boot.', { style: 'dim' })
      : [],
    handRows(screen, result),
    result.outcome === 'unchanged' ? block(screen, unchangedText(result)) : [],
    errorRows(screen, result),
  ).join('\n');
}

/** What was done, what stands, and how to take it back. */
export function showRun(result: RunResult, screen: Screen): string {
  const steps = result.steps.filter(({ status }) => status !== 'manual');
  const wasTouched = !['declined', 'refused'].includes(result.outcome);
  return paragraphs(
    wasTouched
      ? steps.flatMap((step) => outcomeRows(screen, step))
      : steps.flatMap((step) => refusalRows(screen, step)),
    handRows(screen, result),
    errorRows(screen, result),
    endRows(screen, result),
  ).join('\n');
}

function previewStep(screen: Screen, step: StepResult): string[] {
  const { title, status, changes, guards, unknowns } = step;
  const note = status === 'pending' || status === 'refused' ? riskOf({ manual: false, risk: step.risk }) : '';
  return [
    ...sides(screen, status === 'unchanged' ? `${title}: nothing to change` : title, note, {
      leftStyle: 'bold',
      rightStyle: riskStyle({ manual: false, risk: step.risk }),
    }),
    ...changes.flatMap((change) => changeRows(screen, change, 2)),
    ...guardRows(screen, guards, 2),
    ...unknowns.flatMap((text) =>
      block(screen, text, { indent: 2, lead: `${marks(screen).unknown} not known:`, leadStyle: 'yellow' }),
    ),
  ];
}

function irreversibleRows(screen: Screen, steps: StepResult[]): string[] {
  return steps.filter(isIrreversible).flatMap(({ title }) =>
    block(screen, `This cannot be taken back: ${title}`, {
      lead: marks(screen).warning,
      leadStyle: 'yellow',
      style: 'bold',
    }),
  );
}

function handRows(screen: Screen, { steps }: RunResult): string[] {
  const manual = steps.filter(({ status }) => status === 'manual');
  if (manual.length === 0) return [];
  return [
    ...block(screen, 'For you to do by hand; undoom does not run it:', { style: 'bold' }),
    ...manual.flatMap((step) => manualRows(screen, step, 2)),
  ];
}

function outcomeRows(screen: Screen, step: StepResult): string[] {
  const [mark, style, words] = wordsOf(screen, step.status);
  return [
    ...block(screen, `${step.title}: ${words}`, { lead: mark, leadStyle: style }),
    ...(step.verified === null ? [] : block(screen, step.verified.text, { indent: 2 })),
    ...guardRows(
      screen,
      step.guards.filter(({ ok }) => !ok),
      2,
    ),
  ];
}

function refusalRows(screen: Screen, step: StepResult): string[] {
  return step.guards.some(({ ok }) => !ok) ? outcomeRows(screen, { ...step, status: 'refused' }) : [];
}

function wordsOf(screen: Screen, status: StepStatus): [string, Style | null, string] {
  const { ok, no, unknown } = marks(screen);
  const words: Record<StepStatus, [string, Style | null, string]> = {
    changed: [ok, 'green', 'done'],
    unchanged: [ok, 'green', 'nothing to change'],
    'rolled-back': [ok, 'green', 'taken back'],
    refused: [no, 'red', 'refused'],
    failed: [no, 'red', 'failed'],
    pending: ['-', 'dim', 'not done'],
    skipped: [unknown, 'yellow', 'left out: what it was for is gone'],
    manual: ['-', null, 'to do by hand'],
  };
  return words[status];
}

function unchangedText({ mode, steps }: RunResult): string {
  if (mode === 'rollback') return 'Nothing to take back.';
  return steps.some(({ status }) => status === 'manual')
    ? 'Nothing for undoom to change.'
    : 'Nothing to change: what was to be done stands already.';
}

function errorRows(screen: Screen, { error }: RunResult): string[] {
  return error === null ? [] : showError(error, screen).split('\n');
}

function endRows(screen: Screen, result: RunResult): string[] {
  const { outcome, run, steps } = result;
  switch (outcome) {
    case 'changed': {
      const back = steps.some((step) => step.status === 'changed' && !isIrreversible(step));
      return back && run !== null ? commandRows(screen, 'Taken back by:', `undoom rollback ${run}`) : [];
    }
    case 'unchanged':
      return block(screen, unchangedText(result));
    case 'rolled-back':
      return block(screen, run === null ? 'Taken back.' : `Run ${run} is taken back.`);
    case 'refused':
      return ['Nothing was changed.'];
    case 'failed':
    case 'interrupted':
      return block(
        screen,
        steps.some(({ status }) => status === 'rolled-back')
          ? 'What had been changed was taken back: no change of this run stands.'
          : 'No change of this run stands.',
      );
    case 'stuck':
      return stuckRows(screen, result);
    case 'pending':
    case 'declined':
      return [];
  }
}

function stuckRows(screen: Screen, { steps, run }: RunResult): string[] {
  const standing = steps.filter(({ status }) => status === 'changed' || status === 'failed' || status === 'refused');
  const changes = standing.flatMap((step) => step.changes);
  return [
    ...block(screen, 'Changes stand that should not:', { style: 'red' }),
    ...changes.flatMap((change) => changeRows(screen, change, 2).slice(0, -2)),
    ...(run === null
      ? []
      : commandRows(screen, 'When the cause is gone, take them back by:', `undoom rollback ${run}`)),
  ];
}

function commandRows(screen: Screen, lead: string, command: string): string[] {
  return [...block(screen, lead), ...shellCommand(screen, command, 2)];
}
