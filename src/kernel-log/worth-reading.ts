import { recordsOfLine } from './carrier.js';
import { mayBeOtherEnd } from './other-ends.js';

// what syslog prints of another program is told without taking the line apart
const stamp = String.raw`(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\dT[\d:.,]{8,18}(?:Z|[+-]\d\d:\d\d))`;
const killers = ['earlyoom', 'systemd-oomd', 'nohang', 'lowmemorykiller', 'lmkd', 'oomd'];
const otherProgram = new RegExp(
  `^${stamp} (?!kernel\\b|kern\\b)[\\w.-]{1,255} (?!(?:kernel|KERNEL|kern|${killers.join('|')})\\b)[\\w.@/()-]{1,80}(?:\\[\\d{1,10}\\])?: (?!page allocation)`,
);
const speakers = new Set(['kernel', 'user', ...killers]);

/**
 * What a line with a needle is worth: `report` is the kernel's, or that of a killer in user space, and the lines around it
 * are read too; `line` is another program's word of an end, and says all itself; null is some other program's words.
 */
export function worthOf(line: string, referenceMs: number): 'report' | 'line' | null {
  const records = otherProgram.test(line) ? [] : recordsOfLine(line, null, { referenceMs });
  const mayBeReport = records.some(
    ({ identifier, message }) =>
      identifier === null || (speakers.has(identifier) && (identifier !== 'user' || message.startsWith('oomd kill'))),
  );
  if (mayBeReport && !isOnlyEnd(line)) return 'report';
  // the journal may print a message as its bytes
  return mayBeOtherEnd(line) || records.some(({ message }) => mayBeOtherEnd(message)) ? 'line' : null;
}

/** A runtime's and a container's own words stand by themselves, whoever carried them. */
function isOnlyEnd(line: string): boolean {
  return (
    mayBeOtherEnd(line) && !/oom-kill|[Oo]ut of memory[:( ]|emory cgroup|page allocation|Killed process/.test(line)
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
