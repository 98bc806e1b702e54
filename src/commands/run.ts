import { Args } from '@oclif/core';
import type { RunResult } from '../schemas/run.js';
import { RunningCommand } from './base.js';
import * as flags from './flags.js';

export default class Run extends RunningCommand {
  protected readonly mode = 'apply';
  static override summary = 'run a playbook: a saved file, or a built-in by its name';
  static override description =
    `Shows what will be written, asks, writes it with sudo, verifies each step, and takes all of it back where one fails.
Running the same playbook again changes nothing and says so.`;
  static override examples = [
    { description: 'What would it do here?', command: '<%= config.bin %> run raise.yaml --dry-run' },
    { description: 'At a terminal: preview, question, run', command: '<%= config.bin %> run raise.yaml' },
    { description: 'In a script', command: '<%= config.bin %> run raise.yaml --yes --json' },
    { description: 'A built-in', command: '<%= config.bin %> run compact-memory --yes --max-risk medium' },
    {
      description: 'A template with its values',
      command: '<%= config.bin %> run raise-cgroup-limit --set cgroup=/shop --set limit=160MiB',
    },
  ];
  static override args = {
    playbook: Args.string({
      ignoreStdin: true,
      required: true,
      description: 'a file, or the name of a built-in (undoom playbook list)',
    }),
  };
  static override flags = {
    'dry-run': flags.dryRun,
    yes: flags.yes,
    'max-risk': flags.maxRisk,
    set: flags.set,
    'detailed-exitcode': flags.detailedExitcode,
  };

  async run(): Promise<RunResult> {
    const { dryRun } = await import('../execution/run.js');
    const { loadPlaybook } = await import('../playbook/load.js');
    const { fillTemplate, parseSetFlags } = await import('../playbook/template.js');
    const { carryOut } = await import('./carry-out.js');
    const { args, flags } = await this.parse(Run);
    const loaded = loadPlaybook(args.playbook);
    const values = parseSetFlags(flags.set ?? []);
    const isTemplate = Object.keys(loaded.parameters).length > 0 || Object.keys(values).length > 0;
    return carryOut(this, dryRun(isTemplate ? fillTemplate(loaded, values) : loaded), {
      dryRun: flags['dry-run'],
      yes: flags.yes,
      maxRisk: flags['max-risk'],
      detailedExitcode: flags['detailed-exitcode'],
    });
  }
}
