import { Args } from '@oclif/core';
import type { History } from '../schemas/history.js';
import { screenOf } from '../ui/screen.js';
import { BaseCommand } from './base.js';

export default class HistoryCommand extends BaseCommand {
  static override summary = 'the runs of this host and what each changed';
  static override examples = [
    { description: 'All of them, newest first', command: '<%= config.bin %> history' },
    { description: 'One in detail', command: '<%= config.bin %> history 20261123-1807' },
  ];
  static override args = {
    run: Args.string({ ignoreStdin: true, description: 'a run, or a unique beginning of its id' }),
  };

  async run(): Promise<History> {
    const { historyOf } = await import('../execution/history.js');
    const { chooseRun } = await import('../execution/roll-back.js');
    const { readRuns } = await import('../execution/run-state.js');
    const { stateDirectory } = await import('../execution/state-directory.js');
    const { showHistory } = await import('../ui/history.js');
    const { args } = await this.parse(HistoryCommand);
    const runs = readRuns(stateDirectory());
    const chosen = args.run === undefined ? runs : [chooseRun(runs, args.run)!];
    const history = historyOf(chosen);
    this.print(showHistory(history.runs, screenOf(process.stdout, process.env), { detail: args.run !== undefined }));
    return history;
  }
}
