import type { Report } from '../../kernel-log/report.js';
import type { Evidence } from '../../schemas/diagnosis.js';
import type { CauseRule, Confidence, Verdict } from '../cause.js';
import { quotedFact } from '../evidence.js';
import { killedClause } from '../names.js';
import { isPageAllocation, tellsOfKill, zoneEvidence } from '../page-allocation.js';
import { enoughElsewhere, freeElsewhereBytes } from '../ram.js';
import { requestOf } from '../request.js';
import { usableZones, type ZoneState } from '../zones.js';

/** The host as a whole ran out. */
export const globalMemory: CauseRule = {
  cause: 'global-memory',
  judge(report) {
    if (!isPageAllocation(report)) return null;
    const states = usableZones(report).filter(({ zone }) => zone.minBytes !== null);
    return states.length > 0 ? byZones(report, states) : byStatement(report);
  },
  summary(report) {
    if (report.kind === 'allocation-failure') {
      const asked = `${report.trigger?.comm ?? 'A task'} asked for memory and did not get it`;
      return `${asked}: the host had too little free memory`;
    }
    return `The host ran out of memory${killedClause(report)}`;
  },
};

function byZones(report: Report, states: ZoneState[]): Verdict | null {
  const { order, atomic } = requestOf(report);
  const short = states.filter(({ state }) => state === 'short' || state === 'reserved');
  const isShort = short.some(({ state }) => state === 'short');
  const enough = states.filter(({ state }) => state === 'enough');
  const evidence = [...statements(report), ...zoneEvidence(short.length > 0 ? short : states)];
  if (enough.length === 0 && isShort) {
    if (tellsOfKill(report)) return { confidence: sureness(), evidence };
    // Pieces without a beginning and an end: where there is more than node 0, it is not told which nodes the request could use.
    return report.zones.every(({ node }) => node === 0) ? { confidence: 'low', evidence } : null;
  }
  // Memory may have been freed between the failure and the print: the kernel's word stands, with less certainty.
  if (!saysGlobal(report) || order === null || order > 3 || enough.length === states.length) return null;
  if (order > 0 && enough.length > 0) return null;
  return { confidence: 'low', evidence };

  function sureness(): Confidence {
    const all = short.length === states.length;
    if (order === null || atomic) return 'medium';
    if (!couldUseAllNodes(report)) return report.zones.some(({ node }) => node === 0) ? 'medium' : 'low';
    if (all) return 'high';
    return order === 0 && saysGlobal(report) ? 'high' : 'medium';
  }
}

/**
 * Only the allowed nodes' zones are printed, so that a short node may be one of several. Sure that it was all of memory
 * where the kernel says so, where it knows no nodes (its lines name none), where the task was in the root cpuset or one
 * that leaves out no node that is known of, or where no more is free on the whole host than in the zones that were printed.
 */
function couldUseAllNodes(report: Report): boolean {
  const { zones, nodemask, memsAllowed, constraint, cpusetName, scope, quotes } = report;
  if (constraint === 'none') return true;
  // "limit of host" says that it was no cgroup's limit: a cpuset's nodes may be meant, where the first is not among them
  if (scope === 'global' && quotes['task-in'] !== undefined && zones.some(({ node }) => node === 0)) return true;
  if (zones.every(({ quote }) => !quote.text.startsWith('Node '))) return true;
  if (nodemask !== null && !(memsAllowed ?? zones.map(({ node }) => node)).every((node) => nodemask.includes(node))) {
    return false;
  }
  // nodes are numbered from 0
  if (cpusetName === '/' || memsAllowed?.includes(0)) return true;
  const elsewhere = freeElsewhereBytes(report);
  if (elsewhere === null || elsewhere > enoughElsewhere(report)) return false;
  // a host's first node is always there: without it, what was printed is a part that some other line must tell of
  return memsAllowed !== null || zones.some(({ node }) => node === 0);
}

/** Without zones: the constraint excludes cpusets and policies, and the order 0 excludes fragmentation. */
function byStatement(report: Report): Verdict | null {
  const { order, pageFault } = requestOf(report);
  if (report.kind !== 'oom-kill' || !saysGlobal(report) || (order !== null && order !== 0)) return null;
  if (pageFault && report.constraint === null) return null;
  const confidence = report.constraint === 'none' && order === 0 ? 'medium' : 'low';
  return { confidence, evidence: statements(report) };
}

function saysGlobal({ constraint, scope }: Report): boolean {
  return constraint === 'none' || (constraint === null && scope === 'global');
}

function statements(report: Report): Evidence[] {
  const global = 'the kernel states that no cgroup, cpuset or policy limited the request';
  return [
    ...(report.constraint === 'none' ? quotedFact(report, 'constraint', global) : []),
    ...quotedFact(report, 'task-in', "the kernel names the host's memory as what ran out"),
    ...(report.constraint === null && report.quotes.victim?.text.startsWith('Out of memory')
      ? quotedFact(report, 'victim', 'the kernel states that it was out of memory, and names no cgroup')
      : []),
  ];
}
