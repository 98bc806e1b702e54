import type { Report } from '../../kernel-log/report.js';
import type { Evidence } from '../../schemas/diagnosis.js';
import { formatBytes } from '../../text/bytes.js';
import { counted, quotedFact } from '../evidence.js';
import { type FactorContext, type FactorRule, isHostWide, limitBytes, percent } from '../factor.js';
import { memInfoBytes, ramBytes } from '../ram.js';

/** The share of memory that Alibaba Cloud's guide takes for a likely leak; the check slab-unreclaimable has the same. */
const leak = 0.1;
/** Where reclaimable slab cannot be told apart, or a cgroup's own objects are meant, only most of the memory counts. */
const most = 0.5;

/** Kernel objects that cannot be reclaimed hold the memory. */
export const slabLeak: FactorRule = {
  factor: 'slab-leak',
  holds(report, context) {
    if (report.scope === 'cgroup') return ofCgroup(report);
    if (!isHostWide(report, context)) return null;
    if (context.cause === 'fragmentation') return ofReport(report, most);
    return ofReport(report, leak) ?? dumped(report) ?? ofHost(report, context);
  },
};

/**
 * The kernel prints the caches only where unreclaimable slab is more than all pages of processes and files (4.15 on). That
 * may still be little, where something else holds the memory, so that a count goes first.
 */
function dumped(report: Report): Evidence[] | null {
  if (!report.slabDump || memInfoBytes(report, 'slab_unreclaimable') !== null) return null;
  return quotedFact(report, 'slab-dump', 'unreclaimable slab was more than the memory of all processes and files');
}

function ofReport(report: Report, share: number): Evidence[] | null {
  const ram = ramBytes(report);
  if (ram === null) return null;
  const unreclaimable = memInfoBytes(report, 'slab_unreclaimable');
  const slab = unreclaimable ?? memInfoBytes(report, 'slab');
  if (slab === null || slab <= (unreclaimable === null ? most : share) * ram) return null;
  const kind = unreclaimable === null ? 'slab' : 'unreclaimable slab';
  return quotedFact(report, 'mem-info', `${kind} held ${formatBytes(slab)}, ${percent(slab / ram)} of memory`);
}

function ofHost(report: Report, { host }: FactorContext): Evidence[] | null {
  if (report.memInfoPages?.slab_unreclaimable !== undefined) return null;
  const slab = host?.meminfo?.SUnreclaim;
  const total = host?.meminfo?.MemTotal;
  if (slab === undefined || !total || slab <= leak * total) return null;
  return [counted(`SUnreclaim: ${slab / 1024} kB`, `unreclaimable slab holds ${percent(slab / total)} of memory now`)];
}

function ofCgroup(report: Report): Evidence[] | null {
  const slab = report.cgroupStats?.slab_unreclaimable;
  const limit = limitBytes(report);
  if (slab === undefined || limit === null || slab <= most * limit) return null;
  return quotedFact(report, 'stats', `unreclaimable slab held ${percent(slab / limit)} of the limit`);
}
