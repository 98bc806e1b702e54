import { recordsOfLine } from './carrier.js';

// what syslog prints of another program is told without taking the line apart
const stamp = String.raw`(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\dT[\d:.,]{8,18}(?:Z|[+-]\d\d:\d\d))`;
const otherProgram = new RegExp(
  `^${stamp} (?!kernel\\b|kern\\b)[\\w.-]{1,255} (?!kernel\\b|KERNEL\\b|kern\\b|earlyoom\\b|systemd-oomd\\b)[\\w.@/()-]{1,80}(?:\\[\\d{1,10}\\])?: (?!page allocation)`,
);
const speakers = new Set(['kernel', 'earlyoom', 'systemd-oomd']);

/** Whether a line with a needle may be the kernel's, or that of a killer in user space: not some other program's words. */
export function isWorthReading(line: string, referenceMs: number): boolean {
  if (otherProgram.test(line)) return false;
  return recordsOfLine(line, null, { referenceMs }).some(
    ({ identifier }) => identifier === null || speakers.has(identifier),
  );
}

/** A report's own first line: what stands before it does not belong to it. */
export function isHeader(line: string): boolean {
  return / invoked oom-killer|: page allocation failure/.test(line);
}

const ofReport = new RegExp(
  [
    'Mem-[Ii]nfo',
    '[a-z_]:\\d',
    '\\d[kK]B',
    'lowmem_reserve',
    'hugepages_',
    'cpuset=',
    'invoked|oom|OOM',
    'Call [Tt]race|\\+0x[0-9a-f]{1,8}/0x|</?TASK>',
    '(?:CPU|Pid|PID): ',
    'R[A-Z0-9]{2}: [0-9a-f]|Code: ',
    '[Ss]ysRq|Show (?:Memory|State)',
    'emory cgroup|Task in /|Tasks ',
    '\\[ {0,8}(?:pid|\\d+) {0,8}\\] +',
    'pages |swap',
    '[a-z_] \\d+$',
  ].join('|'),
);

/** Whether a line may be of the inside of a report: that of which the beginning was lost is followed back by it. */
export function isOfReport(line: string): boolean {
  return ofReport.test(line);
}
