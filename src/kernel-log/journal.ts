import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createReportFinder, type FoundReport, type ReportFinder } from './find-reports.js';
import { journalRecord } from './json-line.js';
import { splitRecord } from './record.js';
import type { OtherEnds } from './other-ends.js';
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
const units = ['systemd-oomd', 'earlyoom', 'nohang', 'nohang-desktop', 'oomd'];
/** sd-messages.h: a unit ran out of memory; a unit failed, and with which result; a unit's process ended, and how */
const messages = [
  'fe6faa94e7774663a0da52717891d8ef',
  'd9b373ed55a64feb8242e02dbe79a49c',
  '98e322203f7a4ed290d09fe03c09fe15',
];
/** The killers in user space, and what the service manager says of ends. */
const others = [
  ...units.flatMap((unit) => [`_SYSTEMD_UNIT=${unit}.service`, '+']),
  '_PID=1',
  ...messages.map((id) => `MESSAGE_ID=${id}`),
];


/** systemd-journald.service(8): what journald itself sets, a client cannot. */
const source: Source = { kind: 'journal', name: 'journal', forgeable: false };

/** The kernel's messages of this boot and the one before, and those of the killers in user space; null where there is no journal to read. */
export async function readJournal(): Promise<{
  source: Source;
  found: FoundReport[];
  otherEnds: OtherEnds;
} | null> {
  const found: FoundReport[] = [];
  const ends: OtherEnds = { ends: [], leftOut: 0 };
  let kernelLines = 0;
  for (const boot of ['-1', '0']) {
    const finder = createReportFinder(source);
    kernelLines += await follow(['-b', boot, '_TRANSPORT=kernel', ...common], 'kernel', finder);
    found.push(...finder.end());
    const other = createReportFinder(source);
    await follow(['-b', boot, ...others, ...common], 'other', other);
    found.push(...other.end());
    const told = other.otherEnds();
    ends.ends.push(...told.ends);
    ends.leftOut += told.leftOut;
  }
  return kernelLines > 0 ? { source, found, otherEnds: ends } : null;
}

/** @returns how many of the lines were what was asked for; 0 also where journalctl is not there or may not */
async function follow(parameters: string[], kind: 'kernel' | 'other', finder: ReportFinder): Promise<number> {
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
