import type { Report } from '../kernel-log/report.js';
import type { Evidence } from '../schemas/diagnosis.js';
import { quoted } from './evidence.js';
import type { ZoneState } from './zones.js';

/**
 * Whether the arithmetic of zones may speak: pages ran out, for a kill or a failed allocation, and the kernel did not
 * state that a cgroup's limit was the reason. Zone lines alone are no report: SysRq m prints them as well.
 */
export function isPageAllocation(report: Report): boolean {
  if (report.kind === 'userspace-kill' || report.constraintText !== null) return false;
  if (report.scope === 'cgroup' || report.constraint === 'memcg') return false;
  const { trigger, scope, constraint, victims, noKillableProcess } = report;
  return trigger !== null || scope !== null || constraint !== null || victims.length > 0 || noKillableProcess;
}

export function zoneEvidence(states: ZoneState[]): Evidence[] {
  return states.map(({ zone, words }) => quoted(zone.quote, words));
}
