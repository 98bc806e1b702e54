import type { Report } from '../../kernel-log/report.js';
import { formatBytes } from '../../text/bytes.js';
import { quotedFact } from '../evidence.js';
import { type FactorRule, percent } from '../factor.js';
import { pageSize, ramBytes } from '../ram.js';

/** A quarter: per-cpu data, vmalloc and caches of devices are never printed, and take a few percent everywhere. */
const share = 0.25;
/** Before 2.6.32 neither were kernel stacks, which a storm of processes fills a tenth with. */
const shareWithoutStacks = 0.35;

/** Memory that no counter of the report owns: drivers, balloons, ZFS. The counters are the host's: of one node they tell nothing. */
export const unaccountedMemory: FactorRule = {
  factor: 'unaccounted-memory',
  holds(report, context) {
    const ram = ramBytes(report);
    const counted = countedBytes(report);
    if (context.cause !== 'global-memory' || ram === null || counted === null || ram - counted <= shareOf(report) * ram)
      return null;
    const missing = ram - counted;
    return quotedFact(
      report,
      'mem-info',
      `${formatBytes(missing)}, ${percent(missing / ram)} of memory, is in no counter: a driver, a balloon or ZFS may hold it`,
    );
  },
};

function shareOf({ zones }: Report): number {
  return zones.some(({ values }) => values.kernel_stack !== undefined) ? share : shareWithoutStacks;
}

const lists = ['active_anon', 'inactive_anon', 'active_file', 'inactive_file'];
/** 2.6.27 and older count anonymous and file pages together */
const oldLists = ['active', 'inactive'];
const others = [
  'unevictable',
  'isolated_anon',
  'isolated_file',
  'free',
  'free_pcp',
  'slab',
  'slab_reclaimable',
  'slab_unreclaimable',
  'kernel_misc_reclaimable',
  'pagetables',
  'sec_pagetables',
  'bounce',
];

/** null where a count that matters was not printed. */
function countedBytes(report: Report): number | null {
  const pages = report.memInfoPages;
  if (pages === null) return null;
  const has = (keys: string[]) => keys.every((key) => pages[key] !== undefined);
  const listed = has(lists) ? lists : has(oldLists) ? oldLists : null;
  if (listed === null || !has(['free']) || (!has(['slab']) && !has(['slab_unreclaimable', 'slab_reclaimable'])))
    return null;
  const sum = [...listed, ...others].reduce((total, key) => total + (pages[key] ?? 0), 0) * pageSize(report);
  const huge = report.hugePages.reduce((total, { total: count, sizeBytes }) => total + count * sizeBytes, 0);
  const stacks = report.zones.reduce((total, { values }) => total + (values.kernel_stack ?? 0), 0);
  return sum + huge + stacks;
}
