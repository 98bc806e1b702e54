import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createReportFinder, type FoundReport, type ReportFinder } from './find-reports.js';
import { journalRecord } from './json-line.js';
import { splitRecord } from './record.js';
import type { Source } from './report.js';

const fields = [
  'MESSAGE',
  '_TRANSPORT',
  'SYSLOG_FACILITY',
  'SYSLOG_IDENTIFIER',
  '_SYSTEMD_UNIT',
  '_HOSTNAME',
  '_SOURCE_MONOTONIC_TIMESTAMP',
].join(',');
const common = ['--no-pager', '--quiet', '-o', 'json', `--output-fields=${fields}`];
const killers = ['_SYSTEMD_UNIT=systemd-oomd.service', '+', '_SYSTEMD_UNIT=earlyoom.service'];

/** systemd-journald.service(8): what journald itself sets, a client cannot. */
const source: Source = { kind: 'journal', name: 'journal', forgeable: false };

/** The kernel's messages of this boot and the one before, and those of the killers in user space; null where there is no journal to read. */
export async function readJournal(): Promise<{ source: Source; found: FoundReport[] } | null> {
  const found: FoundReport[] = [];
  let kernelLines = 0;
  for (const boot of ['-1', '0']) {
    const finder = createReportFinder(source);
    kernelLines += await follow(['-b', boot, '_TRANSPORT=kernel', ...common], 'kernel', finder);
    found.push(...finder.end());
    const other = createReportFinder(source);
    await follow(['-b', boot, ...killers, ...common], 'killer', other);
    found.push(...other.end());
  }
  return kernelLines > 0 ? { source, found } : null;
}

/** @returns how many of the lines were what was asked for; 0 also where journalctl is not there or may not */
async function follow(parameters: string[], kind: 'kernel' | 'killer', finder: ReportFinder): Promise<number> {
  const child = spawn('journalctl', parameters, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  let count = 0;
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
    const record = journalRecord(line, null);
    if (!record || (kind === 'kernel' ? record.identifier !== 'kernel' : record.identifier === 'kernel')) continue;
    count++;
    for (const part of splitRecord({ ...record, text: record.message })) finder.push(part);
  }
  await ended;
  return count;
}
