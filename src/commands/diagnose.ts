import { Args, Flags } from '@oclif/core';
import type { Diagnosis } from '../schemas/diagnosis.js';
import { showProgress } from '../ui/progress.js';
import { screenOf } from '../ui/screen.js';
import { BaseCommand } from './base.js';
import { detailedExitcode, logFlags, timeOf } from './flags.js';

export default class Diagnose extends BaseCommand {
  static override summary = 'say why processes were killed on this host, and what is at risk now';
  static override description =
    `Reads only. Without a file: the kernel log of this boot and the one before, and the live host.
Files are kernel logs (plain, .gz, .zst, .xz, .bz2), journal files, snapshots, or folders of them.`;
  static override examples = [
    { description: 'Why was something killed here?', command: '<%= config.bin %> diagnose' },
    { description: 'In a log from elsewhere', command: '<%= config.bin %> diagnose /tmp/kern.log.1.gz' },
    { description: 'From standard input', command: 'ssh web-1 sudo dmesg | <%= config.bin %> diagnose -' },
    { description: 'An unpacked sosreport', command: '<%= config.bin %> diagnose --root sosreport-web-1' },
    {
      description: 'For scripts: exit code 10 where there were kills',
      command: '<%= config.bin %> diagnose --since yesterday --json --detailed-exitcode',
    },
  ];
  static override strict = false;
  static override args = {
    file: Args.string({ ignoreStdin: true, description: 'kernel logs, snapshots, or folders of them' }),
  };
  static override flags = {
    ...logFlags,
    checks: Flags.boolean({ default: false, description: 'each check of the host in full' }),
    'detailed-exitcode': detailedExitcode,
  };

  async run(): Promise<Diagnosis> {
    const { inspect } = await import('../inspect.js');
    const { showDiagnosis } = await import('../ui/diagnosis.js');
    const { argv, flags } = await this.parse(Diagnose);
    const { diagnosis } = await inspect({
      files: [...(argv as string[]), ...(flags.log ?? [])],
      root: flags.root ?? null,
      sinceMs: await timeOf(flags.since, 'since'),
      untilMs: await timeOf(flags.until, 'until'),
      cpuset: flags.cpuset ?? null,
      progress: showProgress(process.stderr),
    });
    const screen = screenOf(process.stdout, process.env);
    this.print(showDiagnosis(diagnosis, screen, { allChecks: flags.checks, command: 'undoom' }));
    if (flags['detailed-exitcode'] && diagnosis.incidents.length > 0) process.exitCode = 10;
    return diagnosis;
  }
}
