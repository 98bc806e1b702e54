import type { Host } from '../host/host.js';
import type { Report } from '../kernel-log/report.js';
import type { Evidence, Factor, FactorDetail, Incident } from '../schemas/diagnosis.js';
import { aftermathOf } from './aftermath.js';
import { balanceOf } from './balance/index.js';
import { borneOut } from './borne-out.js';
import type { Judged } from './bursts.js';
import { choiceOf } from './choice/index.js';
import type { Claims } from './claims.js';
import { cpusetOf } from './cpuset.js';
import type { Finding } from './factor.js';
import { factors, factorsOf } from './factors/index.js';
import { holdersOf } from './holders.js';
import { levelsOf, whoseOf } from './levels.js';
import { isElsewhere } from './place.js';
import { protectionEvidence } from './protection.js';
import { allowedNodes } from './request.js';

const sureness = { high: 2, medium: 1, low: 0 };
/** A storm kills hundreds: enough names for a person, and a bounded document. */
const namedVictims = 50;

export interface Place {
  host: Host | null;
  sameMachine: boolean | null;
  /** the path of the cpuset, as a person says it */
  cpuset: string | null;
  claims: Claims;
}

/** One burst as an incident, without its remedies. It speaks by its most telling report: the newest of the surest. */
export function incidentOf(burst: Judged[], { host, sameMachine, cpuset: said, claims }: Place): Incident {
  const newest = burst.at(-1)!.report;
  const first = burst[0]!.report;
  const { report, judgement } = burst.reduce((best, next) =>
    sureness[next.judgement.confidence] >= sureness[best.judgement.confidence] ? next : best,
  );
  const elsewhere = isElsewhere(report, host, sameMachine);
  const here = elsewhere ? null : host;
  const own = factorsOf(report, { cause: judgement.cause, host: here });
  const present = new Map<Factor, Finding>();
  for (const item of burst) {
    if (item.report === report) continue;
    for (const { factor, ...finding } of factorsOf(item.report, { cause: judgement.cause, host: here }))
      present.set(factor, finding);
  }
  // the telling report's own figures go before the others'
  for (const { factor, ...finding } of own) present.set(factor, finding);
  const { cpuset, evidence: ofCpuset } = cpusetOf(report, here, said);
  const counters = borneOut(newest, here, claims);
  const { levels, evidence: ofLevels } = levelsOf(report, here);
  const whose = whoseOf(report, here);
  return {
    id: first.id,
    reportIds: [...new Set(burst.map((item) => item.report.id))],
    kind: report.kind,
    killer: report.killer,
    count: burst.length,
    time: newest.time,
    firstTime: first.time,
    uptimeSeconds: newest.uptimeSeconds,
    hostName: report.hostName,
    kernel: burst.reduce<string | null>((kernel, item) => item.report.kernel ?? kernel, null),
    cause: judgement.cause,
    confidence: judgement.confidence,
    factors: factors.map(({ factor }) => factor).filter((factor) => present.has(factor)),
    factorDetails: factors.flatMap(({ factor }) => detailOf(factor, present.get(factor))),
    summary: judgement.summary,
    trigger: report.trigger,
    constraint: report.constraint,
    limitCgroup: report.limitCgroup,
    taskCgroup: report.taskCgroup,
    levels,
    whose,
    aftermath: aftermathOf(newest, here, (newest === report ? whose : whoseOf(newest, here)).task),
    cpuset,
    limitBytes: typeof report.memory?.limitBytes === 'number' ? report.memory.limitBytes : null,
    usageBytes: report.memory?.usageBytes ?? null,
    failcnt: report.memory?.failcnt ?? null,
    nodes: allowedNodes(report),
    victims: victimsOf(burst, report),
    holders: holdersOf(report),
    balance: balanceOf(report),
    choice: choiceOf(report, {
      swapTotalBytes: here?.meminfo?.SwapTotal ?? null,
      earlier: victimsBefore(report, burst),
    }),
    freeBlocks: judgement.cause === 'fragmentation' || report.kind === 'allocation-failure' ? freeBlocks(report) : [],
    evidence: unique([
      ...judgement.evidence,
      ...own.flatMap(({ evidence }) => evidence),
      ...protectionEvidence(report, here),
      ...ofCpuset,
      ...ofLevels,
      ...counters.evidence,
    ]),
    forgeable: burst.some((item) => item.report.source.forgeable),
    borneOut: counters.borneOut,
    elsewhere,
    remedies: [],
    notes: [],
  };
}

function detailOf(factor: Factor, finding: Finding | undefined): FactorDetail[] {
  if (!finding) return [];
  const { bytes, share, of, text } = finding;
  return [{ factor, bytes, share, of, text }];
}

/** How many reports back a victim may still be in the table: a killed task is gone within moments. */
const recentReports = 20;

/** The pids that the reports just before this one killed, and this one did not name again. */
function victimsBefore(report: Report, burst: Judged[]): Set<number> {
  const at = burst.findIndex((item) => item.report === report);
  const before = burst.slice(Math.max(0, at - recentReports), at).flatMap((item) => item.report.victims);
  const own = new Set(report.victims.map(({ pid }) => pid));
  return new Set(before.map(({ pid }) => pid).filter((pid) => !own.has(pid) && pid !== report.chosen?.pid));
}

/** Those of the telling report first, then the others, newest first; one process is named once. */
function victimsOf(burst: Judged[], telling: Report): Incident['victims'] {
  const all = [telling, ...burst.map(({ report }) => report).reverse()].flatMap(({ victims }) => victims);
  const named = new Map(all.toReversed().map((victim) => [victim.pid, victim]));
  const order = [...new Set(all.map(({ pid }) => pid))];
  return order.slice(0, namedVictims).map((pid) => named.get(pid)!);
}

function freeBlocks({ buddy }: Report): Incident['freeBlocks'] {
  return buddy.map(({ node, zone, blocks }) => ({
    node,
    zone,
    blocks: blocks.map(({ order, count, types }) => ({ order, count, types })),
  }));
}

/** One line may show two things; the same line with the same words is told once. */
function unique(evidence: Evidence[]): Evidence[] {
  const seen = new Map(evidence.map((item) => [JSON.stringify(item), item]));
  return [...seen.values()];
}
