import type { Report } from '../../kernel-log/report.js';
import { formatBytes } from '../../text/bytes.js';
import { formatList } from '../../text/lists.js';
import type { CauseRule, Verdict } from '../cause.js';
import { quotedFact } from '../evidence.js';
import { killedClause, nodesName } from '../names.js';
import { isPageAllocation, zoneEvidence } from '../page-allocation.js';
import { enoughElsewhere, freeElsewhereBytes } from '../ram.js';
import { allowedNodes, requestOf, zoneRank } from '../request.js';
import { usableZones } from '../zones.js';

/** The nodes that the task was allowed to use ran out, while others have free memory or could not be used. */
export const memoryNode: CauseRule = {
  cause: 'memory-node',
  judge(report) {
    if (!isPageAllocation(report)) return null;
    return stated(report) ?? (report.constraint === null ? worked(report) : null);
  },
  summary(report) {
    const elsewhere = freeElsewhereBytes(report) ?? 0;
    const free = elsewhere > enoughElsewhere(report) ? `, while ${formatBytes(elsewhere)} were free elsewhere` : '';
    const why = report.constraint === 'memory-policy' ? 'by its own memory policy' : 'by its cpuset';
    const told = report.constraint === null ? '' : ` (${why})`;
    const ran = `${upperFirst(nodesName(report))} ran out${free}`;
    return `${ran}${killedClause(report)}; the request was not allowed to use other nodes${told}`;
  },
};

function stated(report: Report): Verdict | null {
  if (report.constraint !== 'cpuset' && report.constraint !== 'memory-policy') return null;
  const shows =
    report.constraint === 'cpuset'
      ? 'the kernel states that the cpuset kept the request to its own nodes'
      : "the kernel states that the task's own memory policy kept the request to its nodes";
  return {
    confidence: 'high',
    evidence: [
      ...quotedFact(report, 'constraint', shows),
      ...quotedFact(report, 'cpuset', `it was allowed ${nodesName(report)}`),
      ...zoneEvidence(usableZones(report).filter(({ state }) => state === 'short' || state === 'reserved')),
    ],
  };
}

/** Kernels before 5.0 state no constraint: the allowed nodes are short, others exist, and memory is free on them. */
function worked(report: Report): Verdict | null {
  const told = allowedNodes(report);
  const nodes = told ?? printedNodes(report);
  if (nodes === null || nodes.length === 0 || !isRestricted(report, nodes)) return null;
  const states = usableZones(report);
  const short = states.filter(({ state }) => state === 'short' || state === 'reserved');
  if (!short.some(({ state }) => state === 'short')) return null;
  if (states.some(({ state }) => state === 'enough')) return null;
  const elsewhere = freeElsewhereBytes(report);
  if (elsewhere === null ? told === null : elsewhere <= enoughElsewhere(report)) return null;
  const whole = told !== null && elsewhere !== null && short.length === states.length;
  return {
    confidence: whole ? 'high' : 'medium',
    evidence: [
      ...quotedFact(report, 'cpuset', `it was allowed ${nodesName(report)}`),
      ...(report.nodemask === null
        ? []
        : quotedFact(report, 'header', `the request itself was for node ${formatList(report.nodemask)} alone`)),
      ...zoneEvidence(short),
      ...(elsewhere === null
        ? []
        : quotedFact(
            report,
            'mem-info',
            `of what is free on the whole host, ${formatBytes(elsewhere)} lie outside these zones`,
          )),
    ],
  };
}

/**
 * Only the allowed nodes are printed. Where the line that names them is cut, the printed ones stand for them, for a page that
 * could have come from any zone: else what is free elsewhere may lie in zones of no use to it.
 */
function printedNodes(report: Report): number[] | null {
  const { order, highestZone } = requestOf(report);
  if (order !== 0 || highestZone === null || highestZone <= zoneRank('HighMem')) return null;
  return [...new Set(report.zones.map(({ node }) => node))];
}

/** Nodes are numbered from 0: a set without node 0 leaves it out, and any node that the report names beside it is another. */
function isRestricted(report: Report, nodes: number[]): boolean {
  const named = [...report.zones, ...report.buddy, ...report.hugePages].map(({ node }) => node);
  const others = [0, ...named, ...(report.memsAllowed ?? [])];
  return others.some((node) => !nodes.includes(node));
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
