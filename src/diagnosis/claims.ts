import type { Report } from '../kernel-log/report.js';

/** How many kills the logs tell of, to hold against what the host counts. */
export interface Claims {
  total: number;
  /** by the cgroup whose limit was hit */
  byLimit: Map<string, number>;
  /** by the cgroup of the killed task */
  byTask: Map<string, number>;
}

/** @param reports kills of this host since its boot */
export function claimsOf(reports: Report[]): Claims {
  const claims: Claims = { total: 0, byLimit: new Map(), byTask: new Map() };
  for (const report of reports) {
    const kills = killsOf(report);
    claims.total += kills;
    add(claims.byLimit, report.limitCgroup, kills);
    add(claims.byTask, report.taskCgroup, kills);
  }
  return claims;
}

/**
 * Each killed process counts (__oom_kill_process() of mm/oom_kill.c); one that was ending anyway is neither printed nor
 * counted. What anyone could have written counts at least once: leaving out its last line gains nothing.
 */
function killsOf({ victims, source }: Report): number {
  return Math.max(victims.length, source.forgeable ? 1 : 0);
}

function add(counts: Map<string, number>, cgroup: string | null, kills: number): void {
  if (cgroup !== null) counts.set(cgroup, (counts.get(cgroup) ?? 0) + kills);
}
