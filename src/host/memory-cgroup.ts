import { pathsBelow } from './cgroup-children.js';
import { countLines } from './cpuset-cgroup.js';
import type { HostFiles } from './files.js';
import type { MemoryCgroup } from './host.js';
import { integer } from './malformed.js';
import { parseKeyed } from './vmstat.js';

export interface MemoryCgroupContext {
  /** null where /proc/meminfo does not tell */
  freeSwapBytes: number | null;
  /** vm.swappiness: what v2 and the root of v1 go by; null where it is not told */
  swappiness: number | null;
}

/**
 * v2 says `max`; v1 prints the largest number of whole pages (PAGE_COUNTER_MAX, 9223372036854771712 with 4 KiB pages).
 * @returns null where the text is no limit
 */
export function parseLimit(text: string | null): number | 'max' | null {
  const trimmed = text?.trim() ?? '';
  // -1 is what is written to v1 for "no limit": a dry run plans on top of it
  if (trimmed === 'max' || trimmed === '-1') return 'max';
  if (!/^\d{1,20}$/.test(trimmed)) return null;
  const bytes = BigInt(trimmed);
  if (bytes >= 2n ** 63n - 2n ** 16n) return 'max';
  return bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : 'max';
}

/** null where the cgroup is gone. A file that this kernel has not gives null for its value, and null for its path. */
export function readMemoryCgroup(
  path: string,
  directory: string,
  version: 1 | 2,
  files: HostFiles,
  context: MemoryCgroupContext,
  /** v2: what this and all cgroups above it still let it swap */
  swapRoomBytes: number,
): MemoryCgroup | null {
  const children = files.folders(directory);
  if (children === null) return null;
  const read = (name: string) => files.read(`${directory}/${name}`);
  const number = (name: string) => integer(read(name)?.trim());
  const limitOf = (name: string) => {
    const limit = parseLimit(read(name));
    return { limit, path: limit === null ? null : `${directory}/${name}` };
  };
  const common = {
    path,
    version,
    directory,
    children: pathsBelow(path, children),
    processCount: countLines(read('cgroup.procs')),
  };
  const statText = read('memory.stat');
  const printed = statText === null ? null : parseKeyed(statText);
  const thpReclaim = read('memory.thp_reclaim') === null ? null : `${directory}/memory.thp_reclaim`;

  if (version === 2) {
    const [max, high, min, swapMax] = ['memory.max', 'memory.high', 'memory.min', 'memory.swap.max'].map(limitOf) as [
      ReturnType<typeof limitOf>,
      ReturnType<typeof limitOf>,
      ReturnType<typeof limitOf>,
      ReturnType<typeof limitOf>,
    ];
    const events = read('memory.events');
    const local = read('memory.events.local');
    const counts = events === null ? null : parseKeyed(events);
    const swapUsage = number('memory.swap.current');
    const held = printed && sum(printed, ['anon', 'shmem', 'sock', 'hugetlb']) + heldByKernel(printed);
    return {
      ...common,
      limitBytes: max.limit,
      highBytes: high.limit,
      minBytes: min.limit,
      usageBytes: number('memory.current'),
      peakBytes: number('memory.peak'),
      memswLimitBytes: null,
      memswUsageBytes: null,
      swapLimitBytes: swapMax.limit,
      swapUsageBytes: swapUsage,
      failcnt: counts?.max ?? null,
      oomKills: counts?.oom_kill ?? null,
      oomKillsLocal: local === null ? null : (parseKeyed(local).oom_kill ?? null),
      oomKillDisabled: null,
      underOom: null,
      oomGroup: flag(read('memory.oom.group')),
      stat: printed,
      unreclaimableBytes: held === null ? null : held + mlockedFile(printed!),
      swappableBytes: context.swappiness === 0 ? 0 : swappable(printed, 'anon', swapRoomBytes, context.freeSwapBytes),
      paths: { limit: max.path, high: high.path, memsw: null, swap: swapMax.path, thpReclaim },
    };
  }

  const limit = limitOf('memory.limit_in_bytes');
  const memsw = limitOf('memory.memsw.limit_in_bytes');
  const control = read('memory.oom_control');
  const counts = control === null ? null : parseKeyed(control);
  const stat = printed && hierarchical(printed);
  const usage = number('memory.usage_in_bytes');
  const memswUsage = number('memory.memsw.usage_in_bytes');
  // memory.kmem.usage_in_bytes counts reclaimable slab too: rather too much than too little before a limit is lowered
  const held = stat && sum(stat, ['rss', 'shmem']) + (number('memory.kmem.usage_in_bytes') ?? 0);
  const swappiness = number('memory.swappiness') ?? context.swappiness;
  return {
    ...common,
    limitBytes: limit.limit,
    highBytes: null,
    minBytes: null,
    usageBytes: usage,
    peakBytes: number('memory.max_usage_in_bytes'),
    memswLimitBytes: memsw.limit,
    memswUsageBytes: memswUsage,
    swapLimitBytes: null,
    swapUsageBytes: stat?.swap ?? null,
    failcnt: number('memory.failcnt'),
    oomKills: counts?.oom_kill ?? null,
    oomKillsLocal: counts?.oom_kill ?? null,
    oomKillDisabled: counts ? counts.oom_kill_disable === 1 : null,
    underOom: counts ? counts.under_oom === 1 : null,
    oomGroup: null,
    stat,
    unreclaimableBytes: held === null ? null : held + mlockedFile(stat!),
    swappableBytes: swappiness === 0 ? 0 : swappable(stat, 'rss', room(memsw.limit, memswUsage), context.freeSwapBytes),
    paths: { limit: limit.path, high: null, memsw: memsw.path, swap: null, thpReclaim },
  };
}

