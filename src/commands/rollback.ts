import { Args } from '@oclif/core';
import { UndoomError } from '../errors.js';
import type { RunResult } from '../schemas/run.js';
import { screenOf } from '../ui/screen.js';
import { nothingDone, RunningCommand } from './base.js';
import * as flags from './flags.js';

export default class Rollback extends RunningCommand {
  protected readonly mode = 'rollback';
  static override summary = 'take back a run, newest change first';
  static override description = `Without RUN: the newest run that still stands. Also ends what a killed run left.
A value that somebody has changed since is left alone, and a limit is not lowered below what is held.`;
  static override examples = [
    { description: 'Take back the newest run', command: '<%= config.bin %> rollback' },
    { description: 'What would it put back?', command: '<%= config.bin %> rollback --dry-run' },
    {
      description: 'A certain run, by the beginning of its id',
      command: '<%= config.bin %> rollback 20261123-1807 --yes',
    },
  ];
  static override args = {
    run: Args.string({ ignoreStdin: true, description: 'the run, or a unique beginning of its id (undoom history)' }),
  };
  static override flags = {
    'dry-run': flags.dryRun,
    yes: flags.yes,
    'detailed-exitcode': flags.detailedExitcode,
  };

  async run(): Promise<RunResult> {
    const { chooseRun } = await import('../execution/roll-back.js');
    const { dryRollback, executeRollback, exitOf } = await import('../execution/run.js');
    const { readRuns } = await import('../execution/run-state.js');
    const { stateDirectory } = await import('../execution/state-directory.js');
    const { confirmWrite } = await import('../ui/choose.js');
    const { showPreview, showRun } = await import('../ui/run.js');
    const { args, flags } = await this.parse(Rollback);
    const screen = screenOf(process.stdout, process.env);
    const end = (result: RunResult, text: string) => {
      this.print(text);
      process.exitCode = flags['detailed-exitcode'] && result.outcome === 'pending' ? 10 : exitOf(result);
      return result;
    };
    const run = chooseRun(readRuns(stateDirectory()), args.run ?? null);
    if (!run) {
      return end(nothingDone('rollback'), 'No run stands: there is nothing to take back.');
    }
    const planned = dryRollback(run);
    if (flags['dry-run']) return end(planned, showPreview(planned, screen));
    if (planned.outcome !== 'pending') {
      const result: RunResult = { ...planned, mode: 'rollback' };
      return end(result, showRun(result, screen));
    }
    if (!flags.yes) {
      this.print(showPreview(planned, screen));
      if (!this.mayAsk) {
        throw new UndoomError('guard.consent', 'Taking back needs consent, and there is no terminal to ask at', {
          hint: 'Consent with --yes, or look first with --dry-run',
        });
      }
      if (!(await confirmWrite('Take it back?'))) {
        const error = { code: 'declined', message: 'Declined: nothing was changed', hint: null };
        const declined: RunResult = { ...planned, mode: 'rollback', outcome: 'declined', error };
        return end(declined, showRun(declined, screen));
      }
    }
    const result = await executeRollback(run, this.mayAsk);
    return end(result, showRun(result, screen));
  }
}
