import type { Host } from '../../host/host.js';
import type { Balance } from '../../schemas/diagnosis.js';
import { isSince } from '../release.js';
import { part } from './host-parts.js';
import { settle, sumOf } from './settle.js';

/**
 * What the host's memory is used for now, from /proc/meminfo (fs/proc/meminfo.c). Balloon drivers take their pages off
 * `MemTotal` (adjust_managed_page_count), so that they are in what is reserved. `Cached` includes shared memory, and
 * neither the swap cache nor `Buffers`; `AnonPages` are those that a process maps, so that a page of the swap cache may be
 * in both; `VmallocUsed` includes kernel stacks, and counts pages from 5.3 on (nr_vmalloc_pages of mm/vmalloc.c).
 */
export function balanceNow(host: Host): Balance | null {
  const { meminfo } = host;
  if (meminfo === null) return null;
  const value = (key: string) => meminfo[key] ?? 0;
  const total = value('MemTotal');
  if (total === 0 || ['MemFree', 'AnonPages', 'Cached'].some((key) => meminfo[key] === undefined)) return null;
  const shared = Math.min(value('Shmem'), value('Cached'));
  const vmalloc = isSince(host.identity.kernel, 5, 3) ? value('VmallocUsed') - value('KernelStack') : 0;
  const reserved = (host.zones ?? []).reduce(
    (sum, zone) => sum + Math.max(0, zone.presentBytes - zone.managedBytes),
    0,
  );
  const parts = [
    part('anonymous', value('AnonPages'), 'memory of processes'),
    part('shared-memory', shared, 'shared memory and tmpfs files'),
    part('page-cache', value('Cached') - shared + value('Buffers'), 'page cache of files'),
    part('slab-unreclaimable', value('SUnreclaim'), 'kernel objects that cannot be reclaimed'),
    part(
      'slab-reclaimable',
      Math.max(value('SReclaimable'), value('KReclaimable')),
      'kernel objects that can be reclaimed, such as directory entries and inodes',
    ),
    part('page-tables', value('PageTables') + value('SecPageTables'), 'page tables'),
    part('kernel-stacks', value('KernelStack'), 'kernel stacks, one for each thread'),
    part('vmalloc', vmalloc, 'memory that the kernel mapped for itself'),
    part('per-cpu', value('Percpu'), 'per-cpu data of the kernel'),
    part('zswap', value('Zswap'), 'compressed swap in memory'),
    part('huge-pages', hugePageBytes(host, value), 'huge pages set aside, in use or not'),
    part('bounce-buffers', value('Bounce'), 'bounce buffers of old devices'),
    part('hardware-corrupted', value('HardwareCorrupted'), 'pages that failed, and are set aside'),
    part('free', value('MemFree'), 'free'),
    part('reserved', reserved, 'reserved by the kernel and the firmware, or taken by a balloon'),
  ];
  const left = Math.max(0, total + reserved - sumOf(parts));
  const swapCache = part(
    'swap-cache',
    Math.min(value('SwapCached'), left),
    'pages read back from swap that no process maps yet',
  );
  return settle('host', total + reserved, [...parts, swapCache], {
    complete: meminfo.SUnreclaim !== undefined && meminfo.KernelStack !== undefined,
    unaccounted: 'in no counter: drivers, balloons, ZFS and the like',
  });
}

/** `Hugetlb` counts all sizes from 4.21 on; before, each pool tells its own. */
function hugePageBytes({ hugePages }: Host, value: (key: string) => number): number {
  if (value('Hugetlb') > 0) return value('Hugetlb');
  const pools = hugePages.reduce((sum, { total, sizeBytes }) => sum + total * sizeBytes, 0);
  return Math.max(pools, value('HugePages_Total') * value('Hugepagesize'));
}
