import type { Report } from '../../kernel-log/report.js';
import { part } from './host-parts.js';
import type { Part } from './settle.js';

/**
 * What a cgroup's memory was used for, from its statistics (mm/memcontrol.c memory_stat_format, memcg1_stat_format).
 * `file` and `cache` include shared memory; `kernel` includes slab, stacks, page tables and per-cpu data, but not sockets.
 */
export function cgroupParts(report: Report): { parts: Part[]; enough: boolean } {
  const stats = statsOf(report);
  const processes = stats('anon') ?? stats('rss');
  const files = stats('file') ?? stats('cache');
  const anonymous = processes ?? 0;
  const file = files ?? sharedBytes(report) ?? 0;
  const shared = Math.min(sharedBytes(report) ?? 0, file);
  const detail = kernelDetail(report);
  const detailBytes = detail.reduce((sum, { bytes }) => sum + bytes, 0);
  const other = part('kernel-other', (kernelBytes(report) ?? 0) - detailBytes, 'other memory of the kernel');
  // Pages in the swap cache are in `file` (5.12 tells how many), and in `anon` as well where a process maps them.
  const cached = Math.min(stats('swapcached') ?? 0, file - shared);
  const parts = [
    part('anonymous', anonymous, 'memory of processes'),
    part('shared-memory', shared, 'shared memory and tmpfs files'),
    part('page-cache', file - shared - cached, 'page cache of files'),
    ...detail,
    other,
    part('sockets', stats('sock') ?? 0, 'network buffers'),
    part('huge-pages', stats('hugetlb') ?? 0, 'huge pages'),
  ];
  const counted = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const usage = report.memory?.usageBytes ?? counted;
  const unmapped = Math.min(cached, Math.max(0, usage - counted));
  return {
    enough: processes !== null && files !== null,
    parts: [...parts, part('swap-cache', unmapped, 'pages read back from swap that no process maps yet')],
  };
}

/** A cgroup's statistic of the whole tree: v1 prints its own beside it from 6.4 on, under a name that begins with `total_`. */
export function statsOf({ cgroupStats }: Report): (key: string) => number | null {
  return (key) => cgroupStats?.[`total_${key}`] ?? cgroupStats?.[key] ?? null;
}

/**
 * Shared memory and tmpfs of a cgroup. v1 has no count of its own before 4.9: what the lists of anonymous pages hold
 * beside `rss` is shared memory, as long as nothing is swapped.
 */
export function sharedBytes(report: Report): number | null {
  const stats = statsOf(report);
  const told = stats('shmem');
  if (told !== null) return told;
  const [rss, cache, active, inactive] = ['rss', 'cache', 'active_anon', 'inactive_anon'].map(stats);
  if (rss == null || cache == null || active == null || inactive == null || (stats('swap') ?? 0) > 0) return null;
  return Math.min(cache, Math.max(0, active + inactive - rss));
}

/** All that the kernel holds for the cgroup, without sockets: `kernel` from 5.18 on; the kmem line of v1. */
export function kernelBytes(report: Report): number | null {
  return statsOf(report)('kernel') ?? report.kmem?.usageBytes ?? null;
}

const details: [name: string, keys: string[], text: string][] = [
  ['slab-unreclaimable', ['slab_unreclaimable'], 'kernel objects that cannot be reclaimed'],
  [
    'slab-reclaimable',
    ['slab_reclaimable'],
    'kernel objects that can be reclaimed, such as directory entries and inodes',
  ],
  ['page-tables', ['pagetables', 'sec_pagetables'], 'page tables'],
  ['kernel-stacks', ['kernel_stack'], 'kernel stacks, one for each thread'],
  ['per-cpu', ['percpu'], 'per-cpu data of the kernel'],
  ['vmalloc', ['vmalloc'], 'memory that the kernel mapped for itself'],
  ['zswap', ['zswap'], 'compressed swap in memory'],
];

function kernelDetail(report: Report): Part[] {
  const stats = statsOf(report);
  return details.map(([name, keys, text]) =>
    part(
      name,
      keys.reduce((sum, key) => sum + (stats(key) ?? 0), 0),
      text,
    ),
  );
}
