import { UndoomError } from '../errors.js';
import { execute, exitOf, type Preview } from '../execution/run.js';
import { isRiskier } from '../playbook/risk.js';
import type { Risk } from '../schemas/diagnosis.js';
import type { RunResult } from '../schemas/run.js';
import { confirmWrite } from '../ui/choose.js';
import { followSteps } from '../ui/follow.js';
import { showPreview, showRun } from '../ui/run.js';
import { screenOf } from '../ui/screen.js';
import type { BaseCommand } from './base.js';

export interface CarryOutOptions {
  dryRun: boolean;
  yes: boolean;
  /** what --yes consents to */
  maxRisk: Risk;
  detailedExitcode: boolean;
  /** the preview was shown already */
  silent?: boolean;
}

/** From what was planned to what was done: shows it, asks, runs it, tells. Sets the exit code. */
export async function carryOut(command: BaseCommand, preview: Preview, options: CarryOutOptions): Promise<RunResult> {
  const screen = screenOf(process.stdout, process.env);
  const end = (result: RunResult, text: string) => {
    if (!options.silent) command.print(text);
    process.exitCode = options.detailedExitcode && result.outcome === 'pending' ? 10 : exitOf(result);
    return result;
  };
  const planned = options.yes ? withinRisk(preview.result, options.maxRisk) : preview.result;
  if (options.dryRun || planned.outcome !== 'pending') return end(planned, showPreview(planned, screen));

  command.print(showPreview(planned, screen));
  if (!options.yes && !(await consent(command))) {
    const error = { code: 'declined', message: 'Declined: nothing was changed', hint: null };
    const declined: RunResult = { ...planned, mode: 'apply', outcome: 'declined', error };
    return end(declined, showRun(declined, screen));
  }
  const result = await withInterrupts((signal) =>
    execute(preview, {
      mayAsk: command.mayAsk,
      signal,
      follow: (steps, runStep) =>
        followSteps(steps, runStep, {
          stream: process.stderr,
          isTerminal: process.stderr.isTTY === true,
          quiet: command.jsonEnabled(),
        }),
    }),
  );
  return end(result, showRun(result, screen));
}

/** `--yes` takes a playbook whole, or refuses it whole where a step is above `--max-risk`. */
function withinRisk(result: RunResult, maxRisk: Risk): RunResult {
  const above = result.steps.find(({ risk, status }) => status === 'pending' && isRiskier(risk, maxRisk));
  if (result.outcome !== 'pending' || !above) return result;
  const message = `Refused: ${above.title}: its risk is ${above.risk}, and --yes takes ${maxRisk} at most`;
  const hint = `Read the preview; then allow it with --max-risk ${above.risk}, or answer the question at a terminal`;
  return { ...result, outcome: 'refused', error: { code: 'guard.risk', message, hint } };
}

/** @throws UndoomError guard.consent where nobody can be asked */
async function consent(command: BaseCommand): Promise<boolean> {
  if (!command.mayAsk) {
    throw new UndoomError('guard.consent', 'Changes need consent, and there is no terminal to ask at', {
      hint: 'Consent with --yes (and --max-risk), or look first with --dry-run',
    });
  }
  return confirmWrite('Write it?');
}

/** Ctrl-C, a hang-up and the like abort what runs; it is taken back in order, and then the command ends. */
export async function withInterrupts<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const abort = () => {
    if (!controller.signal.aborted) {
      process.stderr.write('\nInterrupted: the step under way is ended first, then what was changed is taken back.\n');
    }
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, abort);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, abort);
  }
}
