import type { Host } from '../host/host.js';
import type { Report } from '../kernel-log/report.js';
import type { Cause, Evidence, Factor } from '../schemas/diagnosis.js';

export interface FactorContext {
  cause: Cause;
  /** this host, where the report is its own; null for a log of elsewhere */
  host: Host | null;
}

/** What made the cause likelier. */
export interface FactorRule {
  factor: Factor;
  /** @returns what shows it; null where nothing does */
  holds(report: Report, context: FactorContext): Evidence[] | null;
}

/** Whether the host's memory was at stake, rather than a cgroup's. */
export function isHostWide(report: Report, { cause }: FactorContext): boolean {
  return report.kind !== 'userspace-kill' && report.scope !== 'cgroup' && cause !== 'manual';
}

/** Memory that ran out, rather than contiguous blocks of it. */
export function isShortage(report: Report, context: FactorContext): boolean {
  return isHostWide(report, context) && context.cause !== 'fragmentation' && report.kind === 'oom-kill';
}

/** The limit of the cgroup that was hit; null where there is none, or it was not told. */
export function limitBytes({ memory }: Report): number | null {
  return typeof memory?.limitBytes === 'number' && memory.limitBytes > 0 ? memory.limitBytes : null;
}

export function percent(share: number): string {
  const hundredths = share * 100;
  return `${hundredths < 10 ? Math.round(hundredths * 10) / 10 : Math.round(hundredths)}%`;
}