/** v1 prints each counter twice: of the cgroup alone, and as total_* with its descendants, which is what a limit binds. */
function hierarchical(stat: Record<string, number>): Record<string, number> {
  const entries = Object.entries(stat).map(([key, value]) => [key, stat[`total_${key}`] ?? value] as const);
  return Object.fromEntries(entries.filter(([key]) => !key.startsWith('total_')));
}

/** v2's `kernel` (5.18 on) counts all kernel memory; its printed parts lack some (kmalloc of whole pages). */
function heldByKernel(stat: Record<string, number>): number {
  const parts = sum(stat, [
    'slab_unreclaimable',
    'kernel_stack',
    'pagetables',
    'sec_pagetables',
    'percpu',
    'vmalloc',
    'zswap',
  ]);
  return Math.max(parts, (stat.kernel ?? 0) - (stat.slab_reclaimable ?? 0));
}

function sum(stat: Record<string, number>, keys: string[]): number {
  return keys.reduce((total, key) => total + (stat[key] ?? 0), 0);
}

/** Mlocked pages stand in `unevictable`; those that are anonymous or shared are counted already. */
function mlockedFile(stat: Record<string, number>): number {
  const { active_anon: active, inactive_anon: inactive, unevictable = 0 } = stat;
  if (active === undefined || inactive === undefined) return unevictable;
  const held = (stat.anon ?? stat.rss ?? 0) + (stat.shmem ?? 0);
  return Math.max(0, unevictable - Math.max(0, held - active - inactive));
}

/** memory.swap.max of this cgroup alone: those above it bind as well (mm/memcontrol.c mem_cgroup_get_nr_swap_pages()) */
export function ownSwapRoom(directory: string, files: HostFiles): number {
  const limit = parseLimit(files.read(`${directory}/memory.swap.max`));
  return room(limit, integer(files.read(`${directory}/memory.swap.current`)?.trim()));
}

function room(limit: number | 'max' | null, usage: number | null): number {
  return typeof limit === 'number' ? Math.max(0, limit - (usage ?? 0)) : Number.POSITIVE_INFINITY;
}

/** What of the anonymous and shared memory could still be swapped out: bounded by the cgroup's allowance and the host's free swap. */
function swappable(
  stat: Record<string, number> | null,
  anonymous: string,
  allowance: number,
  free: number | null,
): number | null {
  if (!stat || free === null) return null;
  const held = (stat[anonymous] ?? 0) + (stat.shmem ?? 0);
  // what is mlocked stands on no list of what may be swapped
  const { active_anon: active, inactive_anon: inactive } = stat;
  const evictable = active === undefined || inactive === undefined ? held : Math.min(held, active + inactive);
  return Math.min(evictable, allowance, free);
}

function flag(text: string | null): boolean | null {
  return text === null ? null : text.trim() === '1';
}
