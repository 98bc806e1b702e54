import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createReportFinder, type FoundReport } from './find-reports.js';
import { journalRecord } from './json-line.js';
import type { OtherEnds } from './other-ends.js';
import { type LogRecord, splitRecord } from './record.js';
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
export const otherMatches = [
  ...units.flatMap((unit) => [`_SYSTEMD_UNIT=${unit}.service`, '+']),
  '_PID=1',
  ...messages.map((id) => `MESSAGE_ID=${id}`),
];
export const kernelMatches = ['_TRANSPORT=kernel'];

/** systemd-journald.service(8): what journald itself sets, a client cannot. */
const source: Source = { kind: 'journal', name: 'journal', forgeable: false };

/** The kernel's messages of this boot and the one before, and those of other programs that kill; null where there is no journal to read. */
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
    const isKernels = ({ identifier }: LogRecord) => identifier === 'kernel';
    const kernel = await followJournal(['-b', boot, ...kernelMatches], finder.push, isKernels);
    kernelLines += kernel.entries;
    found.push(...finder.end());
    const other = createReportFinder(source);
    await followJournal(['-b', boot, ...otherMatches], other.push, (record) => !isKernels(record));
    found.push(...other.end());
    const told = other.otherEnds();
    ends.ends.push(...told.ends);
    ends.leftOut += told.leftOut;
  }
  return kernelLines > 0 ? { source, found, otherEnds: ends } : null;
}

/** Each entry as records; entries counts those that were asked for: 0 also where journalctl is not there or may not. */
export async function followJournal(
  parameters: string[],
  push: (record: LogRecord) => void,
  wanted: (record: LogRecord) => boolean = () => true,
): Promise<{ entries: number; exit: number | null; missing: boolean }> {
  const child = spawn('journalctl', [...parameters, ...common], { stdio: ['ignore', 'pipe', 'ignore'] });
  let missing = false;
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', resolve).once('error', () => {
      missing = true;
      resolve(null);
    });
  });
  let entries = 0;
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
    const record = journalRecord(line, null);
    if (!record || !wanted(record)) continue;
    entries++;
    for (const part of splitRecord({ ...record, text: record.message })) push(part);
  }
  return { entries, exit: await exit, missing };
}
