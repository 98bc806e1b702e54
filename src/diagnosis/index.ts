import type { Host } from '../host/host.js';
import type { OtherEnds } from '../kernel-log/other-ends.js';
import type { Report, Source } from '../kernel-log/report.js';
import type { Diagnosis } from '../schemas/diagnosis.js';
import { balanceNow } from './balance/now.js';
import { bursts, inOrder } from './bursts.js';
import { judge } from './causes/index.js';
import { checksOf } from './checks/index.js';
import { claimsOf } from './claims.js';
import { incidentOf } from './incident.js';
import { otherEndsOf } from './other-ends.js';
import { createOverTime } from './over-time.js';
import { isBeforeBoot, isElsewhere } from './place.js';
import { unreported } from './unreported.js';

export { mergeOverTime } from './over-time.js';

export interface DiagnosisInput {
  reports: Report[];
  sources: Source[];
  /** null where there is no host state to read */
  host: Host | null;
  warnings: string[];
  otherEnds?: OtherEnds;
  /** Is the log this host's? null where the caller does not know: then the reports' host names and releases decide */
  sameMachine?: boolean | null;
  /** the path of the cpuset, as a person says it */
  cpuset?: string | null;
  /** the log is this host's own, from its boot (or as far back as it is kept) until now, nothing left out */
  wholeLog?: boolean;
}

/**
 * Why the kernel killed, and what is at risk on the host now. Pure: the same reports and the same host state give the
 * same diagnosis. The remedies of each incident are left to those who propose them.
 */
export function diagnose({
  reports,
  sources,
  host,
  warnings,
  otherEnds = { ends: [], leftOut: 0 },
  sameMachine = null,
  cpuset = null,
  wholeLog = false,
}: DiagnosisInput): Diagnosis {
  const single = onceEach(reports);
  const judged = single.map((report) => ({ report, judgement: judge(report) }));
  const ofThisBoot = single.filter(
    (report) =>
      report.kind === 'oom-kill' && host && !isElsewhere(report, host, sameMachine) && !isBeforeBoot(report, host),
  );
  const claims = claimsOf(ofThisBoot);
  const incidents = bursts(judged).map((burst) => incidentOf(burst, { host, sameMachine, cpuset, claims }));
  const overTime = createOverTime();
  for (const [index, item] of inOrder(judged).entries()) overTime.add(item, index);
  // A log of another host says nothing about this one, and this one nothing about it.
  const elsewhere =
    sameMachine === false || (incidents.length > 0 && incidents.every((incident) => incident.elsewhere));
  const here = elsewhere ? null : host;
  const checks = here ? checksOf(here) : [];
  return {
    schema: 'undoom/diagnosis/1',
    sources,
    host: here && { name: here.identity.name, machineId: here.identity.machineId, kernel: here.identity.kernel },
    incidents,
    overTime: overTime.result(incidents),
    checks,
    balanceNow: here && balanceNow(here),
    otherEnds: otherEndsOf(otherEnds.ends, reports),
    otherEndsLeftOut: otherEnds.leftOut,
    // Read last: it tells what all of the above could not read.
    warnings: [
      ...new Set([
        ...warnings,
        ...gapsOf(reports),
        ...(here && wholeLog ? unreported(here, claims) : []),
        ...(here?.problems ?? []),
      ]),
    ],
  };
}

/** The same report may stand in two logs (kern.log and the journal); the one that cannot be forged counts. */
function onceEach(reports: Report[]): Report[] {
  const kept = new Map<string, Report>();
  for (const report of reports) {
    const other = kept.get(report.id);
    if (!other || (other.source.name !== report.source.name && other.source.forgeable && !report.source.forgeable)) {
      kept.set(report.id, report);
    }
  }
  return reports.filter((report) => kept.get(report.id)!.source.name === report.source.name);
}

function gapsOf(reports: Report[]): string[] {
  return reports.flatMap(({ source, id, gaps }) => gaps.map((gap) => `${source.name}, report ${id}: ${gap}`));
}
