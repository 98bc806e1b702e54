import type { Report } from '../kernel-log/report.js';
import type { Evidence } from '../schemas/diagnosis.js';
import { quotedFact } from './evidence.js';
import { killedClause, victimName } from './names.js';
import { orderInWords } from './request.js';

/** What can be said where the lines do not tell the cause: who was killed, and which lines are missing. */
export function unknownSummary(report: Report): string {
  const name = victimName(report);
  if (report.kind === 'userspace-kill') {
    return `${report.killer ?? 'A program'} killed ${name ?? 'a process'}: this was not the kernel`;
  }
  if (report.kind === 'allocation-failure') {
    const order = report.trigger?.order;
    const what = order === null || order === undefined ? 'memory' : orderInWords(order);
    return `${report.trigger?.comm ?? 'A task'} asked for ${what} and did not get it; the lines do not tell why`;
  }
  if (report.constraintText !== null) {
    return `The kernel killed ${name ?? 'a process'} for a reason of its own (${report.constraintText}), not at a limit`;
  }
  if (report.scope === 'cgroup' && report.memory?.limitBytes === 'max') {
    return `The kernel killed ${name ?? 'a process'} for ${report.limitCgroup ?? 'a cgroup'}, which had no limit; the lines do not tell why`;
  }
  if (report.scope === 'cgroup') {
    const whose = report.limitCgroup === null ? 'A cgroup' : `The cgroup ${report.limitCgroup}`;
    return `${whose} ran out of memory${killedClause(report)}; the lines do not tell whether the limit was the task's own cgroup's or one above it`;
  }
  if (report.noKillableProcess) {
    return 'Memory ran out, and the kernel found no process that it may kill; the lines do not tell why it ran out';
  }
  return name === null
    ? 'The OOM killer was invoked; the lines do not tell why, nor what it killed'
    : `The kernel killed ${name}; the lines do not tell why`;
}

export function unknownEvidence(report: Report): Evidence[] {
  if (report.kind === 'userspace-kill') {
    return quotedFact(report, 'killer', 'a program in user space ended it, by its own rules');
  }
  return [
    ...quotedFact(report, 'constraint', 'what the kernel states of the reason'),
    ...quotedFact(report, 'memory', 'what the cgroup held'),
    ...(report.victims.length > 0
      ? quotedFact(report, 'victim', 'what was killed')
      : quotedFact(report, 'header', 'what asked for memory')),
  ];
}
