import type { MemoryCgroup } from '../host/host.js';
import { formatBytes } from '../text/bytes.js';
import type { Limit } from './limit.js';

/** The part of a cgroup's memory that stays however hard the kernel reclaims; null where the host does not tell. */
export function heldBytes(cgroup: MemoryCgroup): number | null {
  if (cgroup.unreclaimableBytes === null) return cgroup.usageBytes;
  return Math.max(0, cgroup.unreclaimableBytes - (cgroup.swappableBytes ?? 0));
}

/** Memory and swap together (v1): what is swapped out already counts too, and swapping more frees nothing. */
export function heldWithSwapBytes(cgroup: MemoryCgroup): number | null {
  if (cgroup.memswUsageBytes === null || cgroup.usageBytes === null) return null;
  return (cgroup.unreclaimableBytes ?? cgroup.usageBytes) + Math.max(0, cgroup.memswUsageBytes - cgroup.usageBytes);
}

/**
 * May a limit be lowered to this? memory.max below what cannot be reclaimed kills at once on v2, and is EBUSY on v1
 * (mm/memcontrol.c memory_max_write(), mm/memcontrol-v1.c mem_cgroup_resize_max()).
 * @returns null where it fits, else why not
 */
export function whyNotLower(cgroup: MemoryCgroup, limit: Limit, held: number | null): string | null {
  if (limit === 'max') return null;
  if (held === null)
    return `what ${cgroup.path} holds could not be read, so whether ${formatBytes(limit)} is enough is not known`;
  if (limit >= held) return null;
  const outcome = cgroup.version === 2 ? 'the kernel would kill in it at once' : 'the kernel would not take it';
  return `${cgroup.path} holds ${formatBytes(held)} that cannot be reclaimed: at ${formatBytes(limit)} ${outcome}`;
}
