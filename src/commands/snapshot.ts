import { existsSync, writeFileSync } from 'node:fs';
import { Args } from '@oclif/core';
import { UndoomError } from '../errors.js';
import { showProgress } from '../ui/progress.js';
import { BaseCommand } from './base.js';
import { logFlags, timeOf } from './flags.js';

export default class Snapshot extends BaseCommand {
  static override summary = "the kernel log's reports and the host state in one file that diagnose reads elsewhere";
  static override description = 'Reads only. Without FILE, or with -, it goes to standard output.';
  static override examples = [
    { description: 'On the host', command: '<%= config.bin %> snapshot web-1.snapshot' },
    { description: 'Elsewhere', command: '<%= config.bin %> diagnose web-1.snapshot' },
    { description: 'From afar', command: 'ssh web-1 sudo undoom snapshot | <%= config.bin %> diagnose -' },
  ];
  static override args = { file: Args.string({ ignoreStdin: true, description: 'where to write it' }) };
  static override flags = logFlags;

  async run(): Promise<{ schema: 'undoom/snapshot-written/1'; file: string; reports: number } | undefined> {
    const { formatSnapshot } = await import('../host/index.js');
    const { takeSnapshot } = await import('../inspect.js');
    const { args, flags } = await this.parse(Snapshot);
    const snapshot = await takeSnapshot({
      files: flags.log ?? [],
      root: flags.root ?? null,
      sinceMs: await timeOf(flags.since, 'since'),
      untilMs: await timeOf(flags.until, 'until'),
      cpuset: flags.cpuset ?? null,
      progress: showProgress(process.stderr),
    });
    const text = formatSnapshot(snapshot);
    for (const warning of snapshot.warnings) process.stderr.write(`${warning}\n`);
    if (args.file === undefined || args.file === '-') {
      process.stdout.write(text);
      return;
    }
    if (existsSync(args.file)) {
      throw new UndoomError('call.snapshot', `${args.file} is there already: it was left alone`, {
        hint: 'Name another file',
      });
    }
    try {
      writeFileSync(args.file, text, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      throw new UndoomError('call.snapshot', `${args.file} could not be written: ${(error as Error).message}`, {
        cause: error,
      });
    }
    const reports = snapshot.log.reduce((count, { reports }) => count + reports, 0);
    this.print(
      `Saved as ${args.file}, with ${reports} ${reports === 1 ? 'report' : 'reports'}. Elsewhere:  undoom diagnose ${args.file}`,
    );
    return { schema: 'undoom/snapshot-written/1', file: args.file, reports };
  }
}
