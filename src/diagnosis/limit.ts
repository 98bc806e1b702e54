import type { Charge, Report } from '../kernel-log/report.js';
import type { Evidence } from '../schemas/diagnosis.js';
import { formatBytes } from '../text/bytes.js';
import type { Confidence } from './cause.js';
import { quotedFact } from './evidence.js';

/** The two names that tell an own limit from an ancestor's. */
export function statedLimit(report: Report): { limit: string; task: string } | null {
  if (report.kind !== 'oom-kill' || report.scope === 'global' || report.constraintText !== null) return null;
  if (report.constraint !== null && report.constraint !== 'memcg') return null;
  // memory.oom.group kills the highest marked cgroup up to the limit's: one below the limit's holds the task.
  const task = report.taskCgroup ?? report.oomGroupCgroup;
  if (report.limitCgroup === null || task === null) return null;
  if (report.taskCgroup === null && task === report.limitCgroup) return null;
  return { limit: report.limitCgroup, task };
}

/**
 * How the charge stands to the limit. The counter is read after the kernel tried to free memory, and a request may be
 * as large as a huge page: up to 1% or 2 MiB below still is "at the limit".
 */
export function isAtLimit(charge: Charge | null): boolean | null {
  if (charge === null || charge.limitBytes === null) return null;
  if (charge.limitBytes === 'max') return false;
  if (charge.usageBytes === null) return null;
  return charge.usageBytes >= charge.limitBytes - Math.max(0.01 * charge.limitBytes, 2 * 2 ** 20);
}

/** null where no limit was set at all, so that none was reached, whatever the kernel named. */
export function limitReached(report: Report): { confidence: Confidence; evidence: Evidence[] } | null {
  const { memory, memorySwap, kmem } = report;
  const reached = isAtLimit(memory);
  if (reached === true || reached === null) {
    return { confidence: 'high', evidence: quotedFact(report, 'memory', chargeInWords(memory)) };
  }
  if (isAtLimit(memorySwap)) {
    return {
      confidence: 'high',
      evidence: quotedFact(report, 'memory+swap', 'its limit of memory and swap together was reached'),
    };
  }
  if (isAtLimit(kmem)) {
    return { confidence: 'medium', evidence: quotedFact(report, 'kmem', 'its limit of kernel memory was reached') };
  }
  if (memory?.limitBytes === 'max') return null;
  return {
    confidence: 'medium',
    evidence: quotedFact(
      report,
      'memory',
      `${chargeInWords(memory)}: below it, so the limit may have been raised or memory freed in the meantime`,
    ),
  };
}

function chargeInWords(charge: Charge | null): string {
  if (charge === null || charge.usageBytes === null) return 'what the cgroup held';
  if (typeof charge.limitBytes !== 'number') return `the cgroup held ${formatBytes(charge.usageBytes)}`;
  return `the cgroup held ${formatBytes(charge.usageBytes)} of its limit of ${formatBytes(charge.limitBytes)}`;
}

/** "/shop reached its limit of 60 MiB", as far as the size was told. */
export function limitInWords({ memory }: Report): string {
  return typeof memory?.limitBytes === 'number' ? ` of ${formatBytes(memory.limitBytes)}` : '';
}
