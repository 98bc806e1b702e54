import type { Report } from '../../kernel-log/report.js';
import { memInfoBytes, pageSize } from '../ram.js';
import type { Part } from './settle.js';

/** A count of the whole host, and the parts that no list of it overlaps. */
export interface HostParts {
  parts: Part[];
  /** the counts that matter were printed, so that the rest is a rest */
  enough: boolean;
  /** every counter that a kernel of its time has was printed */
  complete: boolean;
}

/**
 * What the host's memory was used for, from Mem-Info. Each page is on one list: those of shared memory on the lists of
 * anonymous ones (or, where it is locked, on the unevictable one), mapped and dirty ones on those of files. Huge pages,
 * slab, page tables and stacks are on none (mm/vmstat.c, mm/show_mem.c).
 */
export function hostParts(report: Report): HostParts {
  const bytes = (...keys: string[]) => keys.reduce((sum, key) => sum + (memInfoBytes(report, key) ?? 0), 0);
  const has = (...keys: string[]) => keys.every((key) => report.memInfoPages?.[key] !== undefined);
  const isListed = has(...lists) || has(...oldLists);
  const enough = isListed && has('free') && (has('slab') || has('slab_unreclaimable', 'slab_reclaimable'));
  const stacks = stackBytes(report);
  const free = bytes('free');
  return {
    enough,
    complete: enough && (stacks !== null || report.nodes.length > 0) && has('pagetables') && seesAllNodes(report, free),
    parts: [
      ...listParts(report),
      part('slab', bytes('slab'), 'kernel objects'),
      part('slab-unreclaimable', bytes('slab_unreclaimable'), 'kernel objects that cannot be reclaimed'),
      part(
        'slab-reclaimable',
        bytes('slab_reclaimable', 'kernel_misc_reclaimable'),
        'kernel objects that can be reclaimed, such as directory entries and inodes',
      ),
      part('page-tables', bytes('pagetables', 'sec_pagetables'), 'page tables'),
      part('kernel-stacks', stacks ?? 0, 'kernel stacks, one for each thread'),
      part('huge-pages', hugePageBytes(report), 'huge pages set aside, in use or not'),
      part('bounce-buffers', bytes('bounce'), 'bounce buffers of old devices'),
      part('free', free + bytes('free_pcp'), 'free, with what each CPU keeps at hand'),
    ],
  };
}

const lists = ['active_anon', 'inactive_anon', 'active_file', 'inactive_file'];
/** 2.6.27 and older count the pages of processes and files together */
const oldLists = ['active', 'inactive'];

function listParts(report: Report): Part[] {
  const bytes = (...keys: string[]) => keys.reduce((sum, key) => sum + (memInfoBytes(report, key) ?? 0), 0);
  const locked = bytes('unevictable');
  const unevictable = (count: number) =>
    part('unevictable', count, 'locked in memory, or kept there otherwise (mlock, SHM_LOCK, ramfs)');
  const together = bytes(...oldLists);
  if (together > 0) {
    const text = 'memory of processes and page cache, which this kernel counts together';
    return [part('processes-and-files', together, text), unevictable(locked)];
  }
  const anonymous = bytes('active_anon', 'inactive_anon', 'isolated_anon');
  const shared = bytes('shmem');
  const listed = Math.min(shared, anonymous);
  const lockedShared = Math.min(shared - listed, locked);
  return [
    part(
      'anonymous',
      anonymous - listed,
      report.memInfoPages?.shmem === undefined ? 'memory of processes, and shared memory' : 'memory of processes',
    ),
    part('shared-memory', listed + lockedShared, 'shared memory and tmpfs files'),
    part('page-cache', bytes('active_file', 'inactive_file', 'isolated_file'), 'page cache of files'),
    unevictable(locked - lockedShared),
  ];
}

/** In the lines of the nodes from 5.11 on, in those of the zones before; of the nodes that were printed. */
export function stackBytes({ nodes, zones }: Report): number | null {
  for (const lines of [nodes, zones]) {
    const told = lines.flatMap(({ values }) => (values.kernel_stack === undefined ? [] : [values.kernel_stack]));
    if (told.length > 0) return told.reduce((sum, bytes) => sum + bytes, 0);
  }
  return null;
}

export function hugePageBytes({ hugePages }: Report): number {
  return hugePages.reduce((sum, { total, sizeBytes }) => sum + total * sizeBytes, 0);
}

/** Stacks and huge pages are printed for the allowed nodes alone; free memory that is in none of their zones tells of others. */
function seesAllNodes(report: Report, freeBytes: number): boolean {
  const printed = report.zones.reduce((sum, zone) => sum + zone.freeBytes, 0);
  return report.zones.length > 0 && freeBytes - printed <= Math.max(0.05 * freeBytes, 64 * pageSize(report));
}

export function part(name: string, bytes: number, text: string): Part {
  return { name, bytes: Math.max(0, bytes), text };
}
