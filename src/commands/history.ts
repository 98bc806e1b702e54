import { Args } from '@oclif/core';
import { historyOf } from '../execution/history.js';
import { chooseRun } from '../execution/roll-back.js';
import { readRuns } from '../execution/run-state.js';
import { stateDirectory } from '../execution/state-directory.js';
import type { History } from '../schemas/history.js';
import { showHistory } from '../ui/history.js';
import { screenOf } from '../ui/screen.js';
import { BaseCommand } from './base.js';

export default class HistoryCommand extends BaseCommand {
  static override summary = 'the runs of this host and what each changed';
  static override examples = [
    { description: 'All of them, newest first', command: '<%= config.bin %> history' },
    { description: 'One in detail', command: '<%= config.bin %> history 20261123-1807' },
  ];
  static override args = { run: Args.string({ description: 'a run, or a unique beginning of its id' }) };

  async run(): Promise<History> {
    const { args } = await this.parse(HistoryCommand);
    const runs = readRuns(stateDirectory());
    const chosen = args.run === undefined ? runs : [chooseRun(runs, args.run)!];
    const history = historyOf(chosen);
    this.print(showHistory(history.runs, screenOf(process.stdout, process.env), { detail: args.run !== undefined }));
    return history;
  }
}
