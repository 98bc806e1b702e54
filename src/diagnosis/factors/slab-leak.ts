import type { Report } from '../../kernel-log/report.js';
import { formatBytes } from '../../text/bytes.js';
import { kernelBytes, statsOf } from '../balance/cgroup-parts.js';
import { counted, quotedFact } from '../evidence.js';
import {
  type FactorContext,
  type FactorRule,
  type Finding,
  heldText,
  isHostWide,
  limitBytes,
  measured,
  percent,
  shown,
} from '../factor.js';
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
function dumped(report: Report): Finding | null {
  if (!report.slabDump || memInfoBytes(report, 'slab_unreclaimable') !== null) return null;
  const text = 'unreclaimable slab was more than the memory of all processes and files';
  const evidence = quotedFact(report, 'slab-dump', text);
  const bytes = report.slabDump.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
  if (bytes === 0 || !Number.isSafeInteger(bytes)) return shown(evidence, text);
  return measured(evidence, bytes, { of: 'ram', wholeBytes: ramBytes(report) }, `${text}: ${formatBytes(bytes)}`);
}

function ofReport(report: Report, share: number): Finding | null {
  const ram = ramBytes(report);
  if (ram === null) return null;
  const unreclaimable = memInfoBytes(report, 'slab_unreclaimable');
  const slab = unreclaimable ?? memInfoBytes(report, 'slab');
  if (slab === null || slab <= (unreclaimable === null ? most : share) * ram) return null;
  const whole = { of: 'ram', wholeBytes: ram } as const;
  const text = heldText(`${unreclaimable === null ? 'slab' : 'unreclaimable slab'} held`, slab, whole);
  return measured(quotedFact(report, 'mem-info', text), slab, whole, text);
}

function ofHost(report: Report, { host }: FactorContext): Finding | null {
  if (report.memInfoPages?.slab_unreclaimable !== undefined) return null;
  const slab = host?.meminfo?.SUnreclaim;
  const total = host?.meminfo?.MemTotal;
  if (slab === undefined || !total || slab <= leak * total) return null;
  const text = `unreclaimable slab holds ${percent(slab / total)} of memory now`;
  return measured([counted(`SUnreclaim: ${slab / 1024} kB`, text)], slab, { of: 'ram', wholeBytes: total }, text);
}

/**
 * What the kernel holds for a cgroup and cannot give back: unreclaimable slab, per-cpu data and what else `kernel` (5.18
 * on) counts beside reclaimable slab, page tables and stacks; and network buffers. v1 tells one sum, its kmem line.
 */
function ofCgroup(report: Report): Finding | null {
  const limit = limitBytes(report);
  if (limit === null) return null;
  const stats = statsOf(report);
  const value = (key: string) => stats(key) ?? 0;
  const kernel = kernelBytes(report);
  const others = ['slab_reclaimable', 'pagetables', 'sec_pagetables', 'kernel_stack', 'zswap'];
  const apart = others.reduce((sum, key) => sum + value(key), 0);
  const own = Math.max(value('slab_unreclaimable') + value('percpu') + value('vmalloc'), (kernel ?? 0) - apart);
  const held = own + value('sock');
  if (held <= most * limit) return null;
  const key =
    stats('kernel') === null && own > value('slab_unreclaimable') + value('percpu') && report.quotes.kmem
      ? 'kmem'
      : 'stats';
  const whole = { of: 'limit', wholeBytes: limit } as const;
  const named: [string, number][] = [
    ['slab', value('slab_unreclaimable')],
    ['per-cpu data', value('percpu')],
    ['network buffers', value('sock')],
  ];
  const largest = named.toSorted((a, b) => b[1] - a[1])[0]!;
  const mostly = largest[1] > most * held ? `, most of it ${largest[0]}` : '';
  const text = `${heldText('memory of the kernel that cannot be reclaimed was', held, whole)}${mostly}`;
  return measured(quotedFact(report, key, text), held, whole, text);
}
