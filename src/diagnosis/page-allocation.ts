import type { Report } from '../kernel-log/report.js';
import type { Evidence } from '../schemas/diagnosis.js';
import { quoted } from './evidence.js';
import type { ZoneState } from './zones.js';

/** Whether pages ran out, for a kill or a failed allocation, and the kernel did not state that a cgroup's limit was the reason. */
export function isPageAllocation(report: Report): boolean {
  if (report.kind === 'userspace-kill' || report.constraintText !== null) return false;
  return report.scope !== 'cgroup' && report.constraint !== 'memcg';
}

/** Zone lines alone are not sure to be a report's: SysRq m prints them as well. */
export function tellsOfKill({ trigger, scope, constraint, victims, noKillableProcess }: Report): boolean {
  return trigger !== null || scope !== null || constraint !== null || victims.length > 0 || noKillableProcess;
}

export function zoneEvidence(states: ZoneState[]): Evidence[] {
  return states.map(({ zone, words }) => quoted(zone.quote, words));
}
