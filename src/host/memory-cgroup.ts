import { pathsBelow } from './cgroup-children.js';
import { countLines } from './cpuset-cgroup.js';
import type { HostFiles } from './files.js';
import type { MemoryCgroup } from './host.js';
import { integer } from './malformed.js';
import { once } from './once.js';
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

/**
 * A cgroup of which each file is read when what it tells is first asked for: a host may have ten thousand, and a check
 * asks each of them for two numbers. A file that this kernel has not gives null for its value, and null for its path.
 * @param swapRoomBytes v2: what this and all cgroups above it still let it swap
 */
export function readMemoryCgroup(
  path: string,
  directory: string,
  version: 1 | 2,
  children: string[],
  files: HostFiles,
  context: MemoryCgroupContext,
  swapRoomBytes: () => number,
): MemoryCgroup {
  const read = (name: string) => files.read(`${directory}/${name}`);
  const number = (name: string) => integer(read(name)?.trim());
  const keyed = (name: string) => {
    const text = read(name);
    return text === null ? null : parseKeyed(text);
  };
  const limitOf = (name: string) => once(() => parseLimit(read(name)));
  const pathOf = (name: string, value: () => unknown) => (value() === null ? null : `${directory}/${name}`);
  const known = { path, version, directory, children: pathsBelow(path, children) };
  const printed = once(() => keyed('memory.stat'));
  const common = {
    processCount: () => countLines(read('cgroup.procs')),
  };
  const thpReclaim = once(() => read('memory.thp_reclaim'));

  if (version === 2) {
    const [max, high, min] = [limitOf('memory.max'), limitOf('memory.high'), limitOf('memory.min')];
    const swapMax = limitOf('memory.swap.max');
    const counts = once(() => keyed('memory.events'));
    return lazily(known, {
      ...common,
      limitBytes: max,
      highBytes: high,
      minBytes: min,
      usageBytes: () => number('memory.current'),
      peakBytes: () => number('memory.peak'),
      memswLimitBytes: () => null,
      memswUsageBytes: () => null,
      swapLimitBytes: swapMax,
      swapUsageBytes: () => number('memory.swap.current'),
      failcnt: () => counts()?.max ?? null,
      oomKills: () => counts()?.oom_kill ?? null,
      oomKillsLocal: () => keyed('memory.events.local')?.oom_kill ?? null,
      oomKillDisabled: () => null,
      underOom: () => null,
      oomGroup: () => flag(read('memory.oom.group')),
      stat: printed,
      unreclaimableBytes: () => {
        const stat = printed();
        return stat && sum(stat, ['anon', 'shmem', 'sock', 'hugetlb']) + heldByKernel(stat) + mlockedFile(stat);
      },
      swappableBytes: () =>
        context.swappiness === 0 ? 0 : swappable(printed(), 'anon', swapRoomBytes(), context.freeSwapBytes),
      paths: () => ({
        limit: pathOf('memory.max', max),
        high: pathOf('memory.high', high),
        memsw: null,
        swap: pathOf('memory.swap.max', swapMax),
        thpReclaim: pathOf('memory.thp_reclaim', thpReclaim),
      }),
    });
  }

  const limit = limitOf('memory.limit_in_bytes');
  const memsw = limitOf('memory.memsw.limit_in_bytes');
  const memswUsage = once(() => number('memory.memsw.usage_in_bytes'));
  const control = once(() => keyed('memory.oom_control'));
  const stat = once(() => {
    const counters = printed();
    return counters && hierarchical(counters);
  });
  return lazily(known, {
    ...common,
    limitBytes: limit,
    highBytes: () => null,
    minBytes: () => null,
    usageBytes: () => number('memory.usage_in_bytes'),
    peakBytes: () => number('memory.max_usage_in_bytes'),
    memswLimitBytes: memsw,
    memswUsageBytes: memswUsage,
    swapLimitBytes: () => null,
    swapUsageBytes: () => stat()?.swap ?? null,
    failcnt: () => number('memory.failcnt'),
    oomKills: () => control()?.oom_kill ?? null,
    oomKillsLocal: () => control()?.oom_kill ?? null,
    oomKillDisabled: () => setIn(control(), 'oom_kill_disable'),
    underOom: () => setIn(control(), 'under_oom'),
    oomGroup: () => null,
    stat,
    unreclaimableBytes: () => {
      const counters = stat();
      // memory.kmem.usage_in_bytes counts reclaimable slab too: rather too much than too little before a limit is lowered
      const kernel = number('memory.kmem.usage_in_bytes') ?? 0;
      return counters && sum(counters, ['rss', 'shmem']) + kernel + mlockedFile(counters);
    },
    swappableBytes: () => {
      const swappiness = number('memory.swappiness') ?? context.swappiness;
      return swappiness === 0 ? 0 : swappable(stat(), 'rss', room(memsw(), memswUsage()), context.freeSwapBytes);
    },
    paths: () => ({
      limit: pathOf('memory.limit_in_bytes', limit),
      high: null,
      memsw: pathOf('memory.memsw.limit_in_bytes', memsw),
      swap: null,
      thpReclaim: pathOf('memory.thp_reclaim', thpReclaim),
    }),
  });
}

type Known = Pick<MemoryCgroup, 'path' | 'version' | 'directory' | 'children'>;
type Readers = { [Key in Exclude<keyof MemoryCgroup, keyof Known>]: () => MemoryCgroup[Key] };

function lazily(known: Known, readers: Readers): MemoryCgroup {
  for (const [key, reader] of Object.entries(readers)) {
    Object.defineProperty(known, key, { get: once<unknown>(reader), enumerable: true });
  }
  return known as MemoryCgroup;
}

function setIn(counts: Record<string, number> | null, key: string): boolean | null {
  return counts && counts[key] === 1;
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
